// What somebody is told while they are away: a push for each thread, after a few seconds if a device of
// theirs is in use, and a mail for all threads, once in a while. Nothing of it is counted here: when
// its time has come, each thread is asked what still waits, so that what was read by then is not told.
import type { Job } from '../../contract/delivery.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import { fcmEndpoint } from '../../contract/push.ts'
import type { PushMessage } from '../../contract/push.ts'
import { bytesOf, hexOf } from '../../core/bytes.ts'
import { hostAndPort, previewAddress } from '../../core/preview-address.ts'
import { quietUntil } from '../../core/quiet.ts'
import type { Env } from '../../env.ts'
import { letterOf } from '../../core/letter.ts'
import type { Letter, Waiting } from '../../core/letter.ts'
import type { Calls } from '../../store/log/calls.ts'
import { unsubscribeToken } from '../../store/user/notifications.ts'
import { addSubscription, removeSubscription, subscriptions } from '../../store/user/push.ts'
import type { User } from '../user.ts'
import type { UserHandlers } from './handlers.ts'

/** A letter and where it goes. */
export type Mail = Letter & { to: string; unsubscribe: string }

const PUSH = 'push'
const MAIL = 'mail'

const nameOf = (kind: string, key: string) => `${kind} ${key}`

/** What waits in a thread, where anything does. */
function waitingOf(threadId: string, calls: Calls | null): Waiting | null {
  if (!calls?.last || calls.count === 0) return null
  return { threadId, title: calls.title, count: calls.count, last: calls.last }
}

/** 128 bits of a hash: what is long is told apart by them. */
async function shortOf(text: string): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', bytesOf(text)))).slice(0, 32)
}

export class Away {
  private readonly user: User
  private readonly env: Env
  /** What is being done at this moment, and of it what was called for once more meanwhile. */
  private readonly busy = new Set<string>()
  private readonly again = new Set<string>()

  constructor(user: User, env: Env) {
    this.user = user
    this.env = env
  }

  /** Something was said in a thread that may call for this person. It may be told twice. */
  called(threadId: string, now: number): void {
    const { book } = this.user
    if (this.pushes()) this.soon(PUSH, threadId, now + limits.pushDelayMs)
    if (!this.mails()) return
    if (!book.has('mailing', threadId)) book.add('mailing', threadId)
    this.soon(MAIL, '', now + this.window)
  }

  /** A thread was read, here or elsewhere: a device that shows it takes it away. */
  read(threadId: string): void {
    if (this.user.book.has('pushed', threadId)) this.user.due(PUSH, threadId, Date.now())
  }

  /** The alarm took these from its table: each stays due until it is done. */
  keepDue(taken: { kind: string; key: string }[], now: number): void {
    for (const { kind, key } of taken)
      if (kind === PUSH || kind === MAIL) this.user.book.setDue(kind, key, now + limits.patienceMs)
  }

  async carryOutDue(kind: 'push' | 'mail', key: string, now: number): Promise<void> {
    const name = nameOf(kind, key)
    this.busy.add(name)
    let later: number | null
    try {
      later = await (kind === PUSH ? this.push(key, now) : this.mail(now))
    } finally {
      this.busy.delete(name)
    }
    if (this.again.delete(name)) later ??= now + (kind === PUSH ? limits.pushDelayMs : this.window)
    else if (kind === MAIL && later === null) this.user.book.clear('mailing')
    if (later === null) this.user.book.dropDue(kind, key)
    else this.user.due(kind, key, later)
  }

  /** What is due already stays so; what is just being done is done once more. */
  private soon(kind: 'push' | 'mail', key: string, at: number): void {
    if (this.busy.has(nameOf(kind, key))) this.again.add(nameOf(kind, key))
    else if (this.user.book.dueAt(kind, key) === null) this.user.due(kind, key, this.notBefore(at))
  }

  /** Answers when it must be looked at again. */
  private async push(threadId: string, now: number): Promise<number | null> {
    const { book } = this.user
    const calls = await this.user.notifications.waitingIn(threadId)
    const waiting = this.pushes() ? waitingOf(threadId, calls) : null
    // Of a thread that was left, nothing more is known.
    if (!waiting) return this.takeAway(threadId, calls?.head ?? crypto.randomUUID())
    // Their hours may have been changed since.
    const quiet = this.notBefore(now)
    if (quiet > now) return quiet
    // A device in use shows it anyway; it is given a moment to be read there.
    const shown = Date.parse(waiting.last.createdAt) + limits.pushWaitMs
    if (this.inUse() && now < shown) return shown
    await this.send(...(await this.pushJobs(`push~${waiting.last.id}`, threadId, false)))
    if (!book.has('pushed', threadId)) book.add('pushed', threadId)
    return null
  }

  /** `upTo`: done twice, it has the same name. */
  private async takeAway(threadId: string, upTo: number | string): Promise<null> {
    const { book } = this.user
    if (!book.has('pushed', threadId)) return null
    await this.send(...(await this.pushJobs(`read~${threadId}~${upTo}`, threadId, true)))
    book.remove('pushed', threadId)
    return null
  }

  /** As `push`. */
  private async mail(now: number): Promise<number | null> {
    const { book } = this.user
    const quiet = this.notBefore(now)
    if (quiet > now) return quiet
    // Whoever is there sees it; what they leave is told when they are gone.
    if (this.inUse()) return this.notBefore(now + this.window)
    const found = await Promise.all(book.ids('mailing').map((threadId) => this.waitingIn(threadId)))
    const waiting = found.filter((one) => one !== null)
    if (waiting.length > 0 && this.mails()) await this.send(await this.mailJob(waiting))
    return null
  }

  /** What a push says of a thread at this moment; null where there is nothing to say any more. */
  async pushMessage(threadId: string, read: boolean): Promise<Omit<PushMessage, 'total'> | null> {
    const waiting = this.pushes() ? await this.waitingIn(threadId) : null
    const about = { tag: threadId, threadId, read }
    if (read) {
      const newer = waiting && this.user.book.has('pushed', threadId)
      return newer ? null : { ...about, count: 0, title: '', body: '' }
    }
    if (!waiting) return null
    const { last, count, title } = waiting
    const name = last.sender.name
    const body = title === null ? last.text : `${name}: ${last.text}`
    return { ...about, count, title: title ?? name, body }
  }

  /** What a mail says of some threads at this moment; null where there is nothing to say any more. */
  async letter(threadIds: string[]): Promise<Mail | null> {
    const found = await Promise.all(threadIds.map((threadId) => this.waitingIn(threadId)))
    const waiting = found.filter((one) => one !== null)
    const profile = this.user.book.profile()
    if (waiting.length === 0 || !profile?.email || !this.mails()) return null
    const { BASE_URL: base } = this.user.settings
    const token = unsubscribeToken(this.user.book)
    const query = new URLSearchParams({ user: this.user.book.id, token })
    const unsubscribe = `${base}/v1/unsubscribe?${query}`
    const letter = letterOf({ waiting, name: profile.name, base, unsubscribe })
    return { to: profile.email, unsubscribe, ...letter }
  }

  /** How long a mail gathers what it tells, in milliseconds. */
  private get window(): number {
    return this.user.settings.EMAIL_DIGEST_MINUTES * 60_000
  }

  private async mailJob(waiting: Waiting[]): Promise<Job> {
    const { id: userId } = this.user.book
    const what = waiting.map(({ last }) => last.id).toSorted()
    const key = `mail~${await shortOf(JSON.stringify([userId, what]))}`
    const threadIds = waiting.map(({ threadId }) => threadId)
    return { channel: 'email', key, userId, threadIds }
  }

  private pushJobs(key: string, threadId: string, read: boolean): Promise<Job[]> {
    const { id: userId } = this.user.book
    return Promise.all(
      subscriptions(this.user.book).map(async ({ endpoint }): Promise<Job> => ({
        ...{ channel: 'push', key: `${key}~${await shortOf(userId + endpoint)}` },
        ...{ userId, endpoint, threadId, read },
      })),
    )
  }

  private async send(...jobs: Job[]): Promise<void> {
    if (jobs.length > 0) await this.env.DELIVERIES?.sendBatch(jobs.map((body) => ({ body })))
  }

  private async waitingIn(threadId: string): Promise<Waiting | null> {
    return waitingOf(threadId, await this.user.notifications.waitingIn(threadId))
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
  'push.subscribe': async ({ user }, { endpoint: given, keys, fcmToken }) => {
    if (fcmToken !== undefined) {
      const endpoint = fcmEndpoint(fcmToken)
      addSubscription(user.book, { endpoint, keys: { p256dh: '', auth: '' } }, Date.now())
      return { endpoint }
    }
    if (given === undefined || keys === undefined)
      throw new ChatError('invalid', 'endpoint and keys, or fcmToken, must be given')
    const { OUTSIDE_ALLOW_HOSTS: allowed } = user.settings
    const address = previewAddress(given, allowed)
    if (address.protocol !== 'https:' && !allowed.has(hostAndPort(address)))
      throw new ChatError('invalid', 'endpoint: must be https')
    addSubscription(user.book, { endpoint: address.href, keys }, Date.now())
    return { endpoint: address.href }
  },
  'push.unsubscribe': async ({ user }, { endpoint }) => {
    removeSubscription(user.book, endpoint)
    return null
  },
}
