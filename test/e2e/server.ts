// The server as a user starts it, for tests that talk to it from outside.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const patience = 120_000

export type TestServerOptions = {
  /** 0, the default, is any free one. */
  port?: number
  /** Without it the server gets a folder of its own, which is removed at the end. */
  state?: string
  dialect?: string
  /** Variables of wrangler.toml. */
  set?: Record<string, string>
  /** Serve what `npm run build` made last (the default: `npm test` builds first), or build anew. */
  built?: boolean
  /** With the people of the demo, who begin to talk once it is ready. */
  demo?: boolean
}

export type TestServer = {
  url: string
  /** As Ctrl-C does. */
  stop(): Promise<void>
  /** As a power cut does: `kill -9` for the server and all that it started. */
  kill(): Promise<void>
  /** Starts it again where it was: the same port, the same folder. */
  restart(): Promise<TestServer>
}

/** Starts a server and resolves when it answers. Rejects with what it said when it does not. */
export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const state = options.state ?? (await mkdtemp(join(tmpdir(), 'skein-')))
  return launch(state, options)
}

async function launch(state: string, options: TestServerOptions): Promise<TestServer> {
  const { port = 0, dialect, set = {}, built = true, demo = false } = options
  const flags = [
    '--port',
    String(port),
    '--state',
    state,
    ...(dialect === undefined ? [] : ['--dialect', dialect]),
    ...(built ? ['--built'] : []),
    ...(demo ? ['--demo'] : []),
    ...Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
  ]
  // In a process group of its own, so that a kill reaches workerd as well.
  const child = spawn(process.execPath, ['src/cli/start.ts', ...flags], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const url = await ready(child)

  async function end(signal: 'SIGTERM' | 'SIGKILL') {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const gone = once(child, 'exit')
    process.kill(signal === 'SIGKILL' ? -child.pid : child.pid, signal)
    const [code] = (await gone) as [number | null]
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`the server ended with ${code}`)
  }

  return {
    url,
    stop: async () => {
      await end('SIGTERM')
      if (options.state === undefined) await rm(state, { recursive: true, force: true })
    },
    kill: () => end('SIGKILL'),
    restart: () => launch(state, { ...options, port: Number(new URL(url).port) }),
  }
}

async function ready(child: ChildProcess): Promise<string> {
  const said: string[] = []
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const fail = (why: string) => reject(new Error(`${why}\n${said.join('\n')}`))
  const timer = setTimeout(() => fail(`the server was not ready after ${patience} ms`), patience)
  for (const stream of [child.stdout, child.stderr])
    if (stream)
      createInterface(stream).on('line', (line) => {
        said.push(line)
        if (line.startsWith('ready ')) resolve(line.slice('ready '.length))
      })
  child.once('exit', (code) => fail(`the server ended with code ${code} before it was ready`))
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}
