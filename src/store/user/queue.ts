// The offline queue of one person: rows ↔ items.
import type { ErrorBody } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { Format } from '../../contract/message.ts'
import type { QueueItem } from '../../contract/queue.ts'
import { cleanContent } from '../../core/content.ts'
import { iso, isoOrNull, parsed } from '../log/rows.ts'
import type { UserBook } from './book.ts'

export type QueueRow = {
  place: number
  id: string
  thread_id: string
  client_id: string
  content: string
  format: Format
  attachments: string
  status: 'pending' | 'failed' | 'sent'
  failures: number
  next_at: number | null
  tried_at: number | null
  error: string | null
  message_id: string | null
  created_at: number
}

export type NewQueueItem = Pick<
  QueueRow,
  'id' | 'thread_id' | 'client_id' | 'content' | 'format' | 'attachments'
>

/** That an attempt is under way is not written: it is over when the object forgets it. */
export function queueItemOf(row: QueueRow, sending: boolean): QueueItem {
  return {
    id: row.id,
    threadId: row.thread_id,
    clientId: row.client_id,
    // What waits is kept as it was handed over, but no page runs what is in it.
    content: cleanContent(row.content, row.format),
    format: row.format,
    attachments: parsed<string[]>(row.attachments) ?? [],
    status: sending ? 'sending' : row.status,
    retryCount: Math.max(0, row.failures - (row.status === 'sent' ? 0 : 1)),
    nextRetry: isoOrNull(row.next_at),
    lastAttempt: isoOrNull(row.tried_at),
    error: parsed<QueueItem['error']>(row.error),
    messageId: row.message_id,
    createdAt: iso(row.created_at),
  }
}

export const queued = (book: UserBook): QueueRow[] =>
  book.read<QueueRow>('SELECT * FROM queue ORDER BY place')

export const findQueued = (book: UserBook, id: string): QueueRow | undefined =>
  book.read<QueueRow>('SELECT * FROM queue WHERE id = ?', id)[0]

export const queuedAt = (book: UserBook, place: number): QueueRow | undefined =>
  book.read<QueueRow>('SELECT * FROM queue WHERE place = ?', place)[0]

export const findQueuedAs = (
  book: UserBook,
  threadId: string,
  clientId: string,
): QueueRow | undefined =>
  book.read<QueueRow>(
    'SELECT * FROM queue WHERE thread_id = ? AND client_id = ?',
    threadId,
    clientId,
  )[0]

export function insertQueued(book: UserBook, item: NewQueueItem, now: number): QueueRow {
  const row = book.write<QueueRow>(
    `INSERT INTO queue (id, thread_id, client_id, content, format, attachments, status, failures,
       next_at, created_at) VALUES (?, ?, ?, ?, ?, ?, 'pending', 0, ?, ?) RETURNING *`,
    ...[item.id, item.thread_id, item.client_id, item.content, item.format, item.attachments],
    ...[now, now],
  )[0]
  if (!row) throw new Error('a queued message that was just written is not there')
  return row
}

export function changeQueued(book: UserBook, row: QueueRow, change: Partial<QueueRow>): QueueRow {
  const next = { ...row, ...change }
  book.write(
    `UPDATE queue SET status = ?, failures = ?, next_at = ?, tried_at = ?, error = ?,
       message_id = ? WHERE place = ?`,
    ...[next.status, next.failures, next.next_at, next.tried_at, next.error, next.message_id],
    next.place,
  )
  return next
}

export function removeQueued(book: UserBook, place: number): void {
  book.write('DELETE FROM queue WHERE place = ?', place)
}

/** Places of sent items beyond those that are kept, oldest first. */
export const placesToForget = (book: UserBook): number[] =>
  book
    .read<{ place: number }>(
      `SELECT place FROM queue WHERE status = 'sent' ORDER BY place DESC LIMIT -1 OFFSET ?`,
      limits.queue,
    )
    .map(({ place }) => place)

/** What a client is told of why an attempt failed: not the details, which are of that moment. */
export const errorText = ({ code, message }: ErrorBody): string => JSON.stringify({ code, message })
