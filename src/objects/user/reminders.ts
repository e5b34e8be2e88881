// Reminders in their person's object: it is they who are reminded, wherever the message is. The thread
// is asked twice whether they see it: when the reminder is set, and when it arrives.
import { ChatError } from '../../contract/errors.ts'
import { messagePlace } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Parsed } from '../../contract/operations.ts'
import type { Reminder } from '../../contract/reminder.ts'
import { requireTime } from '../../core/ahead.ts'
import type { Env } from '../../env.ts'
import { iso } from '../../store/log/rows.ts'
import * as store from '../../store/user/reminders.ts'
import type { ReminderPlace, ReminderRow } from '../../store/user/reminders.ts'
import { threadStub } from '../stubs.ts'
import type { User } from '../user.ts'
import type { UserHandlers } from './handlers.ts'

const DUE = 'reminder'

export class Reminders {
  private readonly user: User
  private readonly env: Env

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  async set({ messageId, remindAt }: Parsed<'reminder.set'>): Promise<Reminder> {
    const at = Date.parse(remindAt)
    requireTime('remindAt', at, Date.now())
    const threadId = messagePlace(messageId)?.threadId ?? ''
    if (!(await this.recall(threadId, messageId)))
      throw new ChatError('not_found', 'there is no such message')
    const { book } = this.user
    const known = store.findReminder(book, messageId)
    if (known?.at === at) return store.reminderOf(known)
    if (!known && store.countReminders(book) >= limits.reminders)
      throw new ChatError('conflict', `at most ${limits.reminders} reminders: remove some first`)
    const place = { message_id: messageId, thread_id: threadId }
    const row = store.putReminder(book, { ...place, at, created_at: Date.now() })
    this.user.due(DUE, messageId, at)
    this.tell(row, iso(at))
    return store.reminderOf(row)
  }

  remove(messageId: string): void {
    const row = store.findReminder(this.user.book, messageId)
    if (!row) throw new ChatError('not_found', 'there is no such reminder')
    this.forget(row)
  }

  list({ cursor, limit }: Parsed<'reminder.list'>) {
    const after = cursor === undefined ? null : placeOf(cursor)
    const rows = store.listReminders(this.user.book, after, limit + 1)
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      items: page.map(store.reminderOf),
      nextCursor: rows.length > limit && last ? `${last.at}.${last.message_id}` : null,
    }
  }

  /** The alarm took these from its table: each stays due until it has arrived. */
  keepDue(taken: { kind: string; key: string }[], now: number): void {
    for (const { kind, key } of taken)
      if (kind === DUE) this.user.book.setDue(kind, key, now + limits.patienceMs)
  }

  /** Rejects where the thread cannot be asked, to be tried again. */
  async carryOutDue(messageId: string): Promise<void> {
    const { book } = this.user
    const row = store.findReminder(book, messageId)
    if (!row) return book.dropDue(DUE, messageId)
    const recalled = await this.recall(row.thread_id, messageId)
    // It may have been moved or removed meanwhile, and then has its own time, or none.
    if (store.findReminder(book, messageId)?.at !== row.at) return
    this.forget(row)
    this.user.notifications.remind({ messageId, threadId: row.thread_id }, recalled)
  }

  private recall(threadId: string, messageId: string) {
    return threadStub(this.env, threadId).recall(this.user.book.id, messageId)
  }

  private forget(row: ReminderRow): void {
    store.removeReminder(this.user.book, row.message_id)
    this.user.book.dropDue(DUE, row.message_id)
    this.tell(row, null)
  }

  private tell({ message_id, thread_id }: ReminderRow, remindAt: string | null): void {
    const data = { messageId: message_id, threadId: thread_id, remindAt }
    this.user.tell({ event: 'reminder.updated', data })
  }
}

type Operations = 'reminder.set' | 'reminder.remove' | 'reminder.list'

export const reminderHandlers: UserHandlers<Operations> = {
  'reminder.set': ({ user }, input) => user.reminders.set(input),
  'reminder.remove': async ({ user }, { messageId }) => {
    user.reminders.remove(messageId)
    return null
  },
  'reminder.list': async ({ user }, input) => user.reminders.list(input),
}

function placeOf(cursor: string): ReminderPlace {
  const [time, messageId, ...rest] = cursor.split('.')
  const at = Number(time)
  if (!time || !messageId || rest.length > 0 || !Number.isSafeInteger(at))
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return { at, messageId }
}
