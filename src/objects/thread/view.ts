// A thread, its members and its changes as one member sees them.
import type { Member, SyncPage, Thread } from '../../contract/thread.ts'
import { limits } from '../../contract/limits.ts'
import { readCursor, unreadOf } from '../../store/log/cursors.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { pageOfMessages } from '../../store/log/messages.ts'
import { iso, isoOrNull, memberOf, parsed, subjectOf } from '../../store/log/rows.ts'
import type { MemberRow } from '../../store/log/rows.ts'
import type { Changes } from '../../store/log/sync.ts'
import type { Turn } from './turn.ts'

type Live = Pick<Turn, 'log' | 'live'>

/** An open socket has been sent everything; what was read was delivered. */
export function deliveredCursor({ log, live }: Live, row: MemberRow, read: number): number {
  return Math.max(row.delivered_seq, read, live.has(row.user_id) ? log.head : 0)
}

export function memberView(turn: Live, row: MemberRow): Member {
  const read = readCursor(turn.log, row)
  return memberOf(row, { read, delivered: deliveredCursor(turn, row, read) })
}

export const isArchived = (log: ThreadLog, row: MemberRow) =>
  row.archived_seq !== null && row.archived_seq >= log.head

/** A member's own state of a thread. */
export function myState(log: ThreadLog, row: MemberRow, now: number): SyncPage['me'] {
  const readSeq = readCursor(log, row)
  return {
    ...unreadOf(log, row, readSeq),
    readSeq,
    pinnedAt: isoOrNull(row.pinned_at),
    mutedUntil: isoOrNull(
      row.muted_until !== null && row.muted_until > now ? row.muted_until : null,
    ),
    archivedAt: isoOrNull(isArchived(log, row) ? row.archived_at : null),
  }
}

export function threadView(turn: Live & Pick<Turn, 'now'>, me: MemberRow): Thread {
  const { log, now } = turn
  const { thread } = log
  const present = log.present()
  const others = present.filter((row) => row.user_id !== me.user_id)
  const listed = [me, ...others].slice(0, limits.membersInThread)
  const last = pageOfMessages(log, me, { limit: 1 })[0] ?? null
  const mine = myState(log, me, now)
  return {
    id: thread.id,
    type: thread.type,
    title: thread.title,
    metadata: parsed(thread.metadata),
    subject: subjectOf(thread),
    status:
      thread.status === 'closed' ? 'closed' : mine.archivedAt === null ? 'active' : 'archived',
    members: listed
      .toSorted((a, b) => a.joined_at - b.joined_at || (a.user_id < b.user_id ? -1 : 1))
      .map((row) => memberView(turn, row)),
    memberCount: present.length,
    epoch: thread.epoch,
    version: log.version,
    headSeq: log.head,
    lastMessage: last,
    ...mine,
    createdBy: thread.created_by,
    createdAt: iso(thread.created_at),
    updatedAt: last?.createdAt ?? iso(thread.created_at),
  }
}

export function syncPage(
  turn: Live & Pick<Turn, 'now'>,
  me: MemberRow,
  changes: Changes,
): SyncPage {
  const { log, now } = turn
  const { thread } = log
  return {
    cursor: `${thread.epoch}.${changes.upTo}`,
    more: changes.more,
    epoch: thread.epoch,
    headSeq: log.head,
    newFrom: changes.newFrom,
    messages: changes.messages,
    members: changes.members.map((row) => memberView(turn, row)),
    reads: readersOf(turn, changes).map((row) => {
      const { userId, readSeq, deliveredSeq } = memberView(turn, row)
      return { userId, readSeq, deliveredSeq }
    }),
    ...(changes.threadChanged && {
      thread: {
        type: thread.type,
        title: thread.title,
        metadata: parsed<Record<string, never>>(thread.metadata),
        subject: subjectOf(thread),
      },
    }),
    me: myState(log, me, now),
  }
}

/** Whose cursors a page tells: those that moved, and those whose open socket moves them unwritten. */
function readersOf({ log, live }: Live, changes: Changes): readonly MemberRow[] {
  if (changes.more || live.size > limits.receiptMembers) return changes.readers
  const told = new Set(changes.readers.map((row) => row.user_id))
  const moving = [...live]
    .filter((userId) => !told.has(userId))
    .flatMap((id) => log.member(id) ?? [])
  return [...changes.readers, ...moving]
}
