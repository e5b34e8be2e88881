// Which messages of a thread show which files. A message without a file has no row here.
import type { ShownAttachment } from '../../contract/attachment.ts'
import type { FileKind } from '../../contract/files.ts'
import { attachmentsOf } from '../attachments.ts'
import type { StoredAttachment } from '../attachments.ts'
import type { ThreadLog } from './log.ts'
import { messagesOf, there, thereAt, visible, visibleTo } from './messages.ts'
import type { MemberRow, MessageRow } from './rows.ts'

/** The JSON of a message's files; null for none, as for most. */
export const attachmentsJson = (stored: readonly StoredAttachment[]): string | null =>
  stored.length > 0 ? JSON.stringify(stored) : null

export function noteAttached(log: ThreadLog, seq: number, ids: string[]): void {
  log.run(
    'INSERT INTO attached (attachment_id, seq) SELECT value, ? FROM json_each(?)',
    seq,
    JSON.stringify(ids),
  )
}

/** Takes the files off a message. Answers those that no message of this thread shows any more. */
export function takeAttachments(log: ThreadLog, { seq, attachments }: MessageRow) {
  const taken = attachmentsOf(attachments)
  log.run('UPDATE messages SET attachments = NULL WHERE seq = ?', seq)
  log.run(
    'DELETE FROM attached WHERE seq = ? AND attachment_id IN (SELECT value FROM json_each(?))',
    seq,
    JSON.stringify(taken.map(({ id }) => id)),
  )
  return taken.filter(({ id }) => !isAttached(log, id))
}

/** Whether any message holds a file, whoever may see it. */
export const isAttached = (log: ThreadLog, id: string): boolean =>
  log.run('SELECT 1 FROM attached WHERE attachment_id = ? LIMIT 1', id).length > 0

/** Whether a member sees a message that shows a file. */
export const showsTo = (log: ThreadLog, member: MemberRow, id: string): boolean =>
  log.run(
    `SELECT 1 FROM attached a JOIN messages m ON m.seq = a.seq
     WHERE a.attachment_id = ? AND ${there} AND ${visible} LIMIT 1`,
    ...[id, thereAt(), ...visibleTo(member)],
  ).length > 0

/**
 * The files of a thread, the newest message first, those of `limit` messages. No index says which
 * messages have files: one would cost a row for each, and this list is read far less often.
 */
export function galleryOf(
  log: ThreadLog,
  member: MemberRow,
  { kind, before, limit }: { kind?: FileKind; before?: number; limit: number },
): { items: ShownAttachment[]; next: number | null } {
  const ofKind = `EXISTS (SELECT 1 FROM json_each(m.attachments) j WHERE j.value ->> 'kind' = ?)`
  const rows = log.run<MessageRow>(
    `SELECT m.* FROM messages m WHERE m.seq IN (SELECT seq FROM attached WHERE seq < ?)
       AND ${there} AND ${visible} ${kind === undefined ? '' : `AND ${ofKind}`}
     ORDER BY m.seq DESC LIMIT ?`,
    ...[
      before ?? log.head + 1,
      thereAt(),
      ...visibleTo(member),
      ...(kind === undefined ? [] : [kind]),
    ],
    limit + 1,
  )
  const page = rows.slice(0, limit)
  const items = messagesOf(log, page).flatMap(({ id, seq, sender, createdAt, attachments }) =>
    attachments
      .filter((attachment) => kind === undefined || attachment.kind === kind)
      .map((attachment) => ({ attachment, messageId: id, seq, sender, createdAt })),
  )
  return { items, next: rows.length > limit ? (page.at(-1)?.seq ?? null) : null }
}
