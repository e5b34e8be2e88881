// A person's Socket.IO connection. Once its client has shown a token, it is told by their own object
// what their sockets are told, and speaks the dialect of the address that it came by.
import { ChatError, errorBody, isChatError } from '../contract/errors.ts'
import type { ErrorBody } from '../contract/errors.ts'
import type { Event } from '../contract/events.ts'
import { bannedError } from '../core/moderation.ts'
import type { BanState } from '../core/moderation.ts'
import type { Sockets } from '../dialects/dialect.ts'
import { carryOut } from '../dispatch.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { shaded } from '../objects/standing.ts'
import { threadStub, userStub } from '../objects/stubs.ts'
import type { Carry } from '../plans.ts'
import type {
  Answer,
  Application,
  Connected,
  Farewell,
  Later,
  Recovery,
  Refused,
  Session,
} from './application.ts'
import {
  attend,
  changes,
  dialectAt,
  emitOf,
  failed,
  hear,
  planOf,
  say,
  withPlace,
} from './dialect.ts'
import type { Visit } from './dialect.ts'
import { arrive } from './arrival.ts'
import { Lane, flowOf, flows } from './lane.ts'
import { remembering } from './facts.ts'
import type { Facts } from './facts.ts'
import { keptOf } from './return.ts'
import { SocketSession } from './session.ts'
import { confirm } from './told.ts'

const OVER = new ChatError('unauthenticated', 'your token is over: connect again with a new one')

/** Ends after which a client may come back as if nothing had been; the others are meant. */
const meant = new Set(['client namespace disconnect', 'server namespace disconnect'])

export class Connection extends SocketSession<Env, Visit> {
  private readonly vars: Settings
  /** Enrolled at their object and not greeted yet; that call keeps this object awake. */
  private arriving: { visit: Visit; greeted: Promise<void> } | null = null
  /** Up to where threads were told to a client that came back: what was on its way is not said twice. */
  private caughtUp: ReadonlyMap<string, number> = new Map()
  /** What was asked of one thread and is not answered yet. */
  private lane: Lane | null = null
  private readonly flying = new Set<Promise<unknown>>()
  private readonly facts: Facts = new Map()
  /** Another session of the same client has taken over. */
  private handedOver = false

  constructor(ctx: DurableObjectState, env: Env) {
    const vars = settingsOf(env)
    super(ctx, env, {
      pingInterval: vars.SOCKETIO_PING_INTERVAL_MS,
      pingTimeout: vars.SOCKETIO_PING_TIMEOUT_MS,
      upgradeTimeout: vars.SOCKETIO_UPGRADE_TIMEOUT_MS,
      connectTimeout: vars.SOCKETIO_CONNECT_TIMEOUT_MS,
      maxPayload: vars.SOCKETIO_MAX_PAYLOAD,
      eventsPerMinute: vars.MAX_EVENTS_PER_MINUTE,
    })
    this.vars = vars
  }

  /** Events for whoever is connected, JSON joined by commas. False: nobody is (any more). */
  async told(events: string): Promise<boolean> {
    if (events !== '') await this.arriving?.greeted
    const visit = this.visit()
    const sockets = this.sockets()
    if (!visit || !sockets || this.expired(visit)) return false
    if (events === '') return true
    const { namespace } = sockets
    const list = (JSON.parse(`[${events}]`) as Event[]).filter((event) => !this.knows(event))
    const emits = await say(sockets, visit, list, this.carryQuietly(visit))
    if (!this.emitAll(emits.map((emit) => ({ ...emit, namespace })))) return false
    this.keep(namespace, visit)
    return true
  }

  /** Its person was banned, or no longer is. */
  enforce(ban: BanState | null): void {
    const visit = this.visit()
    const { namespace } = this.sockets() ?? {}
    if (!visit || namespace === undefined) return
    if (ban && !ban.shadow) return this.shutOut(errorBody(bannedError(ban)))
    visit.actor = shaded(visit.actor, ban)
    this.keep(namespace, visit)
  }

  /** Its client is back with another session, and takes along what was kept; null if there is nothing. */
  handOver(): string | null {
    const [connected] = this.connected()
    if (!connected) return null
    this.handedOver = true
    this.disconnect(connected.namespace)
    this.close()
    return keptOf(connected.sid, connected.data)
  }

  /** Its client had better come back. */
  hangUp(): void {
    this.close()
  }

  protected override confirmed(): void {
    for (const { namespace, data } of this.connected()) {
      if (data.told.places.length === 0) continue
      confirm(data.told)
      this.keep(namespace, data)
    }
  }

  protected override application(): Application<Visit> {
    return {
      namespaces: ({ url }) => {
        const dialect = dialectAt(url, this.vars)
        return dialect ? [dialect.sockets.namespace] : []
      },
      connect: (visitor, auth, recovery) => this.letIn(visitor, auth, recovery),
      hear: (session, event, args) => this.hearOne(session, event, args),
      refuse: (_session, _event, retryAfter) => {
        const sockets = this.sockets()
        const most = this.vars.MAX_EVENTS_PER_MINUTE
        const message = `at most ${most} events a minute on one socket: wait ${retryAfter} s`
        const error = new ChatError('rate_limited', message, { retryAfter })
        return sockets ? failed(sockets, error) : {}
      },
      disconnect: (session, reason) => this.depart(session, reason),
    }
  }

  /** What goes to one thread flows; anything else waits for all before it. */
  private async hearOne(
    { id, data: visit }: Session<Visit>,
    event: string,
    args: unknown[],
  ): Promise<Answer<Visit> | Later<Visit>> {
    const sockets = this.sockets()
    if (!sockets || this.expired(visit)) return {}
    try {
      const plan = planOf(sockets, visit, event, args)
      const threadId = flowOf(plan)
      if (threadId === null || threadId !== this.lane?.threadId)
        await Promise.allSettled(this.flying)
      const before = visit.joined
      const carry = this.carryFor(visit, threadId)
      const answer = hear(sockets, visit, plan, args[0], carry).finally(() => {
        if (visit.joined !== before)
          return userStub(this.env, visit.actor.id).look(id, visit.joined).catch(reportFault)
      })
      if (threadId === null) return await answer
      this.flying.add(answer)
      return { later: answer.finally(() => this.flying.delete(answer)) }
    } catch (error) {
      return failed(sockets, error, args[0])
    }
  }

  private async letIn(
    visitor: Omit<Session<Visit>, 'data'>,
    auth: Record<string, unknown>,
    recovery: Recovery | null,
  ): Promise<Connected<Visit> | Farewell | Refused> {
    const sockets = this.sockets()
    if (!sockets) return { refused: { message: 'There is nothing at this address' } }
    const { promise: greeted, resolve } = Promise.withResolvers<void>()
    const entered = (visit: Visit) => {
      this.arriving = { visit, greeted }
    }
    const door = { env: this.env, settings: this.vars, sockets, entered }
    try {
      const { visit, sid, emits, caughtUp } = await arrive(door, visitor, auth, recovery)
      this.caughtUp = caughtUp
      return { data: visit, emits, pid: visit.pid, sid }
    } catch (error) {
      this.arriving = null
      if (!isChatError(error)) reportFault(error)
      return this.refusal(errorBody(error))
    } finally {
      resolve()
    }
  }

  private refusal(error: ErrorBody): Farewell | Refused {
    const words = this.sockets()?.refusal(error)
    if (words) return { farewell: [emitOf(words)] }
    return { refused: { message: error.message, data: error } }
  }

  /** What a client asks is carried out by the same door as a socket's; typing is noted on the way. */
  private carryFor(visit: Visit, threadId: string | null): Carry {
    if (threadId !== null && this.lane?.threadId !== threadId)
      this.lane = new Lane(this.env, threadId)
    const { lane } = this
    return (ask) => {
      if (!flows(ask)) return carryOut(this.env, visit.actor, ask, 'socket', this.ctx.id.toString())
      const place = ask.input.threadId
      const types = ask.operation === 'typing.set' && ask.input.typing
      const others = visit.typing.filter((one) => one !== place)
      visit.typing = types ? withPlace(others, place) : others
      if (lane?.threadId === place) return lane.carry(visit.actor, ask)
      return carryOut(this.env, visit.actor, ask, 'socket', this.ctx.id.toString())
    }
  }

  /** What a dialect must know to say something. */
  private carryQuietly({ actor }: Visit): Carry {
    return remembering(this.facts, (ask) => carryOut(this.env, actor, ask, 'socket'))
  }

  private async depart(
    { id, sid, handshake, data: visit }: Session<Visit>,
    reason: string,
  ): Promise<void> {
    this.arriving = null
    await Promise.allSettled(this.flying)
    const { actor, typing } = visit
    const stopped = typing.map((threadId) => {
      const input = { threadId, typing: false }
      const ask = { operation: 'typing.set' as const, input }
      return threadStub(this.env, threadId).execute(actor, [ask], { door: 'socket' })
    })
    await Promise.allSettled(stopped)
    if (this.handedOver) return
    const sockets = dialectAt(handshake.url, this.vars)?.sockets
    if (sockets) await attend(sockets, visit, false, this.carryQuietly(visit))
    const user = userStub(this.env, actor.id)
    if (meant.has(reason)) await user.dismiss(id)
    else await user.park(id, keptOf(sid, visit))
  }

  /** A connection that outlived its token is closed instead of being told or heard. */
  private expired({ actor }: Visit): boolean {
    if (actor.expiresAt === null || actor.expiresAt > Date.now()) return false
    this.shutOut(errorBody(OVER))
    return true
  }

  private shutOut(error: ErrorBody): void {
    const words = this.sockets()?.refusal(error)
    for (const { namespace } of this.connected()) {
      if (words) this.emitAll([{ ...emitOf(words), namespace }])
      this.disconnect(namespace)
    }
    this.close()
  }

  /** A client that came back was told this already. */
  private knows(event: Event): boolean {
    const { threadId, version } = event
    if (threadId === undefined || version === undefined || !changes(event)) return false
    return version <= (this.caughtUp.get(threadId) ?? -1)
  }

  private visit(): Visit | null {
    const [connected] = this.connected()
    if (connected) this.arriving = null
    return this.live && (connected?.data ?? this.arriving?.visit ?? null)
  }

  private sockets(): Sockets | null {
    const { session } = this
    return (session && dialectAt(session.kept.handshake.url, this.vars)?.sockets) ?? null
  }
}
