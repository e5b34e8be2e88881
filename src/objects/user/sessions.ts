// A person's Socket.IO sessions: they are told what their sockets are told. One whose client was lost
// is parked for a while with what it misses, since most clients come back.
import type { ErrorBody } from '../../contract/errors.ts'
import type { Event } from '../../contract/events.ts'
import { limits } from '../../contract/limits.ts'
import type { BanState } from '../../core/moderation.ts'
import type { Env } from '../../env.ts'
import * as store from '../../store/user/sessions.ts'
import type { Missed, SessionState } from '../../store/user/sessions.ts'
import { reportFault } from '../fault.ts'
import { sessionStub } from '../stubs.ts'
import type { User } from '../user.ts'
import { Lines } from './lines.ts'

/** What a client that came back finds again; `parkedAt`: since when it was lost (ms). */
export type Recovered = Pick<SessionState, 'away' | 'joined' | 'pid'> & {
  kept: string
  parkedAt: number
  missed: Missed[]
}

export const tooManySessions: ErrorBody = {
  code: 'rate_limited',
  message: `at most ${limits.sessions} connections of one person at a time: close one first`,
  details: { retryAfter: 60 },
}

export class Sessions {
  private readonly user: User
  private readonly env: Env
  private readonly later: (work: Promise<unknown>) => void
  private readonly lines: Lines
  /** As the rows say; read when somebody first asks. */
  private known: { live: Map<string, SessionState>; parked: Map<string, SessionState> } | null =
    null

  constructor(user: User, env: Env, later: (work: Promise<unknown>) => void) {
    this.user = user
    this.env = env
    this.later = later
    this.lines = new Lines(env, (id, events) => {
      this.park(id, null)
      this.miss(id, events)
    })
  }

  get count(): number {
    return this.all.live.size
  }

  get full(): boolean {
    return this.count >= limits.sessions
  }

  devices(): { away: boolean }[] {
    return [...this.all.live.values()]
  }

  add(id: string, { pid, away, joined }: Pick<SessionState, 'pid' | 'away' | 'joined'>): void {
    const state = { pid, away, joined, parkedAt: null, kept: null }
    store.putSession(this.user.book, id, state)
    this.all.live.set(id, state)
  }

  /** It is over for good. */
  dismiss(id: string): void {
    const { live, parked } = this.all
    const state = live.get(id)
    if (!state && !parked.has(id)) return
    live.delete(id)
    parked.delete(id)
    store.removeSession(this.user.book, id)
    if (state) this.left(state)
  }

  /** Its client was lost; `kept` is null where the session itself did not say so. */
  park(id: string, kept: string | null): void {
    const { live, parked } = this.all
    const state = live.get(id)
    const before = state ?? parked.get(id)
    if (!before || (!state && kept === null)) return
    const now = { ...before, parkedAt: before.parkedAt ?? Date.now(), kept: kept ?? before.kept }
    live.delete(id)
    parked.set(id, now)
    store.putSession(this.user.book, id, now)
    this.forgetOld()
    if (state) this.left(state)
  }

  /** A client shows the pid of a session that it lost. Null where that is too long ago, or unknown. */
  async recover(pid: string): Promise<Recovered | null> {
    const { live, parked } = this.all
    this.forgetOld()
    const [id, state] = [...live, ...parked].find(([, one]) => one.pid === pid) ?? []
    if (id === undefined || !state) return null
    // Its client noticed before we did: from now on it misses what happens.
    const parkedAt = state.parkedAt ?? Date.now()
    if (live.delete(id)) parked.set(id, { ...state, parkedAt, pid: '' })
    const kept = state.parkedAt === null ? await sessionStub(this.env, id).handOver() : state.kept
    await this.lines.idle(id)
    if (!parked.delete(id)) return null
    const missed = store.missedBy(this.user.book, id)
    store.removeSession(this.user.book, id)
    return kept === null ? null : { ...state, kept, parkedAt, missed }
  }

  setAway(id: string, away: boolean): void {
    const before = this.all.live.get(id)
    if (before && before.away !== away) this.add(id, { ...before, away })
  }

  /** These threads are on its screen now. */
  async setJoined(id: string, joined: string[]): Promise<void> {
    const before = this.all.live.get(id)
    if (!before) return
    this.add(id, { ...before, joined })
    for (const threadId of joined)
      if (!before.joined.includes(threadId)) this.user.notifications.forget(threadId)
    await this.lookAway(before.joined)
  }

  looksAt(threadId: string): boolean {
    for (const { joined } of this.all.live.values()) if (joined.includes(threadId)) return true
    return false
  }

  lookingAt(): string[] {
    return [...this.all.live.values()].flatMap(({ joined }) => joined)
  }

  /** Tells all of them events, JSON joined by commas. Resolves with how many took it. */
  async tell(events: string): Promise<number> {
    const { live, parked } = this.all
    for (const id of parked.keys()) this.miss(id, events)
    const taken = await Promise.all([...live.keys()].map((id) => this.lines.push(id, events)))
    return taken.filter(Boolean).length
  }

  /** Tells them without waiting for it. */
  say(events: string): void {
    if (this.count + this.all.parked.size > 0) this.later(this.tell(events))
  }

  /** All of them hear of a ban, or of its end. */
  async enforce(ban: BanState | null): Promise<void> {
    await Promise.all(
      [...this.all.live.keys()].map((id) =>
        sessionStub(this.env, id).enforce(ban).catch(reportFault),
      ),
    )
  }

  /** Whoever is gone without a word is not there any more. */
  async check(): Promise<void> {
    await Promise.all([...this.all.live.keys()].map((id) => this.lines.check(id)))
  }

  private left({ joined }: SessionState): void {
    this.later(this.lookAway(joined))
    this.user.sessionLeft()
  }

  /** What came while a thread was on a screen makes no notification. */
  private async lookAway(threadIds: string[]): Promise<void> {
    const gone = threadIds.filter((threadId) => !this.looksAt(threadId))
    await Promise.all(gone.map((threadId) => this.user.notifications.lookedAway(threadId)))
  }

  private miss(id: string, events: string): void {
    const { book } = this.user
    this.forgetOld()
    if (events === '' || !this.all.parked.has(id)) return
    for (const event of JSON.parse(`[${events}]`) as Event[]) {
      const { threadId, version } = event
      if (threadId === undefined || version === undefined)
        store.addMissed(book, id, keyOf(event), { event: JSON.stringify(event) })
      else if (event.event !== 'typing.updated' && event.event !== 'viewing.updated')
        store.addMissed(book, id, threadId, { threadId, since: version - 1 })
    }
    if (store.missedBy(book, id).length > limits.recoveryThings) this.dismiss(id)
  }

  /** Parked sessions whose time is over, and the oldest where there are too many. */
  private forgetOld(): void {
    const { parked } = this.all
    const since = Date.now() - limits.recoveryMs
    const old = [...parked].filter(
      ([, { parkedAt }], index) => (parkedAt ?? 0) < since || index < parked.size - limits.sessions,
    )
    for (const [id] of old) this.dismiss(id)
  }

  private get all() {
    if (this.known) return this.known
    const rows = [...store.sessionsOf(this.user.book)]
    this.known = {
      live: new Map(rows.filter(([, { parkedAt }]) => parkedAt === null)),
      parked: new Map(rows.filter(([, { parkedAt }]) => parkedAt !== null)),
    }
    return this.known
  }
}

/** Of what is told again and again under one name, the last counts. */
function keyOf({ event, data }: Event): string {
  if ('userId' in data) return `${event} ${data.userId}`
  return `${event} ${'id' in data ? data.id : crypto.randomUUID()}`
}
