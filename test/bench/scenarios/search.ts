// Search over real chat: 196,123 messages of a public channel, in 153 threads of one person.
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import { drive } from '../load/drive.ts'
import { call } from '../load/http.ts'
import { administrator } from '../peers/skein.ts'
import type { Skein } from '../peers/skein.ts'
import { quiet } from './scenario.ts'
import type { Bench, Scenario } from './scenario.ts'

const title = 'search, first page of 20'
const usualData = join(import.meta.dirname, '../../../../shared/data/ubuntu-irc.jsonl.gz')
const linesAtOnce = 5000
const quickLines = 20_000
/** The index follows within a second; after this much of an import, it has long had it. */
const indexedMostMs = 60_000
const lookMs = 250

/** As different as what people type: how many words, how common, which operators. */
const queries: Record<string, string[]> = {
  'a rare word': ['subversion', 'brulee', 'thinkpad', 'segfault', 'wacom', 'kleedrac'],
  'a common word': ['install', 'ubuntu', 'nvidia', 'kernel', 'thanks', 'the'],
  'some words': ['nvidia driver', 'how to install', 'mount usb drive', 'sound not working'],
  'a phrase': ['"command not found"', '"in the terminal"', '"dual boot"', 'apt-get'],
  'a beginning': ['inst*', 'wirel*', 'gnom* pan*', 'segf*'],
  'without a word': ['wifi -driver', 'java -sun -eclipse', 'grub -"dual boot"'],
  'from somebody': ['install from:crimsun', 'from:ubottu firefox', 'from:LjL'],
  'of a time': ['nvidia before:2007', 'wifi after:2012-01-01', 'grub on:2010'],
  'with a link': ['has:link kernel', 'has:link from:crimsun', 'pastebin has:link'],
  'in one thread': ['the in:"2004-12-25.train-c"', 'install in:"2004-12-25.train-c"'],
}

type Page = { items: unknown[]; total?: number }

export const search: Scenario = {
  name: 'search',
  title,
  run: async (bench) => {
    const skein = await bench.skein()
    if (!skein) return
    const file = bench.data ?? usualData
    if (!existsSync(file)) return bench.note(title, `left out: no ${file}, name yours with --data`)
    await importFile(bench, skein, file)
    await quiet([skein.child])
    for (let turn = 0; turn < bench.rounds; turn++) await measure(bench, skein)
  },
}

/** Each kind by itself, to see which one costs, and then all of them in turn, as people would ask. */
async function measure(bench: Bench, skein: Skein) {
  const all = Object.values(queries).flat()
  for (const [name, texts] of [...Object.entries(queries), ['all in turn', all] as const]) {
    let asked = 0
    const lane = async () => {
      const { items } = await find(skein, texts[asked++ % texts.length] ?? '')
      if (items.length > 20) bench.fault(title, `${items.length} hits on a page`)
    }
    const { p50, p95 } = await drive([lane], { count: texts.length * (bench.quick ? 3 : 10) })
    bench.record(title, 'skein', { name: `${name}, p50`, unit: 'ms', value: p50 })
    bench.record(title, 'skein', { name: `${name}, p95`, unit: 'ms', value: p95 })
  }
}

const find = async (skein: Skein, q: string, more = '') =>
  call<Page>(await skein.as(administrator, 'GET', `/search?q=${encodeURIComponent(q)}${more}`))

async function importFile(bench: Bench, skein: Skein, file: string) {
  const begin = performance.now()
  let messages = 0
  const send = async (lines: string[]) => {
    const ask = await skein.as(administrator, 'POST', '/admin/import?source=bench')
    const response = await fetch(ask.url, {
      method: 'POST',
      headers: { ...ask.headers, 'Content-Type': 'application/x-ndjson' },
      body: lines.join('\n'),
    })
    if (!response.ok) throw new Error(`import: ${response.status} ${await response.text()}`)
    messages += ((await response.json()) as { messages: number }).messages
  }
  const raw = createReadStream(file)
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw
  let lines: string[] = []
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    if (bench.quick && messages + lines.length >= quickLines) break
    lines.push(line)
    if (lines.length === linesAtOnce) await send(lines.splice(0))
  }
  if (lines.length > 0) await send(lines)
  const seconds = (performance.now() - begin) / 1000
  bench.record(title, 'skein', { name: 'import', unit: 'msg/s', value: messages / seconds })
  await indexed(bench, skein, messages)
}

/** Waits until all is found that was imported. */
async function indexed(bench: Bench, skein: Skein, messages: number) {
  const begin = performance.now()
  for (let total = 0; total < messages;) {
    if (performance.now() - begin > indexedMostMs)
      return bench.fault(title, `${total} of ${messages} messages are found`)
    await wait(lookMs)
    total = (await find(skein, 'after:1970', '&total=true&limit=1')).total ?? 0
  }
  const value = performance.now() - begin
  bench.record(title, 'skein', { name: 'import, until the last is found', unit: 'ms', value })
}
