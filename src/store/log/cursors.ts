// Read and delivered cursors, and what is unread: always derived, so that nothing can drift.
import { limits } from '../../contract/limits.ts'
import type { ThreadLog } from './log.ts'
import { mentionOf, mentioning } from './mentions.ts'
import { there, thereAt, visible, visibleTo } from './messages.ts'
import type { MemberRow } from './rows.ts'

/** `version` is that of a move of the read cursor forward; there are others. */
type Mark = [seq: number, at: number, version?: number]
type Marks = { read: Mark[]; delivered: Mark[] }

export const noMarks = JSON.stringify({ read: [], delivered: [] } satisfies Marks)

export const marksOf = (member: MemberRow) => JSON.parse(member.marks) as Marks

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
    `SELECT count(*) AS unread, count(CASE WHEN ${mentioning} THEN 1 END) AS mentions
     FROM messages m
     WHERE m.seq > ? AND m.sender <> ? AND ${there} AND m.kind <> 'system'
       AND ${visible}`,
    ...[...mentionOf(member), readSeq, member.user_id, thereAt(), ...visibleTo(member)],
  )[0]
  return counts ?? { unread: 0, mentions: 0 }
}

/** Moves a read cursor by hand, forward or back, and remembers when. One row. */
export function setRead(log: ThreadLog, member: MemberRow, seq: number, now: number): MemberRow {
  const marks = marksOf(member)
  const before = readCursor(log, member)
  const version = log.next()
  const read = marks.read.filter(([marked]) => marked < seq)
  const move: Mark = seq > before ? [seq, now, version] : [seq, now]
  return log.change(member.user_id, {
    read_seq: seq,
    read_base: log.head,
    // What was read was delivered, also when the cursor goes back.
    delivered_seq: Math.max(member.delivered_seq, before, seq),
    marks: JSON.stringify({ ...marks, read: kept([...read, move]) }),
    read_version: version,
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

const kept = (marks: Mark[]) => marks.slice(-limits.cursorMarks)
