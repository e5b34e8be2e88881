// Messages that are kept for a while only: how far back they reach, and when the next one is too old.
// Its one row in the due table has as its key the last seq that is done with, so that nothing is read
// twice, and nothing is written of a thread but that.
import { limits } from '../../contract/limits.ts'
import type { ThreadLog } from './log.ts'
import type { MessageRow } from './rows.ts'

const RETENTION = 'retention'

/**
 * Puts the time of a thread in the due table where it is not there, or would be too late since the
 * setting changed. False for a thread without a message: there is no time yet.
 */
export function noteRetention(log: ThreadLog, keptMs: number): boolean {
  if (log.head === 0) return false
  const known = log.run<{ key: string; at: number }>(
    'SELECT key, at FROM due WHERE kind = ?',
    RETENTION,
  )[0]
  const key = known?.key ?? '0'
  const [next] = rowsFrom(log, Number(key), 1)
  const at = next && next.created_at + keptMs
  if (at !== undefined && (known === undefined || at < known.at)) log.setDue(RETENTION, key, at)
  return true
}

/** Calls `drop` with what is too old, a batch of it, and puts the next time in the due table. */
export function takeOld(
  log: ThreadLog,
  done: number,
  { now, keptMs }: { now: number; keptMs: number },
  drop: (row: MessageRow) => void,
): void {
  const rows = rowsFrom(log, done, limits.vanishBatch)
  const young = rows.find((row) => row.created_at + keptMs > now)
  const old = rows.filter((row) => young === undefined || row.seq < young.seq)
  for (const row of old) if (row.deleted_at === null) drop(row)
  const upTo = old.at(-1)?.seq ?? done
  const next = young
    ? Math.max(young.created_at + keptMs, now + limits.retentionPauseMs)
    : upTo < log.head
      ? now
      : now + keptMs
  log.setDue(RETENTION, String(upTo), next)
}

const rowsFrom = (log: ThreadLog, seq: number, most: number): MessageRow[] =>
  log.run<MessageRow>('SELECT * FROM messages WHERE seq > ? ORDER BY seq LIMIT ?', seq, most)
