// What each person said in the last seconds, to tell a message that is sent again. It is kept in
// memory, because a busy thread has too many newest messages to read for each new one; after an
// eviction it is read once from the end of the table, so that nothing is forgotten.
import { DUPLICATE_MS } from '../../core/spam.ts'
import type { ThreadLog } from './log.ts'
import { findMessage } from './messages.ts'
import type { MessageRow } from './rows.ts'

type Said = Pick<MessageRow, 'seq' | 'sender' | 'content' | 'created_at'>

/** Sender and content → when and where it was said last, the oldest first. */
const recent = new WeakMap<ThreadLog, Map<string, { seq: number; at: number }>>()

const keyOf = ({ sender, content }: Pick<Said, 'sender' | 'content'>) =>
  JSON.stringify([sender, content])

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
  const said = saidSince(log, now - DUPLICATE_MS).get(keyOf({ sender, content }))
  const row = said && findMessage(log, said.seq)
  return row?.edited_at === null && row.deleted_at === null ? row : undefined
}

/** A message was sent: the next one like it is compared with it. */
export function rememberSent(log: ThreadLog, row: Said): void {
  remember(saidSince(log, row.created_at - DUPLICATE_MS), row)
}

function remember(said: Map<string, { seq: number; at: number }>, row: Said): void {
  const key = keyOf(row)
  said.delete(key)
  said.set(key, { seq: row.seq, at: row.created_at })
}

function saidSince(log: ThreadLog, since: number): Map<string, { seq: number; at: number }> {
  const known = recent.get(log)
  const said = known ?? readSince(log, since)
  if (!known) recent.set(log, said)
  for (const [key, { at }] of said) {
    if (at > since) break
    said.delete(key)
  }
  return said
}

function readSince(log: ThreadLog, since: number): Map<string, { seq: number; at: number }> {
  const rows: Said[] = []
  // The cursor reads as far as it is asked: to the first message that is too old.
  const newest = log.sql.exec<Said>(
    'SELECT seq, sender, content, created_at FROM messages ORDER BY seq DESC',
  )
  for (const row of newest) {
    if (row.created_at <= since) break
    rows.push(row)
  }
  const said = new Map<string, { seq: number; at: number }>()
  for (const row of rows.toReversed()) remember(said, row)
  return said
}
