// Notifications of one person that are written down: few, since those of messages are derived.
import { limits } from '../../contract/limits.ts'
import type { Level, Notification, Preferences } from '../../contract/notification.ts'
import { iso, isoOrNull } from '../log/rows.ts'
import type { Mark } from '../model/calls.ts'
import type { UserBook } from './book.ts'

export type NotificationRow = {
  id: string
  type: string
  title: string | null
  message: string | null
  thread_id: string | null
  /** Of a reminder, whose words are those of the message when they are shown. */
  message_id: string | null
  count: number
  created_at: number
  read_at: number | null
  /** When the thread was left of which this remains. */
  left_at: number | null
}

export const notificationOf = (row: NotificationRow): Notification => ({
  id: row.id,
  type: row.type,
  title: row.title,
  message: row.message,
  threadId: row.thread_id,
  messageId: row.message_id,
  sender: null,
  count: row.count,
  read: row.read_at !== null,
  readAt: isoOrNull(row.read_at),
  createdAt: iso(row.created_at),
})

export const notifications = (book: UserBook): NotificationRow[] =>
  book.read<NotificationRow>('SELECT * FROM notifications')

export const findNotification = (book: UserBook, id: string): NotificationRow | undefined =>
  book.read<NotificationRow>('SELECT * FROM notifications WHERE id = ?', id)[0]

export function putNotification(book: UserBook, row: NotificationRow): void {
  book.write(
    `INSERT OR REPLACE INTO notifications (id, type, title, message, thread_id, count, created_at,
       read_at, left_at, message_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[row.id, row.type, row.title, row.message, row.thread_id, row.count, row.created_at],
    ...[row.read_at, row.left_at, row.message_id],
  )
}

type Told = Pick<NotificationRow, 'type' | 'title' | 'message'> & {
  of?: { messageId: string; threadId: string }
}

export function addNotification(book: UserBook, told: Told, now: number): NotificationRow {
  const { type, title, message, of } = told
  const id = `n${crypto.randomUUID()}`
  const place = { thread_id: of?.threadId ?? null, message_id: of?.messageId ?? null }
  const open = { count: 1, created_at: now, read_at: null, left_at: null }
  const row = { id, type, title, message, ...place, ...open }
  putNotification(book, row)
  book.write(
    `DELETE FROM notifications WHERE id IN (
       SELECT id FROM notifications ORDER BY created_at DESC, id DESC LIMIT -1 OFFSET ?)`,
    limits.notices,
  )
  return row
}

export function removeNotification(book: UserBook, id: string): void {
  book.write('DELETE FROM notifications WHERE id = ?', id)
}

type MarkRow = { thread_id: string; seq: number; read_at: number | null }
const markOf = ({ thread_id, seq, read_at }: MarkRow): Mark => ({
  threadId: thread_id,
  seq,
  readAt: read_at,
})

export const marks = (book: UserBook): Mark[] =>
  book.read<MarkRow>('SELECT * FROM noticed').map(markOf)

export const findMark = (book: UserBook, threadId: string): Mark | undefined =>
  book.read<MarkRow>('SELECT * FROM noticed WHERE thread_id = ?', threadId).map(markOf)[0]

export function setMark(book: UserBook, { threadId, seq, readAt }: Mark): void {
  book.write('INSERT OR REPLACE INTO noticed VALUES (?, ?, ?)', threadId, seq, readAt)
}

export function removeMark(book: UserBook, threadId: string): void {
  book.write('DELETE FROM noticed WHERE thread_id = ?', threadId)
}

/** Everything is on, and a mute is a mute, for somebody who never said otherwise. */
export function preferences(book: UserBook): Preferences {
  const row = book.read<{
    email: number
    push: number
    sound: number
    mentions: number
    quiet: string | null
  }>('SELECT email, push, sound, mentions, quiet FROM preferences')[0]
  return {
    emailEnabled: row?.email !== 0,
    pushEnabled: row?.push !== 0,
    soundEnabled: row?.sound !== 0,
    mentionsThroughMute: row?.mentions === 1,
    // What stands there was checked before it was written.
    threads: Object.fromEntries(levels(book)),
    quietHours: row?.quiet ? (JSON.parse(row.quiet) as Preferences['quietHours']) : null,
  }
}

export function setPreferences(book: UserBook, wanted: Preferences): void {
  const { emailEnabled, pushEnabled, soundEnabled, mentionsThroughMute, quietHours } = wanted
  book.write(
    `INSERT OR REPLACE INTO preferences (one, email, push, sound, mentions, quiet)
     VALUES (1, ?, ?, ?, ?, ?)`,
    ...[emailEnabled, pushEnabled, soundEnabled, mentionsThroughMute].map(Number),
    quietHours && JSON.stringify(quietHours),
  )
}

const levels = (book: UserBook): [threadId: string, level: Level][] =>
  book
    .read<{ thread_id: string; level: Level }>('SELECT thread_id, level FROM levels')
    .map(({ thread_id, level }) => [thread_id, level])

export const levelOf = (book: UserBook, threadId: string): Level =>
  book.read<{ level: Level }>('SELECT level FROM levels WHERE thread_id = ?', threadId)[0]?.level ??
  'all'

/** To be told all is not written down. */
export function setLevel(book: UserBook, threadId: string, level: Level): void {
  if (levelOf(book, threadId) === level) return
  if (level === 'all') book.write('DELETE FROM levels WHERE thread_id = ?', threadId)
  else book.write('INSERT OR REPLACE INTO levels VALUES (?, ?)', threadId, level)
}

/** What a link in a mail shows, so that whoever has the mail may end them; made up once. */
export function unsubscribeToken(book: UserBook): string {
  const [row] = book.read<{ token: string }>('SELECT token FROM unsubscribe')
  if (row) return row.token
  const token = crypto.randomUUID()
  book.write('INSERT INTO unsubscribe VALUES (1, ?)', token)
  return token
}

export const mayUnsubscribe = (book: UserBook, token: string): boolean =>
  book.read('SELECT 1 FROM unsubscribe WHERE token = ?', token).length > 0
