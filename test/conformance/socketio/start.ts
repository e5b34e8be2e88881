// `npm run protocol-server -- --port 3000`: the echo server for the public protocol suites.
import { parseArgs } from 'node:util'
import { startProtocolServer } from './server.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '3000' } } })
const port = Number(values.port)
const server = await startProtocolServer(port).catch((error: unknown) => {
  console.error(`The protocol server did not start on port ${port}: ${String(error)}`)
  process.exit(2)
})
const stop = async () => {
  await server.stop()
  process.exit(0)
}
process.once('SIGTERM', () => void stop())
process.once('SIGINT', () => void stop())
console.log(`ready ${server.url}`)
