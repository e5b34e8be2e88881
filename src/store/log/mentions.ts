// Whom a message calls: those it names, and everyone where it says so.
import type { ThreadLog } from './log.ts'
import { ALL } from './rows.ts'
import type { MemberRow } from './rows.ts'

/**
 * The condition under which a message `m` mentions a member; `mentionOf` binds it. Who came later was
 * not called. The same rules as in store/model/threads.ts.
 */
export const mentioning = `(m.mentions IS NOT NULL OR m.everyone IS NOT NULL)
  AND (m.everyone = '${ALL}' AND m.created_at >= ?
    OR EXISTS (SELECT 1 FROM json_each(m.mentions) WHERE value = ?)
    OR m.everyone <> '${ALL}' AND EXISTS (SELECT 1 FROM json_each(m.everyone) WHERE value = ?))`
export const mentionOf = (member: MemberRow) => [member.joined_at, member.user_id, member.user_id]

export const mentions = (log: ThreadLog, member: MemberRow, seq: number): boolean =>
  log.run(`SELECT 1 FROM messages m WHERE m.seq = ? AND ${mentioning}`, seq, ...mentionOf(member))
    .length > 0
