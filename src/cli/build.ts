// Builds what is served: the Worker as one module, the web page as files.
import { build } from 'esbuild'
import { fileURLToPath } from 'node:url'
import { build as buildPage } from 'vite'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const workerPath = `${root}dist/worker/index.js`
export const pagePath = `${root}dist/web`

export async function buildWorker(): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['src/index.ts'],
    outfile: workerPath,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*', 'node:*'],
    sourcemap: true,
    logLevel: 'warning',
  })
}

export async function buildWeb(): Promise<void> {
  await buildPage({ configFile: `${root}src/web/vite.config.ts`, logLevel: 'warn' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [only] = process.argv.slice(2)
  await Promise.all([only === 'web' ? null : buildWorker(), only === 'worker' ? null : buildWeb()])
}
