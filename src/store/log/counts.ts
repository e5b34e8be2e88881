// How many messages a member may see, without reading them: seqs have no holes, so only what is
// missing is counted, each from an index of its own.
import type { ThreadLog } from './log.ts'
import { visible, visibleTo } from './messages.ts'
import type { MemberRow } from './rows.ts'

/** `deleted` are those of the total that are tombstones. */
export function countMessages(
  log: ThreadLog,
  member: MemberRow,
): { total: number; deleted: number } {
  const count = (query: string, ...bindings: unknown[]) =>
    log.run<{ count: number }>(`SELECT count(*) AS count FROM ${query}`, ...bindings)[0]?.count ?? 0
  const seen = [member.user_id, member.from_seq] as const
  // Whom I block has no index. It is rare, and then all of it is read.
  const total = log.blocks.get(member.user_id)?.size
    ? count(`messages m WHERE ${visible}`, ...visibleTo(member))
    : log.head -
      member.from_seq -
      count('hidden WHERE user_id = ? AND seq > ?', ...seen) -
      count(
        `messages m INDEXED BY messages_shadowed WHERE m.shadowed = 1 AND m.sender <> ?
           AND m.seq > ? AND NOT EXISTS (SELECT 1 FROM hidden h
             WHERE h.user_id = ? AND h.seq = m.seq)`,
        ...seen,
        member.user_id,
      )
  const deleted = count(
    `messages m INDEXED BY messages_touched
       WHERE m.version > m.born AND m.deleted_at IS NOT NULL AND ${visible}`,
    ...visibleTo(member),
  )
  return { total, deleted }
}
