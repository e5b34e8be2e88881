// Import: lines of JSON, streamed, one thread for each log, in calls of some hundred messages.
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { Time, UserId, derivedThreadId } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import type { Output } from '../contract/operations.ts'
import type { Env } from '../env.ts'
import { threadStub } from '../objects/stubs.ts'
import type { ImportedMessage } from '../objects/thread/import.ts'

/** One line: `log` names the thread, `line` is unique in it and increasing. */
const Line = z.object({
  log: z.string().min(1).max(limits.title),
  line: z.number().int().min(0),
  at: Time,
  nick: UserId,
  text: z.string().max(limits.content),
  action: z.boolean().optional(),
  replyTo: z.number().int().min(0).optional(),
})
type Line = z.infer<typeof Line>

/**
 * Reads NDJSON to its end. A line that does not fit stops the import with its number; what came
 * before is kept, and skipped the next time.
 */
export async function importLines(
  env: Env,
  actor: Actor,
  source: string,
  body: ReadableStream<Uint8Array>,
): Promise<Output<'admin.import'>> {
  const result = { threads: 0, messages: 0, replies: 0, skipped: 0 }
  const touched = new Set<string>()
  let log: string | null = null
  let waiting: ImportedMessage[] = []

  const flush = async () => {
    if (log === null || waiting.length === 0) return
    const id = await derivedThreadId('import', [source, log])
    const thread = threadStub(env, id)
    const done = await thread.import(actor, { id, title: log, messages: waiting })
    waiting = []
    touched.add(id)
    if (done.created) result.threads += 1
    result.messages += done.messages
    result.replies += done.replies
    result.skipped += done.skipped
  }

  try {
    let number = 0
    for await (const text of linesOf(body)) {
      number += 1
      if (text.trim() === '') continue
      const line = parseLine(text, number)
      if (line.log !== log || waiting.length === limits.importBatch) await flush()
      log = line.log
      waiting.push(messageOf(source, line))
    }
  } finally {
    await flush()
    await Promise.all([...touched].map((id) => threadStub(env, id).settle()))
  }
  return result
}

function parseLine(text: string, number: number): Line {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new ChatError('invalid', `line ${number}: is no JSON`)
  }
  const line = Line.safeParse(json)
  if (line.success) return line.data
  const [issue] = line.error.issues
  throw new ChatError('invalid', `line ${number}: ${issue?.path.join('.')}: ${issue?.message}`)
}

const messageOf = (source: string, line: Line): ImportedMessage => ({
  key: `${source}:${line.line}`,
  author: line.nick,
  content: line.text,
  metadata: line.action ? { action: true } : null,
  at: Date.parse(line.at),
  replyTo: line.replyTo === undefined ? null : `${source}:${line.replyTo}`,
})

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > limits.bodyBytes) throw new ChatError('too_large', 'a line is too long')
    yield* lines
  }
  yield rest
}
