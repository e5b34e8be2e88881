// Messages whose time is over are deleted for all by the alarm. Until it has come to them, whoever reads
// one finds it deleted already (store/log/rows.ts), so nothing depends on its being in time.
import { limits } from '../../contract/limits.ts'
import { expiredRows, noteNextExpiry } from '../../store/log/expiry.ts'
import { deleteForAll } from './messages.ts'
import type { Turn } from './turn.ts'

export function expireMessages(turn: Turn): void {
  const { log, now } = turn
  for (const row of expiredRows(log, now, limits.vanishBatch))
    deleteForAll(turn, row, row.expires_at ?? now)
  noteNextExpiry(log)
}
