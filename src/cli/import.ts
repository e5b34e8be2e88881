// `npm run import -- FILE`: sends a file of JSON lines (gzip too) to a running server.
import { createReadStream, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { createGunzip } from 'node:zlib'
import { DEVELOPMENT_SECRET } from '../contract/development.ts'
import { signToken } from '../identity/token.ts'
import { UsageError, command, usage } from './failure.ts'

/** Lines of one request: a request that is cut off costs no more than this much again. */
const LINES = 5000
const names = ['threads', 'messages', 'replies', 'skipped'] as const
type Counts = Record<(typeof names)[number], number>

await command(async () => {
  const { values, positionals } = usage(() =>
    parseArgs({
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://127.0.0.1:8787' },
        token: { type: 'string' },
        source: { type: 'string', default: 'import' },
      },
    }),
  )
  const [file] = positionals
  if (!file)
    throw new UsageError('Say which file: npm run import -- FILE [--url URL] [--token JWT]')
  const size = usage(() => statSync(file).size)
  const token =
    values.token ??
    (await signToken({ sub: 'importer', name: 'Importer', role: 'admin' }, DEVELOPMENT_SECRET, {
      expiresIn: 86_400,
    }))
  const url = `${values.url}/v1/admin/import?source=${encodeURIComponent(values.source)}`
  const total: Counts = { threads: 0, messages: 0, replies: 0, skipped: 0 }
  const raw = createReadStream(file)
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw

  const send = async (lines: string[]) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
      body: lines.join('\n'),
    }).catch((error: unknown) => {
      throw new UsageError(`${values.url} does not answer (is it running?): ${String(error)}`)
    })
    if (!response.ok)
      throw new UsageError(`The server answered ${response.status}: ${await response.text()}`)
    const counts = (await response.json()) as Counts
    for (const name of names) total[name] += counts[name]
    if (process.stderr.isTTY) process.stderr.write(progress(raw.bytesRead / size, total))
  }

  let lines: string[] = []
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    lines.push(line)
    if (lines.length === LINES) await send(lines.splice(0))
  }
  if (lines.length > 0) await send(lines)
  if (process.stderr.isTTY) process.stderr.write('\n')
  console.log(names.map((name) => `${total[name]} ${name}`).join(', '))
})

function progress(part: number, total: Counts): string {
  const width = 30
  const done = Math.round(Math.min(1, part) * width)
  return `\r[${'#'.repeat(done)}${' '.repeat(width - done)}] ${total.messages + total.skipped} messages`
}
