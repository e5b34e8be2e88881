// What each person said in the last seconds, to tell a message that is sent again. It is kept in
// memory, because a busy thread has too many newest messages to read for each new one; after an
// eviction it is read once from the end of the table, so that nothing is forgotten.
import { DUPLICATE_MS } from '../../core/spam.ts'
import type { ThreadLog } from './log.ts'
import { findMessage } from './messages.ts'
import type { MessageRow } from './rows.ts'

type Said = Pick<MessageRow, 'seq' | 'sender' | 'content' | 'created_at'>

/** Sender and content → when and where it was said last. */
type Places = Map<string, { seq: number; at: number }>

/** Two spans of time, so that what is over is dropped whole, and never looked for. */
type Memory = { from: number; fresh: Places; before: Places }

const memories = new WeakMap<ThreadLog, Memory>()

/** No user id holds a line break. */
const keyOf = ({ sender, content }: Pick<Said, 'sender' | 'content'>) => `${sender}\n${content}`

/**
 * The message with the same content that its sender sent a moment ago. One that was changed or
 * deleted since is not the same any more: taking a message back and saying it anew is no spam.
 */
export function findDuplicate(
  log: ThreadLog,
  sender: string,
  content: string,
  now: number,
): MessageRow | undefined {
  const { fresh, before } = memoryOf(log, now)
  const key = keyOf({ sender, content })
  const said = fresh.get(key) ?? before.get(key)
  if (!said || said.at <= now - DUPLICATE_MS) return undefined
  const row = findMessage(log, said.seq)
  return row?.edited_at === null && row.deleted_at === null ? row : undefined
}

/** A message was sent: the next one like it is compared with it. */
export function rememberSent(log: ThreadLog, row: Said): void {
  memoryOf(log, row.created_at).fresh.set(keyOf(row), { seq: row.seq, at: row.created_at })
}

function memoryOf(log: ThreadLog, now: number): Memory {
  const known = memories.get(log)
  const age = known ? now - known.from : 0
  if (known && age < DUPLICATE_MS) return known
  const before = !known
    ? readSince(log, now - DUPLICATE_MS)
    : age < 2 * DUPLICATE_MS
      ? known.fresh
      : new Map()
  const memory = { from: now, fresh: new Map(), before }
  memories.set(log, memory)
  return memory
}

function readSince(log: ThreadLog, since: number): Places {
  const places: Places = new Map()
  // The cursor reads as far as it is asked: to the first message that is too old.
  const newest = log.sql.exec<Said>(
    'SELECT seq, sender, content, created_at FROM messages ORDER BY seq DESC',
  )
  for (const row of newest) {
    if (row.created_at <= since) break
    const key = keyOf(row)
    if (!places.has(key)) places.set(key, { seq: row.seq, at: row.created_at })
  }
  return places
}
