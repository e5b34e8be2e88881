// What somebody is told while they are away: a push for each thread, after a few seconds if a device of
// theirs is in use, and a mail for all threads, once in a while. Nothing of it is counted here: when
// its time has come, each thread is asked what still waits, so that what was read by then is not told.
import type { Job } from '../../contract/delivery.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import { fcmEndpoint } from '../../contract/push.ts'
import { bytesOf, hexOf } from '../../core/bytes.ts'
import { previewAddress } from '../../core/preview-address.ts'
import { quietUntil } from '../../core/quiet.ts'
import { settingsOf } from '../../env.ts'
import type { Env } from '../../env.ts'
import { letterOf } from '../../core/letter.ts'
import type { Waiting } from '../../core/letter.ts'
import type { Calls, Shown } from '../../store/log/calls.ts'
import { unsubscribeToken } from '../../store/user/notifications.ts'
import { addSubscription, removeSubscription, subscriptions } from '../../store/user/push.ts'
import type { User } from '../user.ts'
import type { UserHandlers } from './handlers.ts'

const PUSH = 'push'
const MAIL = 'mail'

export class Away {
  private readonly user: User
  private readonly env: Env

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  /** Something was said in a thread that may call for this person. It may be told twice. */
  called(threadId: string, now: number): void {
    const { book } = this.user
    if (this.pushes() && book.dueAt(PUSH, threadId) === null)
      this.user.due(PUSH, threadId, this.notBefore(now + limits.pushDelayMs))
    if (!this.mails()) return
    if (!book.has('mailing', threadId)) book.add('mailing', threadId)
    const window = this.user.settings.EMAIL_DIGEST_MINUTES * 60_000
    if (book.dueAt(MAIL, '') === null) this.user.due(MAIL, '', this.notBefore(now + window))
  }

  /** A thread was read, here or elsewhere: a device that shows it takes it away. */
  read(threadId: string): void {
    const { book } = this.user
    if (book.has('pushed', threadId)) this.user.due(PUSH, threadId, Date.now())
  }

  async carryOutDue(kind: string, key: string, now: number): Promise<void> {
    const quiet = this.notBefore(now)
    // Their hours may have been changed since.
    if (quiet > now) return this.user.due(kind === PUSH ? PUSH : MAIL, key, quiet)
    await (kind === PUSH ? this.push(key, now) : this.mail(now))
  }

  private async push(threadId: string, now: number): Promise<void> {
    const { book } = this.user
    const waiting = await this.waitingIn(threadId)
    if (!waiting) return this.takeAway(threadId)
    // A device in use shows it anyway; it is given a moment to be read there.
    if (this.inUse() && now - Date.parse(waiting.last.createdAt) < limits.pushWaitMs)
      return this.user.due(PUSH, threadId, Date.parse(waiting.last.createdAt) + limits.pushWaitMs)
    const { last, count, title } = waiting
    const name = last.sender.name
    await this.send(
      ...this.pushJobs(`push~${last.id}`, {
        ...{ tag: threadId, threadId, count, read: false },
        title: title ?? name,
        body: title === null ? last.text : `${name}: ${last.text}`,
      }),
    )
    if (!book.has('pushed', threadId)) book.add('pushed', threadId)
  }

  private async takeAway(threadId: string): Promise<void> {
    const { book } = this.user
    if (!book.has('pushed', threadId)) return
    const read = { tag: threadId, threadId, count: 0, read: true, title: '', body: '' }
    await this.send(...this.pushJobs(`read~${threadId}~${crypto.randomUUID()}`, read))
    book.remove('pushed', threadId)
  }

  private async mail(now: number): Promise<void> {
    const { book } = this.user
    // Whoever is there sees it; what they leave is told when they are gone.
    if (this.inUse()) {
      const window = this.user.settings.EMAIL_DIGEST_MINUTES * 60_000
      return this.user.due(MAIL, '', this.notBefore(now + window))
    }
    const threads = book.ids('mailing')
    const found = await Promise.all(threads.map((threadId) => this.waitingIn(threadId)))
    const waiting = found.filter((one) => one !== null)
    const profile = book.profile()
    if (waiting.length > 0 && profile?.email && this.mails())
      await this.send(await this.mailJob(waiting, profile.name, profile.email))
    // Called anew meanwhile, they are looked at again; what was told is not told twice.
    if (book.dueAt(MAIL, '') !== null) return
    for (const threadId of threads) book.remove('mailing', threadId)
  }

  private async mailJob(waiting: Waiting[], name: string, to: string): Promise<Job> {
    const { id: userId } = this.user.book
    const { BASE_URL: base } = this.user.settings
    const query = new URLSearchParams({ user: userId, token: unsubscribeToken(this.user.book) })
    const unsubscribe = `${base}/v1/unsubscribe?${query}`
    const what = waiting.map(({ last }) => last.id).toSorted()
    const hash = await crypto.subtle.digest('SHA-256', bytesOf(JSON.stringify([userId, what])))
    const key = `mail~${hexOf(new Uint8Array(hash)).slice(0, 32)}`
    const letter = letterOf({ waiting, name, base, unsubscribe })
    return { channel: 'email', key, userId, to, unsubscribe, ...letter }
  }

  private pushJobs(key: string, message: Extract<Job, { channel: 'push' }>['message']): Job[] {
    const { id: userId } = this.user.book
    return subscriptions(this.user.book).map(({ endpoint }) => ({
      ...{ channel: 'push' as const, key: `${key}~${userId}~${endpoint}`.slice(0, 900) },
      ...{ userId, endpoint, message },
    }))
  }

  private async send(...jobs: Job[]): Promise<void> {
    if (jobs.length > 0) await this.env.DELIVERIES?.sendBatch(jobs.map((body) => ({ body })))
  }

  private async waitingIn(threadId: string): Promise<Waiting | null> {
    const calls: Calls | null = await this.user.notifications.waitingIn(threadId)
    const last: Shown | null = calls && calls.count > 0 ? calls.last : null
    return calls && last ? { threadId, title: calls.title, count: calls.count, last } : null
  }

  private inUse = (): boolean => this.user.attendance.devices().some(({ away }) => !away)

  private notBefore = (at: number): number => quietUntil(at, this.user.preferences().quietHours)

  private pushes = (): boolean =>
    this.user.settings.push &&
    this.user.preferences().pushEnabled &&
    subscriptions(this.user.book).length > 0

  private mails = (): boolean =>
    this.user.settings.EMAIL_ENABLED &&
    this.user.preferences().emailEnabled &&
    Boolean(this.user.book.profile()?.email)
}

export const pushHandlers: UserHandlers<'push.subscribe' | 'push.unsubscribe'> = {
  // It is asked later, and from here: nowhere that others may not name, either.
  'push.subscribe': async ({ user, env }, { endpoint: given, keys, fcmToken }) => {
    if (fcmToken !== undefined) {
      const endpoint = fcmEndpoint(fcmToken)
      addSubscription(user.book, { endpoint, keys: { p256dh: '', auth: '' } }, Date.now())
      return { endpoint }
    }
    if (given === undefined || keys === undefined)
      throw new ChatError('invalid', 'endpoint and keys, or fcmToken, must be given')
    const endpoint = previewAddress(given, settingsOf(env).OUTSIDE_ALLOW_HOSTS).href
    addSubscription(user.book, { endpoint, keys }, Date.now())
    return { endpoint }
  },
  'push.unsubscribe': async ({ user }, { endpoint }) => {
    removeSubscription(user.book, endpoint)
    return null
  },
}
