// A person's drafts. They are kept by their author's own object, because nobody else ever sees them:
// saving one is one row here, and listing those of all threads one read. In the threads' objects the
// same list would need a projection, which is a second row for each save and another to take it back.
import type { UserBook } from './book.ts'

/**
 * `input` is the message as JSON; null once it was sent as `message_id`. Times are ms. `error` is JSON,
 * of what had its time and could not be sent.
 */
export type DraftRow = {
  id: string
  thread_id: string
  client_id: string | null
  input: string | null
  message_id: string | null
  created_at: number
  updated_at: number
  send_at: number | null
  sending: 0 | 1
  failures: number
  error: string | null
}

/** Of a draft that waits for nothing. */
export const unscheduled = { send_at: null, sending: 0, failures: 0, error: null } as const

/** A place in the list of drafts: the last one of a page. */
export type DraftPlace = { at: number; id: string }

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

type Asked = { threadId?: string; after: DraftPlace | null; limit: number }

/** Drafts that wait for their author, the last changed first. */
export function listDrafts(book: UserBook, { threadId, after, limit }: Asked): DraftRow[] {
  return book.read<DraftRow>(
    `SELECT * FROM drafts WHERE message_id IS NULL AND send_at IS NULL AND (?1 IS NULL OR thread_id = ?1)
       AND (updated_at, id) < (?2, ?3) ORDER BY updated_at DESC, id DESC LIMIT ?4`,
    ...[threadId ?? null, after?.at ?? Number.MAX_SAFE_INTEGER, after?.id ?? '', limit],
  )
}

/** Drafts that wait for their time, or had it and were not sent, the first first. */
export function listScheduled(book: UserBook, { threadId, after, limit }: Asked): DraftRow[] {
  return book.read<DraftRow>(
    `SELECT * FROM drafts WHERE message_id IS NULL AND send_at IS NOT NULL
       AND (?1 IS NULL OR thread_id = ?1) AND (send_at, id) > (?2, ?3)
     ORDER BY send_at, id LIMIT ?4`,
    ...[threadId ?? null, after?.at ?? 0, after?.id ?? '', limit],
  )
}

export const countDrafts = (book: UserBook, scheduled: boolean): number =>
  book.read<{ count: number }>(
    `SELECT count(*) AS count FROM drafts
     WHERE message_id IS NULL AND (send_at IS NOT NULL) = ?`,
    Number(scheduled),
  )[0]?.count ?? 0

export function putDraft(book: UserBook, row: DraftRow): DraftRow {
  book.write(
    `INSERT OR REPLACE INTO drafts (id, thread_id, client_id, input, message_id, created_at,
       updated_at, send_at, sending, failures, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[row.id, row.thread_id, row.client_id, row.input, row.message_id, row.created_at],
    ...[row.updated_at, row.send_at, row.sending, row.failures, row.error],
  )
  return row
}

export function dropDraft(book: UserBook, id: string): void {
  book.write('DELETE FROM drafts WHERE id = ?', id)
}

/** All that wait for their author. Those with a time find out for themselves, and say so. */
export function dropDraftsOf(book: UserBook, threadId: string): void {
  const theirs = 'FROM drafts WHERE thread_id = ? AND send_at IS NULL'
  if (book.read(`SELECT 1 ${theirs} LIMIT 1`, threadId).length > 0)
    book.write(`DELETE ${theirs}`, threadId)
}

/** Forgets what was sent before a time (ms). */
export function dropSentDrafts(book: UserBook, before: number): void {
  book.write('DELETE FROM drafts WHERE message_id IS NOT NULL AND updated_at < ?', before)
}
