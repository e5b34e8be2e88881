// A film of 200 MB through the upload in parts, cut off in the middle and gone on with: how fast, and
// how much memory the server needs for it.
import { createHash } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { call } from '../load/http.ts'
import { startSkein } from '../peers/skein.ts'
import type { Skein } from '../peers/skein.ts'
import { quiet } from './scenario.ts'
import type { Scenario, Unit } from './scenario.ts'

const title = 'a file of 200 MB in parts, cut off and resumed'
const owner = 'upload-owner'
const MB = 1_000_000
const lookMs = 50

type Upload = { id: string; partSize: number; parts: number; received: number[] }
type Attachment = { id: string; size: number; sha256: string }

/** What an isolate has on Cloudflare; without a limit nobody collects what is garbage. */
const env = { MINIFLARE_WORKERD_V8_FLAGS: '--max-heap-size=128' }

export const upload: Scenario = {
  name: 'upload',
  title,
  run: async (bench) => {
    if (!bench.peers.includes('skein')) return
    const skein = await startSkein(env)
    const record = (name: string, unit: Unit, value: number) =>
      bench.record(title, 'skein', { name, unit, value })
    const memory = () => skein.child.rssBytes('workerd') ?? 0
    const large = (bench.quick ? 40 : 200) * MB
    // A server that did this once has all that it needs for it.
    await bring(skein, large / 4)
    for (let turn = 0; turn < bench.rounds; turn++) {
      const grown: number[] = []
      for (const size of [large / 4, large]) {
        await quiet([skein.child])
        const before = memory()
        const watched = watch(memory)
        const begin = performance.now()
        const { sent, got, parts } = await bring(skein, size)
        const seconds = (performance.now() - begin) / 1000
        grown.push((await watched.end()) - before)
        if (got.sha256 !== sent || got.size !== size || parts !== 0)
          bench.fault(title, `${got.size} of ${size} bytes, ${parts} parts lost`)
        if (size === large) record('speed', 'MB/s', size / MB / seconds)
      }
      const [quarter = NaN, whole = NaN] = grown
      record(`memory for ${large / 4 / MB} MB`, 'MB', quarter / MB)
      record(`memory for ${large / MB} MB`, 'MB', whole / MB)
      record('memory ÷ file', '%', (whole / large) * 100)
    }
    await skein.child.stop()
  },
}

/** The text of a part; no two uploads are the same file, which would be stored once. */
function partOf(part: number, bytes: number): Buffer {
  return Buffer.alloc(bytes, `line of part ${part}, at ${performance.now()}\n`)
}

async function bring(skein: Skein, size: number) {
  const made = { name: 'film.txt', size }
  const begun = await call<Upload>(await skein.as(owner, 'POST', '/uploads', made))
  const path = `/uploads/${begun.id}`
  const hash = createHash('sha256')
  const middle = Math.ceil(begun.parts / 2)
  let again = 0
  for (let part = 1; part <= begun.parts; part++) {
    const start = (part - 1) * begun.partSize
    const bytes = partOf(part, Math.min(begun.partSize, size - start))
    hash.update(bytes)
    if (part === middle) {
      await cut(skein, `${path}/parts/${part}`, bytes)
      const { received } = await call<Upload>(await skein.as(owner, 'GET', path))
      again = part - 1 - received.length
    }
    await put(skein, `${path}/parts/${part}`, bytes)
  }
  const got = await call<Attachment>(await skein.as(owner, 'POST', `${path}/complete`, {}))
  return { sent: hash.digest('hex'), got, parts: again }
}

async function put(skein: Skein, path: string, bytes: Buffer, signal?: AbortSignal) {
  const { url, headers = {} } = await skein.as(owner, 'PUT', path)
  const body = signal ? halfOf(bytes) : bytes
  const init = { method: 'PUT', headers, body, signal, ...(signal && { duplex: 'half' as const }) }
  const response = await fetch(url, init as RequestInit)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  await response.arrayBuffer()
}

/** A client whose network goes away in the middle of a part. */
async function cut(skein: Skein, path: string, bytes: Buffer): Promise<void> {
  const gone = new AbortController()
  const half = put(skein, path, bytes, gone.signal).catch(() => undefined)
  await wait(lookMs)
  gone.abort()
  await half
}

/** Half of it, and no end. */
const halfOf = (bytes: Buffer) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes.subarray(0, bytes.length / 2)),
  })

/** The most that something was, looked at again and again. */
function watch(look: () => number) {
  let most = look()
  const timer = setInterval(() => {
    most = Math.max(most, look())
  }, lookMs)
  return {
    end: async () => {
      await wait(lookMs)
      clearInterval(timer)
      return most
    },
  }
}
