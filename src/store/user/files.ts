// The files of one person: rows ↔ attachments, and uploads under way.
import type { Upload } from '../../contract/attachment.ts'
import { limits } from '../../contract/limits.ts'
import type { StoredAttachment } from '../attachments.ts'
import { iso } from '../log/rows.ts'
import type { UserBook } from './book.ts'

/** `file`: the stored file; several attachments are the same one under different names. */
export type FileRow = {
  id: string
  file: string
  sha256: string
  name: string
  size: number
  /** JSON of `Facts`. */
  facts: string
  created_at: number
}

/** What was found in a file. */
export type Facts = Pick<
  StoredAttachment,
  'type' | 'kind' | 'width' | 'height' | 'duration' | 'waveform' | 'placeholder'
>

export const storedOf = (book: UserBook, row: FileRow): StoredAttachment => ({
  id: row.id,
  name: row.name,
  // As we wrote it ourselves.
  ...(JSON.parse(row.facts) as Facts),
  size: row.size,
  sha256: row.sha256,
  uploadedBy: book.id,
})

export const findAttachment = (book: UserBook, id: string): FileRow | undefined =>
  book.read<FileRow>('SELECT * FROM attachments WHERE id = ?', id)[0]

/** Of some attachments, those that are this person's, in the order in which they are named. */
export const ownAttachments = (book: UserBook, ids: string[]): StoredAttachment[] =>
  ids.flatMap((id) => {
    const row = findAttachment(book, id)
    return row ? storedOf(book, row) : []
  })

/** Attachments that are the same stored file. No index says it: people have few, and reads are cheap. */
export const findContent = (book: UserBook, sha256: string): FileRow[] =>
  book.read<FileRow>('SELECT * FROM attachments WHERE sha256 = ? ORDER BY created_at', sha256)

export function insertAttachment(book: UserBook, row: FileRow): FileRow {
  book.write(
    'INSERT INTO attachments VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[row.id, row.file, row.sha256, row.name, row.size, row.facts, row.created_at],
  )
  return row
}

export const removeAttachment = (book: UserBook, id: string): void =>
  void book.write('DELETE FROM attachments WHERE id = ?', id)

export const isStored = (book: UserBook, file: string): boolean =>
  book.read('SELECT 1 FROM attachments WHERE file = ? LIMIT 1', file).length > 0

/** It is not over yet: what looks for files that nobody sent passes it once more. */
export const renewAttachment = (book: UserBook, id: string, now: number): void =>
  void book.write('UPDATE attachments SET created_at = ? WHERE id = ?', now, id)

/** Attachments made after one time and up to another. */
export const attachmentsBetween = (book: UserBook, after: number, until: number): FileRow[] =>
  book.read<FileRow>(
    'SELECT * FROM attachments WHERE created_at > ? AND created_at <= ? ORDER BY created_at',
    ...[after, until],
  )

export const firstAttachmentAfter = (book: UserBook, after: number): number | null =>
  book.read<{ at: number | null }>(
    'SELECT min(created_at) AS at FROM attachments WHERE created_at > ?',
    after,
  )[0]?.at ?? null

/** Bytes of all that is stored, each file once, and of what is on its way but for one upload. */
export function storageUsed(book: UserBook, but: string | null): number {
  const [row] = book.read<{ stored: number; coming: number }>(
    `SELECT coalesce((SELECT sum(size) FROM (SELECT size FROM attachments GROUP BY file)), 0)
       AS stored,
     coalesce((SELECT sum(size) FROM uploads WHERE attachment_id IS NULL AND id IS NOT ?), 0)
       AS coming`,
    but,
  )
  return (row?.stored ?? 0) + (row?.coming ?? 0)
}

/** A thread that may show an attachment; `at` grows each time that it is about to be sent there. */
export type ShownRow = { thread_id: string; at: number }

export const shownIn = (book: UserBook, id: string): ShownRow[] =>
  book.read<ShownRow>(
    'SELECT thread_id, at FROM shown WHERE attachment_id = ? ORDER BY at DESC',
    id,
  )

export function noteShown(book: UserBook, id: string, threadId: string, now: number): void {
  book.write(
    `INSERT INTO shown VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET at = max(excluded.at, at + 1)`,
    ...[id, threadId, now],
  )
}

/** Nothing there shows it any more, unless it was sent again since. */
export function dropShown(book: UserBook, id: string, { thread_id, at }: ShownRow): void {
  book.write(
    'DELETE FROM shown WHERE attachment_id = ? AND thread_id = ? AND at = ?',
    ...[id, thread_id, at],
  )
}

/** Whether a list of ids, as JSON, names the attachment that is bound first. */
const named = (json: string) => `EXISTS (SELECT 1 FROM json_each(${json}) j WHERE j.value = ?1)`

/** Whether a draft or a queued message holds an attachment: it is still to be sent. */
export const isWaiting = (book: UserBook, id: string): boolean =>
  book.read(
    `SELECT 1 FROM drafts WHERE input IS NOT NULL AND ${named("input ->> 'attachments'")}
     UNION ALL SELECT 1 FROM queue WHERE status <> 'sent' AND ${named('attachments')} LIMIT 1`,
    id,
  ).length > 0

export type UploadRow = {
  id: string
  name: string
  size: number
  part_bytes: number
  /** What R2 calls it; null where the whole file is put at once. */
  r2_upload: string | null
  /** What became of it. */
  attachment_id: string | null
  created_at: number
}

export const findUpload = (book: UserBook, id: string): UploadRow | undefined =>
  book.read<UploadRow>('SELECT * FROM uploads WHERE id = ?', id)[0]

export const countUploads = (book: UserBook): number =>
  book.read<{ count: number }>(
    'SELECT count(*) AS count FROM uploads WHERE attachment_id IS NULL',
  )[0]?.count ?? 0

export function insertUpload(book: UserBook, row: UploadRow): UploadRow {
  book.write(
    'INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[row.id, row.name, row.size, row.part_bytes, row.r2_upload, row.attachment_id],
    row.created_at,
  )
  return row
}

/** What became of an upload, as long as that is there. */
export const becameOf = (book: UserBook, id: string): FileRow | undefined =>
  book.read<FileRow>(
    'SELECT a.* FROM uploads u JOIN attachments a ON a.id = u.attachment_id WHERE u.id = ?',
    id,
  )[0]

export const uploadBecame = (book: UserBook, id: string, attachmentId: string): void =>
  void book.write('UPDATE uploads SET attachment_id = ? WHERE id = ?', attachmentId, id)

export function removeUpload(book: UserBook, id: string): void {
  book.write('DELETE FROM upload_parts WHERE upload_id = ?', id)
  book.write('DELETE FROM uploads WHERE id = ?', id)
}

export type PartRow = { part: number; etag: string }

export const partsOf = (book: UserBook, id: string): PartRow[] =>
  book.read<PartRow>('SELECT part, etag FROM upload_parts WHERE upload_id = ? ORDER BY part', id)

export function putPart(book: UserBook, id: string, { part, etag }: PartRow): void {
  book.write('INSERT OR REPLACE INTO upload_parts VALUES (?, ?, ?)', id, part, etag)
}

/** Where a whole file may be put is not written: whoever asks for an upload is told. */
export const uploadOf = (book: UserBook, row: UploadRow): Upload => ({
  id: row.id,
  name: row.name,
  size: row.size,
  partSize: row.part_bytes,
  parts: Math.ceil(row.size / row.part_bytes),
  received: partsOf(book, row.id).map(({ part }) => part),
  attachmentId: row.attachment_id,
  expiresAt: iso(row.created_at + limits.unsentMs),
  direct: null,
})
