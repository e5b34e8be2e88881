// Read and delivered cursors, and what is unread: always derived, so that nothing can drift.
import { limits } from '../../contract/limits.ts'
import type { ThreadLog } from './log.ts'
import { visible, visibleTo } from './messages.ts'
import type { MemberRow } from './rows.ts'

type Marks = { read: [seq: number, at: number][]; delivered: [seq: number, at: number][] }

export const noMarks = JSON.stringify({ read: [], delivered: [] } satisfies Marks)

const marksOf = (member: MemberRow) => JSON.parse(member.marks) as Marks

/** Where a member has read to. Their own last message moves the cursor without a row being written. */
export function readCursor(log: ThreadLog, member: MemberRow): number {
  const own = log.run<{ seq: number }>(
    'SELECT seq FROM messages WHERE seq > ? AND sender = ? ORDER BY seq DESC LIMIT 1',
    member.read_base,
    member.user_id,
  )[0]
  return own?.seq ?? member.read_seq
}

/** What a member has not read: not theirs, not deleted, not system, not hidden from them. */
export function unreadOf(log: ThreadLog, member: MemberRow, readSeq: number) {
  if (readSeq >= log.head) return { unread: 0, mentions: 0 }
  const counts = log.run<{ unread: number; mentions: number }>(
    `SELECT count(*) AS unread, count(CASE WHEN m.mentions IS NOT NULL AND EXISTS (
         SELECT 1 FROM json_each(m.mentions) WHERE value = ?) THEN 1 END) AS mentions
     FROM messages m
     WHERE m.seq > ? AND m.sender <> ? AND m.deleted_at IS NULL AND m.kind <> 'system'
       AND ${visible}`,
    ...[member.user_id, readSeq, member.user_id, ...visibleTo(member)],
  )[0]
  return counts ?? { unread: 0, mentions: 0 }
}

/** Moves a read cursor by hand, forward or back, and remembers when. One row. */
export function setRead(log: ThreadLog, member: MemberRow, seq: number, now: number): MemberRow {
  const marks = marksOf(member)
  const read = marks.read.filter(([marked]) => marked < seq)
  return log.change(member.user_id, {
    read_seq: seq,
    read_base: log.head,
    // What was read was delivered, also when the cursor goes back.
    delivered_seq: Math.max(member.delivered_seq, readCursor(log, member), seq),
    marks: JSON.stringify({ ...marks, read: kept([...read, [seq, now]]) }),
    read_version: log.next(),
  })
}

/** Moves a delivered cursor forward, and remembers when. One row. */
export function setDelivered(log: ThreadLog, userId: string, seq: number, now: number): MemberRow {
  const member = log.members.get(userId)
  const marks = member ? marksOf(member) : { read: [], delivered: [] }
  return log.change(userId, {
    delivered_seq: seq,
    marks: JSON.stringify({ ...marks, delivered: kept([...marks.delivered, [seq, now]]) }),
    read_version: log.next(),
  })
}

const kept = (marks: [number, number][]) => marks.slice(-limits.cursorMarks)

/**
 * When a member got and read a message (ms, null for not yet). Exact for the last moves of a cursor,
 * and the earliest one known for messages older than those. An open socket got it when it was sent.
 */
export function receiptOf(
  log: ThreadLog,
  member: MemberRow,
  message: { seq: number; created_at: number },
  live: boolean,
): { deliveredAt: number | null; readAt: number | null } {
  const { seq, created_at } = message
  const marks = marksOf(member)
  const first = (moves: [number, number][]) => moves.find(([marked]) => marked >= seq)?.[1] ?? null
  const sentLater = log.run<{ at: number }>(
    'SELECT created_at AS at FROM messages WHERE seq > ? AND sender = ? ORDER BY seq LIMIT 1',
    Math.max(seq, member.read_base),
    member.user_id,
  )[0]
  const joined = seq <= member.read_seq && member.joined_at > created_at ? member.joined_at : null
  const readAt =
    readCursor(log, member) < seq ? null : earliest(first(marks.read), sentLater?.at, joined)
  const reached = member.delivered_seq >= seq || live || readAt !== null
  const deliveredAt = reached
    ? earliest(first(marks.delivered), readAt, live ? created_at : null)
    : null
  return { deliveredAt, readAt }
}

const earliest = (...times: (number | null | undefined)[]): number | null => {
  const known = times.filter((time) => time != null)
  return known.length > 0 ? Math.min(...known) : null
}
