// A person's drafts. They are kept by their author's own object, because nobody else ever sees them:
// saving one is one row here, and listing those of all threads one read. In the threads' objects the
// same list would need a projection, which is a second row for each save and another to take it back.
import type { UserBook } from './book.ts'

/** `input` is the message as JSON; null once it was sent as `message_id`. Times are ms. */
export type DraftRow = {
  id: string
  thread_id: string
  client_id: string | null
  input: string | null
  message_id: string | null
  created_at: number
  updated_at: number
}

/** A place in the list of drafts: the last one of a page. */
export type DraftPlace = { updatedAt: number; id: string }

export const findDraft = (book: UserBook, id: string): DraftRow | undefined =>
  book.read<DraftRow>('SELECT * FROM drafts WHERE id = ?', id)[0]

export const findDraftByClientId = (
  book: UserBook,
  threadId: string,
  clientId: string,
): DraftRow | undefined =>
  book.read<DraftRow>(
    'SELECT * FROM drafts WHERE client_id = ? AND thread_id = ?',
    clientId,
    threadId,
  )[0]

/** Drafts that were not sent, the last changed first. */
export function listDrafts(
  book: UserBook,
  { threadId, after, limit }: { threadId?: string; after: DraftPlace | null; limit: number },
): DraftRow[] {
  return book.read<DraftRow>(
    `SELECT * FROM drafts WHERE message_id IS NULL AND (?1 IS NULL OR thread_id = ?1)
       AND (updated_at, id) < (?2, ?3) ORDER BY updated_at DESC, id DESC LIMIT ?4`,
    ...[threadId ?? null, after?.updatedAt ?? Number.MAX_SAFE_INTEGER, after?.id ?? '', limit],
  )
}

export const countDrafts = (book: UserBook): number =>
  book.read<{ count: number }>('SELECT count(*) AS count FROM drafts WHERE message_id IS NULL')[0]
    ?.count ?? 0

export function putDraft(book: UserBook, row: DraftRow): DraftRow {
  book.write(
    'INSERT OR REPLACE INTO drafts VALUES (?, ?, ?, ?, ?, ?, ?)',
    ...[row.id, row.thread_id, row.client_id, row.input, row.message_id],
    ...[row.created_at, row.updated_at],
  )
  return row
}

export function dropDraft(book: UserBook, id: string): void {
  book.write('DELETE FROM drafts WHERE id = ?', id)
}

export function dropDraftsOf(book: UserBook, threadId: string): void {
  if (book.read('SELECT 1 FROM drafts WHERE thread_id = ? LIMIT 1', threadId).length > 0)
    book.write('DELETE FROM drafts WHERE thread_id = ?', threadId)
}

/** Forgets what was sent before a time (ms). */
export function dropSentDrafts(book: UserBook, before: number): void {
  book.write('DELETE FROM drafts WHERE message_id IS NOT NULL AND updated_at < ?', before)
}
