// The offline queue: a message is tried at once, then with back-off by the object's alarm, always
// under the same clientId, so that an attempt whose answer was lost is not sent twice.
import { ChatError, errorBody, errors, isChatError } from '../../contract/errors.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { Output, Parsed } from '../../contract/operations.ts'
import type { QueueItem } from '../../contract/queue.ts'
import { nextPause } from '../../core/backoff.ts'
import { carryOut, checked } from '../../dispatch.ts'
import type { Env } from '../../env.ts'
import * as store from '../../store/user/queue.ts'
import type { QueueRow } from '../../store/user/queue.ts'
import { reportFault } from '../fault.ts'
import { threadStub } from '../stubs.ts'
import type { User } from '../user.ts'
import type { UserHandlers } from './handlers.ts'

type Result = { messageId: string } | { error: ErrorBody }

export class Queue {
  private readonly user: User
  private readonly env: Env
  private readonly attempts = new Map<number, Promise<void>>()

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  list(): QueueItem[] {
    return store.queued(this.user.book).map((row) => this.item(row))
  }

  async add(input: Parsed<'queue.add'>): Promise<QueueItem> {
    const { book } = this.user
    const { threadId, clientId, content, format, attachments = [] } = input
    const id = crypto.randomUUID()
    const wanted = {
      id,
      thread_id: threadId,
      client_id: clientId ?? `queue-${id}`,
      content,
      format,
      attachments: JSON.stringify(attachments),
    }
    const known = clientId && store.findQueuedAs(book, threadId, clientId)
    if (known) return this.again(known, wanted)
    const unsent = store.queued(book).filter(({ status }) => status !== 'sent')
    if (unsent.length >= limits.queue)
      throw new ChatError('conflict', `at most ${limits.queue} messages can be queued`)
    const row = store.insertQueued(book, wanted, Date.now())
    for (const place of store.placesToForget(book)) this.forget(place)
    return this.attempt(row)
  }

  async retry(id: string): Promise<QueueItem> {
    const row = this.unsent(id)
    if (this.attempts.has(row.place)) return this.attempt(row)
    const change = { status: 'pending', failures: 0, next_at: Date.now(), error: null } as const
    return this.attempt(store.changeQueued(this.user.book, row, change))
  }

  remove(id: string): void {
    const { place } = this.unsent(id)
    if (this.attempts.has(place))
      throw new ChatError('conflict', 'this message is being sent at this moment')
    this.forget(place)
  }

  /**
   * The alarm took these from its table: until its attempt is over, each item stays due, so that an
   * eviction in between loses none.
   */
  keepDue(taken: { kind: string; key: string }[], now: number): void {
    for (const { kind, key } of taken)
      if (kind === 'queue') this.user.book.setDue('queue', key, now + limits.patienceMs)
  }

  /** An item's time has come: to be tried again, or to be forgotten. */
  async carryOutDue(key: string): Promise<void> {
    const row = store.queuedAt(this.user.book, Number(key))
    if (row?.status === 'pending') await this.attempt(row)
    else this.forget(Number(key))
  }

  /** The same clientId again is the same item; anything else under it is a mistake. */
  private again(known: QueueRow, wanted: store.NewQueueItem): QueueItem {
    const fields = ['content', 'format', 'attachments'] as const
    if (fields.every((field) => known[field] === wanted[field])) return this.item(known)
    const message = 'another message was queued under this clientId: use a new one'
    throw new ChatError('idempotency_mismatch', message)
  }

  private unsent(id: string): QueueRow {
    const row = store.findQueued(this.user.book, id)
    if (!row) throw new ChatError('not_found', 'there is no such message in your queue')
    if (row.status === 'sent') throw new ChatError('conflict', 'this message was sent already')
    return row
  }

  /** Answers when the attempt is over, or after a while without its end: it goes on by itself. */
  private async attempt(row: QueueRow): Promise<QueueItem> {
    const { place } = row
    const running = this.attempts.get(place) ?? this.begin(row)
    const patience = new AbortController()
    await Promise.race([
      running.finally(() => patience.abort()),
      scheduler.wait(limits.projectionWaitMs, { signal: patience.signal }),
    ])
    return this.item(store.queuedAt(this.user.book, place) ?? row)
  }

  private begin(row: QueueRow): Promise<void> {
    this.user.due('queue', keyOf(row.place), Date.now() + limits.patienceMs)
    const running = this.send(row)
      .then((result) => this.ended(row.place, result))
      .finally(() => this.attempts.delete(row.place))
    this.attempts.set(row.place, running)
    this.user.track(running)
    return running
  }

  private async send(row: QueueRow): Promise<Result> {
    try {
      const actor = this.user.absent()
      const ask = checked(actor, 'message.send', {
        threadId: row.thread_id,
        clientId: row.client_id,
        content: row.content,
        format: row.format,
        ...(row.attachments !== '[]' && { attachments: JSON.parse(row.attachments) as unknown }),
      })
      const outcome = await carryOut(this.env, actor, ask, 'rest')
      if ('error' in outcome) return { error: outcome.error }
      return { messageId: (outcome.ok as Output<'message.send'>).id }
    } catch (error) {
      if (!isChatError(error)) reportFault(error)
      return { error: errorBody(error) }
    }
  }

  private ended(place: number, result: Result): void {
    const now = Date.now()
    const row = store.queuedAt(this.user.book, place)
    if (!row) return
    const tried = { tried_at: now, next_at: null, error: null }
    if ('messageId' in result) {
      this.put(row, { ...tried, status: 'sent', message_id: result.messageId })
      this.user.due('queue', keyOf(place), now + limits.queueSentMs)
      // The answer waits for the read model, as that of any send does.
      this.user.track(threadStub(this.env, row.thread_id).settle())
      return
    }
    const failures = row.failures + 1
    const pause = errors[result.error.code].retry ? nextPause(failures) : null
    const failed = { ...tried, failures, error: store.errorText(result.error) }
    if (pause === null) this.put(row, { ...failed, status: 'failed' })
    else this.put(row, { ...failed, next_at: now + pause })
    this.user.due('queue', keyOf(place), now + (pause ?? limits.queueFailedMs))
  }

  private put(row: QueueRow, change: Partial<QueueRow>): void {
    const changed = store.changeQueued(this.user.book, row, change)
    this.user.tell({ event: 'queue.updated', data: store.queueItemOf(changed, false) })
  }

  private forget(place: number): void {
    store.removeQueued(this.user.book, place)
    this.user.book.dropDue('queue', keyOf(place))
  }

  private item(row: QueueRow): QueueItem {
    return store.queueItemOf(row, this.attempts.has(row.place))
  }
}

/** Keys of the due table are taken in order: what was queued first is tried first. */
const keyOf = (place: number) => String(place).padStart(12, '0')

type Operations = 'queue.add' | 'queue.list' | 'queue.retry' | 'queue.remove'

export const queueHandlers: UserHandlers<Operations> = {
  'queue.add': ({ user }, input) => user.queue.add(input),
  'queue.list': async ({ user }) => ({ items: user.queue.list(), nextCursor: null }),
  'queue.retry': ({ user }, { queueItemId }) => user.queue.retry(queueItemId),
  'queue.remove': async ({ user }, { queueItemId }) => {
    user.queue.remove(queueItemId)
    return null
  },
}
