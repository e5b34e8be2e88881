// Skein on one machine: the built Worker on workerd, all state in a folder, nothing in between.
import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { extname, join, resolve } from 'node:path'
import { Miniflare, Response, convertV4MiniflareOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { pagePath, root, workerPath } from './build.ts'
import { UsageError } from './failure.ts'

export type ServerOptions = {
  port: number
  /** The folder of everything that is remembered; made if missing. */
  state: string
  /** Variables of wrangler.toml, changed. */
  set: Record<string, string>
}

export type Server = { url: string; stop: () => Promise<void> }

/** Starts serving, with the read model's migrations applied. Throws a UsageError for what is the caller's to mend. */
export async function serve({ port, state, set }: ServerOptions): Promise<Server> {
  const folder = writable(resolve(state))
  const free = await freePort(port)
  const { modulesRules: _, assets: __, ...options } = configured()
  const bindings = bindingsWith(set)
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      ...options,
      name: 'skein',
      modules: true,
      scriptPath: workerPath,
      rootPath: root,
      bindings,
      serviceBindings: {
        ASSETS: serveFile,
        // Link previews may not reach this machine or its network, whatever a name resolves to.
        PUBLIC_NETWORK: { network: { allow: ['public'], tlsOptions: { trustBrowserCas: true } } },
      },
      host: '127.0.0.1',
      port: 0,
      // Straight to the Worker: Miniflare's own entry is a hop that copies every frame once more.
      unsafeDirectSockets: [{ host: '127.0.0.1', port: free }],
      resourcePersistencePath: folder,
      cf: false,
    }),
  )
  const before = children()
  await miniflare.ready
  for (const pid of children()) if (!before.includes(pid)) endWithUs(pid)
  await migrate(await miniflare.getD1Database('DB'), 'migrations')
  await migrate(await miniflare.getD1Database('SEARCH'), 'migrations/search')
  return { url: `http://127.0.0.1:${free}`, stop: () => miniflare.dispose() }
}

const configured = () =>
  unstable_getMiniflareWorkerOptions(join(root, 'wrangler.toml')).workerOptions

/** The variables of wrangler.toml and .dev.vars, with some of them changed. */
export const bindingsWith = (set: Record<string, string>): Record<string, string> =>
  Object.assign({}, configured().bindings, set)

/** Applies what is missing, in the table in which `wrangler d1 migrations apply` keeps it too. */
async function migrate(
  db: Awaited<ReturnType<Miniflare['getD1Database']>>,
  path: string,
): Promise<void> {
  await db.exec(
    'CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)',
  )
  const { results } = await db.prepare('SELECT name FROM d1_migrations').all<{ name: string }>()
  const applied = new Set(results.map(({ name }) => name))
  const folder = join(root, path)
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql') && !applied.has(name))
  for (const name of names.toSorted()) {
    const statements = readFileSync(join(folder, name), 'utf8').split('--> statement-breakpoint')
    await db.batch([
      ...statements.map((statement) => db.prepare(statement)),
      db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').bind(name),
    ])
  }
}

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

/** A file of the page; any other path is the page itself, as Cloudflare's static assets answer it. */
function serveFile(request: { url: string }): Response {
  const path = decodeURIComponent(new URL(request.url).pathname)
  const files = new Set(
    readdirSync(pagePath, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  const wanted = join(pagePath, path)
  const file = files.has(wanted) ? wanted : join(pagePath, 'index.html')
  const hashed = file.startsWith(join(pagePath, 'assets'))
  return new Response(readFileSync(file), {
    headers: {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
    },
  })
}

function writable(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    throw new UsageError(
      `The state folder ${folder} cannot be written: choose another with --state`,
    )
  }
}

/** The port asked for, or any for 0. Taken ones are told now, before anything is started. */
function freePort(port: number): Promise<number> {
  const { promise, resolve: found, reject } = Promise.withResolvers<number>()
  const probe = createServer()
  probe.once('error', () => {
    reject(new UsageError(`Port ${port} is in use: choose another with --port`))
  })
  probe.listen(port, '127.0.0.1', () => {
    const address = probe.address()
    probe.close(() => found(typeof address === 'object' && address ? address.port : port))
  })
  return promise
}

/** Process ids of our children: from Linux itself, elsewhere from `ps`. */
function children(): number[] {
  const listed = `/proc/${process.pid}/task/${process.pid}/children`
  if (existsSync(listed)) return readFileSync(listed, 'utf8').split(' ').map(Number).filter(Boolean)
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([pid, parent]) => (parent === process.pid && pid ? [pid] : []))
}

/**
 * The runtime is a process of its own, and would outlive a `kill -9` of this one with the port in
 * its hand. A shell waits on a pipe that only our end closes, and takes the runtime with it.
 */
function endWithUs(pid: number): void {
  const watch = spawn('sh', ['-c', `read -r _; kill -9 ${pid} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  watch.unref()
}
