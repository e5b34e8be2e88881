// A child process: the bare object behind Miniflare, no dev proxy. `node miniflare.ts PORT FOLDER`
import { join } from 'node:path'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'

const [port, folder = ''] = process.argv.slice(2)
const miniflare = new Miniflare(
  convertV4MiniflareOptions({
    name: 'bare',
    modules: true,
    rootPath: import.meta.dirname,
    scriptPath: join(import.meta.dirname, 'object.js'),
    compatibilityDate: '2026-11-01',
    durableObjects: { ROOM: { className: 'Room', useSQLite: true } },
    defaultPersistRoot: folder,
    host: '127.0.0.1',
    port: Number(port),
    cf: false,
  }),
)
await miniflare.ready
console.log(`ready http://127.0.0.1:${port}`)
process.once('SIGTERM', () => void miniflare.dispose())
