// One protocol server for all files of the suite.
import type { TestProject } from 'vitest/node'
import { pings } from './pings.ts'
import { startProtocolServer } from './server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    protocolServer: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startProtocolServer(0, pings)
  project.provide('protocolServer', server.url)
  return server.stop
}
