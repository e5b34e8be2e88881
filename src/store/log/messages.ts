// Messages of one thread: written, found, and shown to one member.
import type { Door } from '../../contract/actor.ts'
import type { HiddenMessage, Message, Reaction, ReactionEntry } from '../../contract/message.ts'
import { messageId } from '../../contract/ids.ts'
import type { Preview } from '../../contract/preview.ts'
import { limits } from '../../contract/limits.ts'
import { firstLink } from '../../core/first-link.ts'
import { isTwin } from '../../core/twins.ts'
import type { Sent } from '../../core/twins.ts'
import type { ThreadLog } from './log.ts'
import { OWED, endOf, iso, messageOf, userOf } from './rows.ts'
import type { MemberRow, MessageRow } from './rows.ts'

/** A link in it gets a preview, unless that is null from the start. */
export type NewMessage = Omit<
  MessageRow,
  'seq' | 'born' | 'version' | 'forwarded' | 'preview' | 'attachments' | 'edited_at' | 'deleted_at'
> & { preview?: null; forwarded?: string | null; attachments?: string | null }

/** Appends a message: the next seq, the next version. Null where its sender's clientId is taken. */
export function insertMessage(
  log: ThreadLog,
  message: NewMessage,
  door: Door | null = null,
): MessageRow | null {
  const seq = log.head + 1
  const version = log.version + 1
  const preview = message.preview === null || linkOf(message) === null ? null : OWED
  const written = log.write(
    `INSERT INTO messages (seq, born, version, sender, client_id, kind, format, content, metadata,
       mentions, reply_to, created_at, door, preview, forwarded, everyone,
       expires_at, attachments)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (client_id, sender) WHERE client_id IS NOT NULL DO NOTHING`,
    ...[seq, version, version, message.sender, message.client_id, message.kind],
    ...[message.format, message.content, message.metadata, message.mentions, message.reply_to],
    ...[message.created_at, door, preview, message.forwarded ?? null, message.everyone ?? null],
    ...[message.expires_at ?? null, message.attachments ?? null],
  )
  if (written === 0) return null
  log.head = seq
  log.version = version
  const row = {
    ...message,
    ...{ seq, born: version, version, preview, forwarded: message.forwarded ?? null },
    ...{ attachments: message.attachments ?? null, edited_at: null, deleted_at: null },
  }
  log.recent.push(row)
  return row
}

const linkOf = ({ content, format }: Pick<MessageRow, 'content' | 'format'>) =>
  firstLink(content, format)

export const findMessage = (log: ThreadLog, seq: number): MessageRow | undefined =>
  log.run<MessageRow>('SELECT * FROM messages WHERE seq = ?', seq)[0]

export const findByClientId = (
  log: ThreadLog,
  sender: string,
  clientId: string,
): MessageRow | undefined =>
  log.run<MessageRow>(
    'SELECT * FROM messages WHERE client_id = ? AND sender = ?',
    clientId,
    sender,
  )[0]

/** The message that this one repeats through another door, if there is one. */
export function findTwin(log: ThreadLog, sender: string, again: Sent): MessageRow | undefined {
  return log
    .run<MessageRow & { door: Door | null }>(
      'SELECT * FROM messages WHERE seq > ? AND sender = ? AND content = ? ORDER BY seq DESC',
      ...[log.head - limits.twinReach, sender, again.content],
    )
    .find(({ door, client_id, format, content, created_at }) =>
      isTwin({ door, clientId: client_id, format, content, at: created_at }, again),
    )
}

/** A row as it would be if what is over had been written down already. */
export function asOfNow(row: MessageRow): MessageRow {
  const end = endOf(row, Date.now())
  return end === row.deleted_at ? row : { ...row, content: null, metadata: null, deleted_at: end }
}

/** Marks a message as changed: it takes the next version, and `sync` finds it there. */
export function touchMessage(
  log: ThreadLog,
  row: MessageRow,
  change: Partial<
    Pick<MessageRow, 'content' | 'format' | 'metadata' | 'preview' | 'edited_at' | 'deleted_at'>
  >,
): MessageRow {
  const edited = { ...row, ...change, version: log.next() }
  const link = linkOf(edited)
  // Who keeps the link keeps its preview.
  const preview = link === linkOf(row) ? edited.preview : link === null ? null : OWED
  const touched = { ...edited, preview }
  log.recent.clear()
  log.run(
    `UPDATE messages SET version = ?, content = ?, format = ?, metadata = ?, edited_at = ?,
       deleted_at = ?, preview = ? WHERE seq = ?`,
    ...[touched.version, touched.content, touched.format, touched.metadata],
    ...[touched.edited_at, touched.deleted_at, touched.preview, touched.seq],
  )
  return touched
}

/** Messages, of the newest, whose link was not looked up yet. */
export const owedPreviews = (log: ThreadLog): MessageRow[] =>
  log.run<MessageRow>(
    'SELECT * FROM messages WHERE seq > ? AND preview = ?',
    ...[log.head - limits.previewReach, OWED],
  )

/** What came of looking up a link. Finding nothing changes nothing for anybody: no new version. */
export function keepPreview(log: ThreadLog, row: MessageRow, preview: Preview | null): MessageRow {
  if (preview) return touchMessage(log, row, { preview: JSON.stringify(preview) })
  log.recent.clear()
  log.run('UPDATE messages SET preview = NULL WHERE seq = ?', row.seq)
  return { ...row, preview: null }
}

export function reactionsOf(log: ThreadLog, seq: number): Reaction[] {
  return reactionsOfAll(log, [seq]).get(seq) ?? []
}

/** Entities of rows, with their reactions read at once. */
export function messagesOf(log: ThreadLog, rows: MessageRow[]): Message[] {
  const reactions = reactionsOfAll(
    log,
    rows.map((row) => row.seq),
  )
  return rows.map((row) => messageOf(log.id, row, reactions.get(row.seq) ?? [], log.members))
}

/** Reactions of several messages, by seq. */
export function reactionsOfAll(log: ThreadLog, seqs: number[]): Map<number, Reaction[]> {
  const found = new Map<number, Reaction[]>()
  if (seqs.length === 0) return found
  type Row = { seq: number; emoji: string; user_id: string }
  const rows = log.run<Row>(
    `SELECT seq, emoji, user_id FROM reactions WHERE seq IN (SELECT value FROM json_each(?))
     ORDER BY seq, at, user_id`,
    JSON.stringify(seqs),
  )
  for (const row of rows) {
    const reactions = found.get(row.seq) ?? []
    const same = reactions.find((reaction) => reaction.emoji === row.emoji)
    if (same) {
      same.userIds.push(row.user_id)
      same.count += 1
    } else reactions.push({ emoji: row.emoji, count: 1, userIds: [row.user_id] })
    found.set(row.seq, reactions)
  }
  return found
}

/** Reactions to a stretch of messages one by one, the oldest first, by seq. */
export function reactionEntries(
  log: ThreadLog,
  from: number,
  to: number,
): Map<number, ReactionEntry[]> {
  type Row = { seq: number; emoji: string; user_id: string; at: number }
  const rows = log.run<Row>(
    `SELECT seq, emoji, user_id, at FROM reactions WHERE seq >= ? AND seq <= ?
     ORDER BY seq, at, user_id`,
    ...[from, to],
  )
  const found = new Map<number, ReactionEntry[]>()
  for (const { seq, emoji, user_id, at } of rows) {
    const entry = { emoji, user: userOf(user_id, log.members), createdAt: iso(at) }
    found.set(seq, [...(found.get(seq) ?? []), entry])
  }
  return found
}

/** Leaves a message to its sender alone, in the same turn that stored it. */
export function shadowMessage(log: ThreadLog, row: MessageRow): void {
  log.recent.clear()
  log.run('UPDATE messages SET shadowed = 1 WHERE seq = ?', row.seq)
}

/** The condition under which a message `m` is there for those who see it; `thereAt` binds it. */
export const there = `m.deleted_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > ?)`
export const thereAt = () => Date.now()

/** The condition under which a member sees a message `m`; `visibleTo` binds it. */
export const visible = `m.seq > ? AND (m.shadowed = 0 OR m.sender = ?)
  AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.user_id = ? AND h.seq = m.seq)
  AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.user_id = ? AND b.blocked_id = m.sender
    AND b.since <= m.created_at)`
export const visibleTo = (member: MemberRow) => [
  member.from_seq,
  ...[member.user_id, member.user_id, member.user_id],
]

/** One page of what a member sees, in seq order. */
export function pageOfMessages(
  log: ThreadLog,
  member: MemberRow,
  where: { before?: number; after?: number; around?: number; limit: number },
): Message[] {
  const page = (condition: string, order: 'ASC' | 'DESC', seq: number, limit: number) =>
    log.run<MessageRow>(
      `SELECT m.* FROM messages m WHERE m.seq ${condition} ? AND ${visible}
       ORDER BY m.seq ${order} LIMIT ?`,
      ...[seq, ...visibleTo(member), limit],
    )
  const { limit } = where
  if (where.around !== undefined) {
    const older = page('<=', 'DESC', where.around, Math.ceil(limit / 2)).toReversed()
    const newer = page('>', 'ASC', where.around, limit - older.length)
    return messagesOf(log, [...older, ...newer])
  }
  if (where.after !== undefined) return messagesOf(log, page('>', 'ASC', where.after, limit))
  const before = where.before ?? log.head + 1
  return messagesOf(log, page('<', 'DESC', before, limit).toReversed())
}

/** A message and `around` others near it, in seq order: half of them older, where there are as many. */
export function messagesAround(log: ThreadLog, seq: number, around: number): Message[] {
  const take = (condition: string, order: 'ASC' | 'DESC') =>
    log.run<MessageRow>(
      `SELECT * FROM messages WHERE seq ${condition} ? ORDER BY seq ${order} LIMIT ?`,
      ...[seq, around],
    )
  const [older, newer] = [take('<', 'DESC'), take('>', 'ASC')]
  const before = Math.max(Math.ceil(around / 2), around - newer.length)
  const shown = older.slice(0, before)
  const row = findMessage(log, seq)
  return messagesOf(log, [
    ...shown.toReversed(),
    ...(row ? [row] : []),
    ...newer.slice(0, around - shown.length),
  ])
}

/** A message that a member may see, or undefined. One whose time is over is as good as deleted. */
export function visibleMessage(
  log: ThreadLog,
  member: MemberRow,
  seq: number,
): MessageRow | undefined {
  const row = log.run<MessageRow>(
    `SELECT m.* FROM messages m WHERE m.seq = ? AND ${visible}`,
    ...[seq, ...visibleTo(member)],
  )[0]
  return row && asOfNow(row)
}

/** The messages from one seq to another that a member may see, in seq order. */
export const visibleMessages = (
  log: ThreadLog,
  member: MemberRow,
  from: number,
  to: number,
): MessageRow[] =>
  log
    .run<MessageRow>(
      `SELECT m.* FROM messages m WHERE m.seq >= ? AND m.seq <= ? AND ${visible} ORDER BY m.seq`,
      ...[from, to, ...visibleTo(member)],
    )
    .map(asOfNow)

/** Of some messages, by seq, those that a member may see, in seq order. */
export const visibleOf = (log: ThreadLog, member: MemberRow, seqs: number[]): MessageRow[] =>
  log.run<MessageRow>(
    `SELECT m.* FROM messages m WHERE m.seq IN (SELECT value FROM json_each(?)) AND ${visible}
     ORDER BY m.seq`,
    ...[JSON.stringify(seqs), ...visibleTo(member)],
  )

export const isHidden = (log: ThreadLog, userId: string, seq: number) =>
  log.run('SELECT 1 FROM hidden WHERE user_id = ? AND seq = ?', userId, seq).length > 0

export function hideMessage(log: ThreadLog, userId: string, seq: number): HiddenMessage {
  const version = log.next()
  log.run('INSERT INTO hidden VALUES (?, ?, ?)', userId, seq, version)
  return { id: messageId(log.id, seq), seq, version, hidden: true }
}
