// A person's Socket.IO sessions. Each is told what their sockets are told, by one call in flight that
// carries all that gathered meanwhile. One that is gone is found out by the next call.
import type { ErrorBody } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { BanState } from '../../core/moderation.ts'
import type { Env } from '../../env.ts'
import { putSession, removeSession, sessionsOf } from '../../store/user/sessions.ts'
import type { SessionState } from '../../store/user/sessions.ts'
import { reportFault } from '../fault.ts'
import { sessionStub } from '../stubs.ts'
import type { User } from '../user.ts'

/** `next` is the call that will carry what waits; it begins when `current` has ended. */
type Line = { waiting: string[]; current: Promise<boolean> | null; next: Promise<boolean> | null }

export const tooManySessions: ErrorBody = {
  code: 'rate_limited',
  message: `at most ${limits.sessions} connections of one person at a time: close one first`,
}

export class Sessions {
  private readonly user: User
  private readonly env: Env
  private readonly later: (work: Promise<unknown>) => void
  /** As the rows say; read when somebody first asks. */
  private known: Map<string, SessionState> | null = null
  private readonly lines = new Map<string, Line>()

  constructor(user: User, env: Env, later: (work: Promise<unknown>) => void) {
    this.user = user
    this.env = env
    this.later = later
  }

  get count(): number {
    return this.all.size
  }

  devices(): { away: boolean }[] {
    return [...this.all.values()]
  }

  get full(): boolean {
    return this.count >= limits.sessions
  }

  add(id: string): void {
    this.put(id, { away: false, joined: [] })
  }

  /** False if it was not there. */
  remove(id: string): boolean {
    const before = this.all.get(id)
    if (!before) return false
    this.all.delete(id)
    removeSession(this.user.book, id)
    this.later(this.lookAway(before.joined))
    return true
  }

  setAway(id: string, away: boolean): void {
    const before = this.all.get(id)
    if (before && before.away !== away) this.put(id, { ...before, away })
  }

  /** These threads are on its screen now. */
  async setJoined(id: string, joined: string[]): Promise<void> {
    const before = this.all.get(id)
    if (!before) return
    this.put(id, { ...before, joined })
    for (const threadId of joined)
      if (!before.joined.includes(threadId)) this.user.notifications.forget(threadId)
    await this.lookAway(before.joined)
  }

  looksAt(threadId: string): boolean {
    for (const { joined } of this.all.values()) if (joined.includes(threadId)) return true
    return false
  }

  lookingAt(): string[] {
    return [...this.all.values()].flatMap(({ joined }) => joined)
  }

  /** Tells all of them events, JSON joined by commas. Resolves with how many took it. */
  async tell(events: string): Promise<number> {
    const taken = await Promise.all([...this.all.keys()].map((id) => this.push(id, events)))
    return taken.filter(Boolean).length
  }

  /** Tells them without waiting for it. */
  say(events: string): void {
    if (this.count > 0) this.later(this.tell(events))
  }

  /** All of them hear of a ban, or of its end. */
  async enforce(ban: BanState | null): Promise<void> {
    await Promise.all(
      [...this.all.keys()].map((id) => sessionStub(this.env, id).enforce(ban).catch(reportFault)),
    )
  }

  /** Whoever is gone without a word is not there any more. */
  async check(): Promise<void> {
    await this.tell('')
  }

  private push(id: string, events: string): Promise<boolean> {
    const line = this.lines.get(id) ?? { waiting: [], current: null, next: null }
    this.lines.set(id, line)
    if (events !== '') line.waiting.push(events)
    line.next ??= (line.current ?? Promise.resolve(true)).then(() => {
      line.current = line.next
      line.next = null
      return this.call(id, line)
    })
    return line.next
  }

  private async call(id: string, line: Line): Promise<boolean> {
    try {
      const there = await sessionStub(this.env, id).told(line.waiting.splice(0).join(','))
      if (!there && this.remove(id)) this.user.sessionLeft()
      return there
    } catch (error) {
      // It may be there still, for all we know; the next call will tell.
      reportFault(error)
      return false
    } finally {
      if (!line.next) this.lines.delete(id)
    }
  }

  /** What came while a thread was on a screen makes no notification. */
  private async lookAway(threadIds: string[]): Promise<void> {
    const gone = threadIds.filter((threadId) => !this.looksAt(threadId))
    await Promise.all(gone.map((threadId) => this.user.notifications.lookedAway(threadId)))
  }

  private put(id: string, state: SessionState): void {
    putSession(this.user.book, id, state)
    this.all.set(id, state)
  }

  private get all(): Map<string, SessionState> {
    this.known ??= sessionsOf(this.user.book)
    return this.known
  }
}
