// A person's Socket.IO connection. Once its client has shown a token, it is told by their own object
// what their sockets are told, and speaks the dialect of the address that it came by.
import type { Actor } from '../contract/actor.ts'
import { ChatError, errorBody, isChatError } from '../contract/errors.ts'
import type { ErrorBody } from '../contract/errors.ts'
import type { Event } from '../contract/events.ts'
import { bannedError } from '../core/moderation.ts'
import type { BanState } from '../core/moderation.ts'
import type { Sockets } from '../dialects/dialect.ts'
import { carryOut } from '../dispatch.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { authenticateHandshake } from '../identity/handshake.ts'
import { reportFault } from '../objects/fault.ts'
import { shaded } from '../objects/standing.ts'
import { threadStub, userStub } from '../objects/stubs.ts'
import { follow } from '../plans.ts'
import type { Carry } from '../plans.ts'
import type { Application, Connected, Farewell, Refused, Session } from './application.ts'
import { dialectAt, emitOf, failed, hear, say, visitOf, withPlace } from './dialect.ts'
import type { Visit } from './dialect.ts'
import type { Handshake } from './memory.ts'
import { SocketSession } from './session.ts'

const OVER = new ChatError('unauthenticated', 'your token is over: connect again with a new one')

export class Connection extends SocketSession<Env, Visit> {
  private readonly vars: Settings
  /** Enrolled at their object and not greeted yet; that call keeps this object awake. */
  private arriving: Visit | null = null

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
    const [connected] = this.connected()
    const visit = connected?.data ?? this.arriving
    const sockets = this.sockets()
    if (!visit || !sockets || !this.live) return false
    if (events === '') return true
    if (this.expired(visit)) return false
    const { namespace } = sockets
    const list = JSON.parse(`[${events}]`) as Event[]
    const emits = await say(sockets, visit, list, (ask) =>
      carryOut(this.env, visit.actor, ask, 'socket'),
    )
    if (emits.length > 0) this.emitAll(emits.map((emit) => ({ ...emit, namespace })))
    if (connected) this.keep(namespace, visit)
    return true
  }

  /** Its person was banned, or no longer is. */
  enforce(ban: BanState | null): void {
    const [connected] = this.connected()
    const visit = connected?.data ?? this.arriving
    if (!visit) return
    if (ban && !ban.shadow) return this.shutOut(errorBody(bannedError(ban)))
    visit.actor = shaded(visit.actor, ban)
    if (connected) this.keep(connected.namespace, visit)
  }

  protected override application(): Application<Visit> {
    return {
      namespaces: ({ url }) => {
        const dialect = dialectAt(url, this.vars)
        return dialect ? [dialect.sockets.namespace] : []
      },
      connect: ({ id, handshake }, auth) => this.letIn(id, handshake, auth),
      hear: async ({ id, data: visit }, event, args) => {
        const sockets = this.sockets()
        if (!sockets || this.expired(visit)) return {}
        const before = visit.joined
        const answer = await hear(sockets, visit, event, args, this.carryFor(visit))
        if (visit.joined !== before)
          await userStub(this.env, visit.actor.id).look(id, visit.joined).catch(reportFault)
        return answer
      },
      refuse: (_session, _event, retryAfter) => {
        const sockets = this.sockets()
        const most = this.vars.MAX_EVENTS_PER_MINUTE
        const message = `at most ${most} events a minute on one socket: wait ${retryAfter} s`
        const error: ErrorBody = { code: 'rate_limited', message, details: { retryAfter } }
        return sockets ? failed(sockets, error) : {}
      },
      disconnect: (session) => this.depart(session),
    }
  }

  private async letIn(
    id: string,
    handshake: Handshake,
    auth: Record<string, unknown>,
  ): Promise<Connected<Visit> | Farewell | Refused> {
    try {
      const actor = await authenticateHandshake(handshake, auth['token'], this.vars)
      return await this.welcome(id, actor)
    } catch (error) {
      if (!isChatError(error)) reportFault(error)
      return this.refusal(errorBody(error))
    } finally {
      this.arriving = null
    }
  }

  private async welcome(id: string, actor: Actor): Promise<Connected<Visit>> {
    const visit = visitOf(actor)
    this.arriving = visit
    const enrolled = await userStub(this.env, actor.id).enroll(
      actor,
      id,
      this.sockets()?.delivers === true,
    )
    if ('error' in enrolled) {
      const { code, message, details } = enrolled.error
      throw new ChatError(code, message, details)
    }
    if (enrolled.shadowUntil !== null) visit.actor = { ...actor, shadowUntil: enrolled.shadowUntil }
    const greeting = this.sockets()?.welcome({ me: visit.actor, at: new Date().toISOString() })
    const greeted = greeting && (await follow(visit.actor, greeting, this.carryFor(visit)))
    return { data: visit, emits: greeted?.end.map(emitOf) }
  }

  private refusal(error: ErrorBody): Farewell | Refused {
    const words = this.sockets()?.refusal(error)
    if (words) return { farewell: [emitOf(words)] }
    return { refused: { message: error.message, data: error } }
  }

  /** What a client asks is carried out by the same door as a socket's; typing is noted on the way. */
  private carryFor(visit: Visit): Carry {
    return (ask) => {
      if (ask.operation === 'typing.set' || ask.operation === 'message.send') {
        const { threadId } = ask.input
        const types = ask.operation === 'typing.set' && ask.input.typing
        visit.typing = types
          ? withPlace(visit.typing, threadId)
          : visit.typing.filter((one) => one !== threadId)
      }
      return carryOut(this.env, visit.actor, ask, 'socket', this.ctx.id.toString())
    }
  }

  private async depart({ id, data: { actor, typing } }: Session<Visit>): Promise<void> {
    const stopped = typing.map((threadId) => {
      const input = { threadId, typing: false }
      const ask = { operation: 'typing.set' as const, input }
      return threadStub(this.env, threadId).execute(actor, [ask], { door: 'socket' })
    })
    await Promise.allSettled(stopped)
    await userStub(this.env, actor.id).dismiss(id)
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

  private sockets(): Sockets | null {
    const { session } = this
    return (session && dialectAt(session.kept.handshake.url, this.vars)?.sockets) ?? null
  }
}
