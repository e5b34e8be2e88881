// The echo Worker on workerd, by Miniflare: `npm run protocol-server`, and what our own suite talks to.
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const script = `${root}dist/conformance/echo.js`

export type ProtocolServer = { url: string; stop: () => Promise<void> }

/** In milliseconds, as the public suites have them. */
const standard = { interval: 300, timeout: 200 }

export async function startProtocolServer(port: number, pings = standard): Promise<ProtocolServer> {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/conformance/socketio/worker/echo.ts'],
    outfile: script,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    logLevel: 'warning',
  })
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      name: 'echo',
      modules: true,
      scriptPath: script,
      rootPath: root,
      compatibilityDate: '2026-11-01',
      bindings: {
        PING_INTERVAL: pings.interval,
        PING_TIMEOUT: pings.timeout,
        CONNECT_TIMEOUT: 1000,
      },
      durableObjects: {
        ENGINE: { className: 'EngineEcho', useSQLite: true },
        SOCKET: { className: 'SocketEcho', useSQLite: true },
        RULES: { className: 'Rules', useSQLite: true },
      },
      host: '127.0.0.1',
      port,
      cf: false,
    }),
  )
  const url = await miniflare.ready
  return { url: url.origin, stop: () => miniflare.dispose() }
}
