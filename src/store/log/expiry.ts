// Messages that vanish: which of them are over, and when the next one is.
import type { ThreadLog } from './log.ts'
import type { MessageRow } from './rows.ts'

/** The kind of their one row in the due table: the time of the first. */
const EXPIRY = 'expiry'

/** A message that vanishes was sent. Only one that does so before all others moves their time. */
export const noteExpiry = (log: ThreadLog, at: number) => log.bringDue(EXPIRY, '', at)

/** What is over, at most `most` of it, the first first. */
export const expiredRows = (log: ThreadLog, now: number, most: number): MessageRow[] =>
  log.run<MessageRow>(
    `SELECT * FROM messages WHERE expires_at <= ? AND deleted_at IS NULL
     ORDER BY expires_at, seq LIMIT ?`,
    ...[now, most],
  )

/** Puts the next time in the due table, whence the last one was taken. */
export function noteNextExpiry(log: ThreadLog): void {
  const next = log.run<{ at: number | null }>(
    `SELECT min(expires_at) AS at FROM messages
     WHERE expires_at IS NOT NULL AND deleted_at IS NULL`,
  )[0]?.at
  if (next != null) log.setDue(EXPIRY, '', next)
}
