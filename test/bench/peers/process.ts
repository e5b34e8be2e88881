// A server in a process group of its own, what it costs, and its certain end.
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

const startMostMs = 180_000
const stopMostMs = 10_000
/** Of `utime` and `stime` in /proc: 100 a second on every Linux that Node runs on. */
const tickMs = 10

export type Child = {
  url: string
  /** CPU time of all its processes so far, null where there is no /proc. */
  cpuMs(): number | null
  /** Memory of its processes, or of those with this name. */
  rssBytes(name?: string): number | null
  stop(): Promise<void>
}

type Start = {
  /** The command line, given its port and an empty folder for its state. */
  command(port: number, folder: string): Promise<string[]> | string[]
  /** How it says that it answers: a line `ready URL`, or an answer to GET /. */
  ready: 'line' | 'answer'
  /** Variables of its own. */
  env?: Record<string, string>
}

/** A runtime that was just killed may still write. */
const removal = { recursive: true, force: true, maxRetries: 5 }

const running = new Set<ChildProcess>()
const lastWords = new WeakMap<ChildProcess, () => string>()
const folders = new Set<string>()
// However this process ends, what it started ends with it.
process.once('exit', () => running.forEach((child) => signal(child, 'SIGKILL')))

export async function startProcess({ command, ready, env = {} }: Start): Promise<Child> {
  const port = await freePort()
  const folder = await mkdtemp(join(tmpdir(), 'skein-bench-'))
  folders.add(folder)
  const [file = '', ...args] = await command(port, folder)
  const child = spawn(file, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  running.add(child)
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-4000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  child.on('error', (error) => keep(Buffer.from(error.message)))
  lastWords.set(child, () => output.replace(/^ready .*\n/m, '').trim())
  const url = `http://127.0.0.1:${port}`

  const stop = async () => {
    signal(child, 'SIGTERM')
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null
    await Promise.race([ended, wait(stopMostMs, null, { ref: false })])
    signal(child, 'SIGKILL')
    running.delete(child)
    await rm(folder, removal)
    folders.delete(folder)
  }

  const end = Date.now() + startMostMs
  while (!(ready === 'line' ? output.includes(`ready ${url}`) : await answers(url))) {
    if (child.exitCode !== null || child.pid === undefined || Date.now() > end) {
      await stop()
      throw new Error(`${[file, ...args].join(' ')} did not start:\n${output}`)
    }
    await wait(50)
  }
  const pid = child.pid ?? 0
  return { url, stop, cpuMs: () => sum(pid, cpuOf), rssBytes: (name) => sum(pid, rssOf, name) }
}

/** What the servers that run said of late, for the report of a failure. */
export const complaints = () =>
  [...running].map((child) => lastWords.get(child)?.()).filter(Boolean)

/** Kills what still runs, and removes its state. */
export async function stopAll() {
  for (const child of running) signal(child, 'SIGKILL')
  await Promise.all([...folders].map((folder) => rm(folder, removal)))
}

/** To its whole group, so that no runtime outlives the script that started it. */
function signal(child: ChildProcess, name: NodeJS.Signals) {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, name)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false // not listening yet
  }
}

type Process = { pid: number; parent: number; name: string; ticks: number }

const cpuOf = (found: Process) => found.ticks * tickMs
const rssOf = (found: Process) => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(read(`/proc/${found.pid}/status`))?.[1]
  return Number(kilobytes ?? 0) * 1024
}

/** Of a process and all that descend from it. */
function sum(root: number, of: (found: Process) => number, name?: string): number | null {
  if (!existsSync('/proc/self/stat')) return null
  const all = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  const known = all
    .map(Number)
    .map(processOf)
    .filter((found) => found !== null)
  const mine = new Set([root])
  // A child may have a smaller id than its parent, so this looks until it finds no more.
  for (let size = 0; size < mine.size;) {
    size = mine.size
    for (const { pid, parent } of known) if (mine.has(parent)) mine.add(pid)
  }
  const counted = known.filter((found) => mine.has(found.pid) && (!name || found.name === name))
  return counted.reduce((total, found) => total + of(found), 0)
}

function processOf(pid: number): Process | null {
  const [, name = '', rest] = /\((.*)\) (.*)/s.exec(read(`/proc/${pid}/stat`)) ?? []
  if (rest === undefined) return null
  const fields = rest.split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  return { pid, parent: Number(fields[1]), name, ticks }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // the process ended meanwhile
  }
}
