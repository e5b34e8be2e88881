// Whom something that was said may call: members who have not read it, whom it is not from, and who did
// not shut it out. Whether it calls them in the end is asked again when they would be told.
import { limits } from '../../contract/limits.ts'
import { readCursor } from '../../store/log/cursors.ts'
import { firstBornAfter } from '../../store/log/changed.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { mentions } from '../../store/log/mentions.ts'
import type { MemberRow, MessageRow } from '../../store/log/rows.ts'

/** A page of members in the order of their ids. `since`: what was said after this version. */
export function calleesOf(
  log: ThreadLog,
  since: number,
  after: string,
  now: number,
): { userIds: string[]; next: string | null } {
  const said = log.run<Pick<MessageRow, 'seq' | 'sender'>>(
    `SELECT seq, sender FROM messages WHERE seq >= ? AND kind <> 'system' AND deleted_at IS NULL
       AND shadowed = 0 AND door IS NOT NULL ORDER BY seq LIMIT ?`,
    ...[firstBornAfter(log, since), limits.calledBatch],
  )
  const present = log.present()
  const page = present
    .filter(({ user_id }) => user_id > after)
    .toSorted((a, b) => (a.user_id < b.user_id ? -1 : 1))
    .slice(0, limits.calleesPage)
  // In a crowd only those are called whom a message names.
  const crowd = present.length > limits.fanOutMembers
  const called = (row: MemberRow) => {
    const read = readCursor(log, row)
    const blocked = log.blocks.get(row.user_id)
    const silent = crowd || (row.muted_until !== null && row.muted_until > now)
    return said.some(
      ({ seq, sender }) =>
        seq > read &&
        sender !== row.user_id &&
        !blocked?.has(sender) &&
        (!silent || mentions(log, row, seq)),
    )
  }
  const last = page.at(-1)
  return {
    userIds: page.filter(called).map(({ user_id }) => user_id),
    next: page.length === limits.calleesPage && last ? last.user_id : null,
  }
}
