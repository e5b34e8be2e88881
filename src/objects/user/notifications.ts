// Notifications inside the application. Those of messages are not written: the threads know what is
// unread, so the list is derived from the read model when somebody looks at it, and devices that are
// there hear of each thread's one notification from what its deliveries say. What is written is one
// row for each notification of an admin or the service, and one for each thread whose notification was
// read or taken off the list by hand, or that was left.
import { ChatError } from '../../contract/errors.ts'
import type { Event } from '../../contract/events.ts'
import { isThreadId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Notice as Words, Notification, Preferences } from '../../contract/notification.ts'
import type { Output, Parsed } from '../../contract/operations.ts'
import { pageOf, placeOf } from '../../core/notifications.ts'
import type { Env } from '../../env.ts'
import type { Calls, Shown } from '../../store/log/calls.ts'
import { iso } from '../../store/log/rows.ts'
import { threadCalls } from '../../store/model/calls.ts'
import * as store from '../../store/user/notifications.ts'
import { reportFault } from '../fault.ts'
import { threadStub } from '../stubs.ts'
import type { Notice } from '../thread/notice.ts'
import type { User } from '../user.ts'
import type { UserHandlers } from './handlers.ts'

/** A message as a thread shows it to somebody, and the title of the thread. */
export type Recalled = { title: string | null; shown: Shown }

/** What the devices were told of a thread: `count` messages wait, up to seq `upTo`. */
type Told = { count: number; upTo: number }

/** What waited in a thread for somebody who is no longer in it. */
export type Remains = { count: number; seq: number; createdAt: string }

export class Notifications {
  private readonly user: User
  private readonly env: Env
  /** Forgotten by an eviction, and asked of the thread again then. */
  private readonly told = new Map<string, Told>()
  private readonly asking = new Map<string, { seq: number }>()

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  async list(input: Parsed<'notification.list'>): Promise<Output<'notification.list'>> {
    const { read, cursor, limit } = input
    const after = cursor === undefined ? null : placeOf(cursor)
    if (cursor !== undefined && after === null)
      throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
    const page = pageOf(await this.all(), { read, after, limit })
    return { ...page, items: await Promise.all(page.items.map((each) => this.worded(each))) }
  }

  preferences(): Preferences {
    return store.preferences(this.user.book)
  }

  prefer({ threads = {}, ...change }: Partial<Preferences>): Preferences {
    const { book } = this.user
    const before = this.preferences()
    if (Object.keys({ ...before.threads, ...threads }).length > limits.levels)
      throw new ChatError('conflict', `threads: at most ${limits.levels} may be told less of`)
    for (const [threadId, level] of Object.entries(threads)) store.setLevel(book, threadId, level)
    if (Object.keys(change).length > 0) store.setPreferences(book, { ...before, ...change })
    // What calls may be more or less than it was.
    if (change.mentionsThroughMute !== undefined) this.forget()
    return this.preferences()
  }

  /** What an admin or the service says. */
  notify(words: Words): Notification {
    const row = store.addNotification(this.user.book, words, Date.now())
    const notification = store.notificationOf(row)
    this.user.tell({ event: 'notification.created', data: notification })
    return notification
  }

  /** Somebody wanted to be reminded of a message. Of one that they may not see any more, nothing is said. */
  remind(of: { messageId: string; threadId: string }, recalled: Recalled | null): void {
    const told = { type: REMINDER, title: null, message: null, of }
    const row = store.addNotification(this.user.book, told, Date.now())
    const data = withWords(store.notificationOf(row), recalled)
    this.user.tell({ event: 'notification.created', data })
  }

  /** A reminder keeps no words: what is shown of its message is what may be seen of it now. */
  private async worded(notification: Notification): Promise<Notification> {
    const { type, threadId, messageId } = notification
    if (type !== REMINDER || threadId === null || messageId === null) return notification
    const recalled = await threadStub(this.env, threadId)
      .recall(this.user.book.id, messageId)
      .catch((error: unknown) => {
        reportFault(error)
        return null
      })
    return withWords(notification, recalled)
  }

  async read(id: string): Promise<Notification> {
    const now = Date.now()
    const calls = await this.callsOf(id)
    if (!calls) {
      const row = this.written(id)
      const read = { ...row, read_at: row.read_at ?? now }
      if (row.read_at === null) store.putNotification(this.user.book, read)
      return this.tellRead(await this.worded(store.notificationOf(read)))
    }
    const { threadId, last, count } = calls
    const before = store.findMark(this.user.book, threadId)
    const readAt = count === 0 ? (before?.readAt ?? now) : now
    if (count > 0) {
      store.setMark(this.user.book, { threadId, seq: last.seq, readAt })
      this.told.set(threadId, { count: 0, upTo: calls.head })
    }
    return this.tellRead(derived(threadId, { ...calls, last, readAt }))
  }

  async remove(id: string): Promise<void> {
    const calls = await this.callsOf(id)
    if (calls) {
      const { threadId, last, count, head } = calls
      if (count === 0 && (store.findMark(this.user.book, threadId)?.readAt ?? null) === null)
        throw unknown()
      store.setMark(this.user.book, { threadId, seq: last.seq, readAt: null })
      this.told.set(threadId, { count: 0, upTo: head })
    } else store.removeNotification(this.user.book, this.written(id).id)
    this.tellGone(id)
  }

  /**
   * What a delivery says of notifications, as events to go out with it. How many messages wait is
   * counted on from what was told before; where that is not known, the thread is asked once.
   */
  hear(threadId: string, { title, call, readSeq, changed }: Notice): Event[] {
    let told = this.told.get(threadId)
    if (changed) {
      this.told.delete(threadId)
      if (told && told.count > 0) this.ask(threadId, told.upTo)
      told = undefined
    }
    const events: Event[] = []
    if (readSeq > 0) {
      if (told?.count !== 0) {
        const [id, readAt] = [idOf(threadId), iso(Date.now())]
        events.push({ event: 'notification.updated', data: { id, read: true, readAt } })
      }
      told = { count: 0, upTo: readSeq }
      this.told.set(threadId, told)
      this.asking.delete(threadId)
    }
    if (!call || (told && call.last.seq <= told.upTo)) return events
    if (!told || call.first <= told.upTo) {
      this.ask(threadId, call.last.seq)
      return events
    }
    const count = told.count + call.count
    this.told.set(threadId, { count, upTo: call.last.seq })
    const data = derived(threadId, { title, count, last: call.last, readAt: null })
    return [{ event: 'notification.created', data }]
  }

  /** Nobody is there to be told: what is unread by the time they come is not known. */
  forget(threadId?: string): void {
    if (threadId === undefined) this.told.clear()
    else this.told.delete(threadId)
  }

  /** The thread was on a screen until now: what came by then makes no notification. */
  looked(threadId: string, seq: number): void {
    const before = store.findMark(this.user.book, threadId)
    if (seq > (before?.seq ?? 0))
      store.setMark(this.user.book, { threadId, seq, readAt: before?.readAt ?? null })
  }

  /** As `looked`, where only the thread knows what came by then. */
  async lookedAway(threadId: string): Promise<void> {
    this.forget(threadId)
    const calls = await this.askThread(threadId)
    if (calls && calls.count > 0) this.looked(threadId, calls.head)
  }

  /** What waits in a thread is told again, to a device that missed it. */
  again(threadId: string): void {
    this.forget(threadId)
    this.ask(threadId, 0)
  }

  /** The thread was left: what waited stays on the list, without a word of it. */
  part(threadId: string, { count, seq, createdAt }: Remains): void {
    const mark = store.findMark(this.user.book, threadId)
    const waits = count > 0 && seq > (mark?.seq ?? 0)
    const readAt = waits ? null : (mark?.readAt ?? null)
    this.told.delete(threadId)
    // Told twice, it may have been read in between.
    const known = store.findNotification(this.user.book, idOf(threadId))
    if (known && known.created_at === Date.parse(createdAt)) return
    if (waits || readAt !== null)
      store.putNotification(this.user.book, {
        ...{ id: idOf(threadId), type: 'message', title: null, message: null, thread_id: threadId },
        ...{ count, created_at: Date.parse(createdAt), read_at: readAt, left_at: Date.now() },
        message_id: null,
      })
    if (mark) store.removeMark(this.user.book, threadId)
  }

  private async all(): Promise<Notification[]> {
    const { book } = this.user
    const rows = store.notifications(book)
    const left = new Map(rows.map((row) => [row.id, row.left_at ?? 0]))
    const calls = await threadCalls(this.env.DB, book.id, store.marks(book), {
      now: Date.now(),
      pierce: this.preferences().mentionsThroughMute,
    })
    const looking = await this.user.lookingAt()
    // The read model may not know yet who left; and who came back has new ones instead of the remains.
    const live = calls
      .filter(({ threadId, joinedAt }) => joinedAt > (left.get(idOf(threadId)) ?? 0))
      .filter(({ threadId, readAt }) => readAt !== null || !looking.has(threadId))
      .map((each) => derived(each.threadId, each))
    const derivedIds = new Set(live.map(({ id }) => id))
    return [...live, ...rows.filter(({ id }) => !derivedIds.has(id)).map(store.notificationOf)]
  }

  /** What a derived notification stands for; null for one that is written, or is not there. */
  private async callsOf(id: string): Promise<(Calls & { threadId: string; last: Shown }) | null> {
    const threadId = id.slice(1)
    if (id !== idOf(threadId) || !isThreadId(threadId)) return null
    const calls = await this.askThread(threadId)
    return calls?.last ? { ...calls, threadId, last: calls.last } : null
  }

  /** What waits in a thread and was not done with, as the thread itself has it now. */
  async waitingIn(threadId: string): Promise<Calls | null> {
    const level = store.levelOf(this.user.book, threadId)
    return level === 'none' ? null : this.askThread(threadId, level === 'mentions')
  }

  private askThread(threadId: string, mentionsOnly = false): Promise<Calls | null> {
    const after = store.findMark(this.user.book, threadId)?.seq ?? 0
    const { mentionsThroughMute } = this.preferences()
    const how = { pierce: mentionsThroughMute, mentionsOnly }
    return threadStub(this.env, threadId).callsOf(this.user.book.id, after, how)
  }

  private written(id: string): store.NotificationRow {
    const row = store.findNotification(this.user.book, id)
    if (!row) throw unknown()
    return row
  }

  private tellRead(notification: Notification): Notification {
    const { id, read, readAt } = notification
    this.user.tell({ event: 'notification.updated', data: { id, read, readAt } })
    return notification
  }

  /** One call at a time for each thread; `seq` is the newest message that its answer must know. */
  private ask(threadId: string, seq: number): void {
    const running = this.asking.get(threadId)
    if (running) {
      running.seq = Math.max(running.seq, seq)
      return
    }
    const asked = { seq }
    this.asking.set(threadId, asked)
    this.user.track(this.answer(threadId, asked))
  }

  private async answer(threadId: string, asked: { seq: number }): Promise<void> {
    try {
      let calls = await this.askThread(threadId)
      // More came while the answer was on its way.
      // oxlint-disable-next-line no-await-in-loop
      while (calls && calls.head < asked.seq) calls = await this.askThread(threadId)
      // Whatever was heard of reading in between is newer than this.
      if (!calls || this.asking.get(threadId) !== asked) return
      const { title, count, head, last } = calls
      this.told.set(threadId, { count, upTo: head })
      if (count === 0 || !last) this.tellGone(idOf(threadId))
      else {
        const data = derived(threadId, { title, count, last, readAt: null })
        this.user.tell({ event: 'notification.created', data })
      }
    } finally {
      if (this.asking.get(threadId) === asked) this.asking.delete(threadId)
    }
  }

  private tellGone(id: string): void {
    const data = { id, read: true, readAt: iso(Date.now()), deleted: true } as const
    this.user.tell({ event: 'notification.updated', data })
  }
}

/** The type of a reminder. */
const REMINDER = 'reminder'

const withWords = (notification: Notification, recalled: Recalled | null): Notification =>
  recalled
    ? {
        ...notification,
        title: recalled.title ?? recalled.shown.sender.name,
        message: recalled.shown.text,
        sender: recalled.shown.sender,
      }
    : { ...notification, messageId: null }

/** A thread has one notification, whenever it has one. */
const idOf = (threadId: string) => `n${threadId}`

const unknown = () => new ChatError('not_found', 'there is no such notification')

function derived(
  threadId: string,
  calls: { title: string | null; count: number; last: Shown; readAt: number | null },
): Notification {
  const { last, readAt } = calls
  return {
    id: idOf(threadId),
    type: 'message',
    title: calls.title ?? last.sender.name,
    message: last.text,
    threadId,
    messageId: last.id,
    sender: last.sender,
    count: calls.count,
    read: readAt !== null,
    readAt: readAt === null ? null : iso(readAt),
    createdAt: last.createdAt,
  }
}

type Operations =
  | 'notification.list'
  | 'notification.read'
  | 'notification.delete'
  | 'notification.preferences'
  | 'notification.prefer'

export const notificationHandlers: UserHandlers<Operations> = {
  'notification.list': ({ user }, input) => user.notifications.list(input),
  'notification.read': ({ user }, { notificationId }) => user.notifications.read(notificationId),
  'notification.delete': async ({ user }, { notificationId }) => {
    await user.notifications.remove(notificationId)
    return null
  },
  'notification.preferences': async ({ user }) => user.preferences(),
  'notification.prefer': async ({ user }, change) => user.notifications.prefer(change),
}
