// Reminders of one person: rows ↔ entities.
import type { Reminder } from '../../contract/reminder.ts'
import { iso } from '../log/rows.ts'
import type { UserBook } from './book.ts'

/** Times are ms. */
export type ReminderRow = { message_id: string; thread_id: string; at: number; created_at: number }

/** A place in the list: the last one of a page. */
export type ReminderPlace = { at: number; messageId: string }

export const reminderOf = (row: ReminderRow): Reminder => ({
  messageId: row.message_id,
  threadId: row.thread_id,
  remindAt: iso(row.at),
  createdAt: iso(row.created_at),
})

export const findReminder = (book: UserBook, messageId: string): ReminderRow | undefined =>
  book.read<ReminderRow>('SELECT * FROM reminders WHERE message_id = ?', messageId)[0]

export const countReminders = (book: UserBook): number =>
  book.read<{ count: number }>('SELECT count(*) AS count FROM reminders')[0]?.count ?? 0

export const listReminders = (
  book: UserBook,
  after: ReminderPlace | null,
  limit: number,
): ReminderRow[] =>
  book.read<ReminderRow>(
    'SELECT * FROM reminders WHERE (at, message_id) > (?, ?) ORDER BY at, message_id LIMIT ?',
    ...[after?.at ?? 0, after?.messageId ?? '', limit],
  )

export function putReminder(book: UserBook, row: ReminderRow): ReminderRow {
  book.write(
    'INSERT OR REPLACE INTO reminders (message_id, thread_id, at, created_at) VALUES (?, ?, ?, ?)',
    ...[row.message_id, row.thread_id, row.at, row.created_at],
  )
  return row
}

export function removeReminder(book: UserBook, messageId: string): void {
  book.write('DELETE FROM reminders WHERE message_id = ?', messageId)
}
