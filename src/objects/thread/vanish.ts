// Messages whose time is over are deleted for all by the alarm: those that were sent to vanish, and
// those that are older than the operator has messages of this type kept.
import { limits } from '../../contract/limits.ts'
import type { Settings } from '../../env.ts'
import { expiredRows, noteNextExpiry } from '../../store/log/expiry.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { noteRetention, takeOld } from '../../store/log/retention.ts'
import { deleteForAll } from './messages.ts'
import { lapsed } from './terms.ts'
import type { Turn } from './turn.ts'

const DAY = 24 * 60 * 60_000

/**
 * Until the alarm has come to them, whoever reads one finds it deleted already (store/log/rows.ts), so
 * nothing depends on its being in time.
 */
export function expireMessages(turn: Turn): void {
  const { log, now } = turn
  for (const row of expiredRows(log, now, limits.vanishBatch))
    deleteForAll(turn, lapsed(turn, row), row.expires_at ?? now)
  noteNextExpiry(log)
}

/** `done`: up to which seq nothing is left. Where the setting is gone, so is the time. */
export function dropOld(turn: Turn, done: number): void {
  const { log, now, settings } = turn
  const keptMs = keptFor(log, settings)
  if (keptMs === null) return
  takeOld(log, done, { now, keptMs }, (row) => deleteForAll(turn, lapsed(turn, row)))
}

/** Has the alarm come for what gets too old. True when it does, or never needs to. */
export function watchAge(log: ThreadLog, settings: Settings): boolean {
  const keptMs = keptFor(log, settings)
  return keptMs === null || noteRetention(log, keptMs)
}

function keptFor({ thread }: ThreadLog, { RETENTION_DAYS }: Settings): number | null {
  const days = RETENTION_DAYS[thread.type]
  return days === undefined ? null : days * DAY
}
