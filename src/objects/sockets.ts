// The hibernating sockets of one object: who each belongs to, what may be sent to it, what it said.
import type { Actor } from '../contract/actor.ts'
import { ChatError, errorBody, errors } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'
import { askOf } from '../contract/frames.ts'
import type { Answer, Ask } from '../contract/frames.ts'
import { limits } from '../contract/limits.ts'
import { PING, PONG, SUBPROTOCOL } from '../contract/protocol.ts'
import type { Settings } from '../env.ts'
import { MINUTE } from '../core/rates.ts'

/**
 * What a socket needs to be known again after hibernation; kept in its attachment (16 KB at most).
 * `away` and `typing` are of the device; `count` events since `since` are held against the limit.
 */
type Kept = {
  actor: Actor
  away: boolean
  typing: string[]
  behind: boolean
  since: number
  count: number
}
type Session = Kept & { sentBytes: number; sentEvents: number; heardAt: number }

const OVER = 'your token is over: connect again with a new one'

/** Events written once for many sockets: joined by commas, and as a frame of their own. */
export type Bundle = { text: string; frame: string; count: number }

const nothing: Bundle = { text: '', frame: '[]', count: 0 }

export function bundle(events: string[]): Bundle {
  const text = events.join(',')
  return { text, frame: `[${text}]`, count: events.length }
}

/** The header in which the Worker hands a checked actor to an object, and nothing else does. */
export const ACTOR_HEADER = 'x-skein-actor'

export class Sockets {
  private readonly ctx: DurableObjectState
  private readonly settings: Settings
  private sessions: Map<WebSocket, Session> | null = null
  private present: ReadonlySet<string> | null = null

  constructor(ctx: DurableObjectState, settings: Settings) {
    this.ctx = ctx
    this.settings = settings
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG))
  }

  /** Answers an upgrade. The client's subprotocol list holds its token, so only ours is named. */
  accept(request: Request, actor: Actor): Response {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    const kept = { actor, away: false, typing: [], behind: false, since: 0, count: 0 }
    server.serializeAttachment(kept)
    this.present = null
    this.all().set(server, { ...kept, sentBytes: 0, sentEvents: 0, heardAt: Date.now() })
    const asked = request.headers.get('Sec-WebSocket-Protocol')?.split(',') ?? []
    const named = asked.some((protocol) => protocol.trim() === SUBPROTOCOL)
    const headers = named ? { 'Sec-WebSocket-Protocol': SUBPROTOCOL } : undefined
    return new Response(null, { status: 101, webSocket: client, headers })
  }

  /** Each open socket with its session. A closing one may still be listed by the platform. */
  open(): [WebSocket, Session][] {
    return [...this.all()].filter(([socket]) => socket.readyState === WebSocket.OPEN)
  }

  /** Who has a socket open here. */
  users(): ReadonlySet<string> {
    this.present ??= new Set(this.open().map(([, { actor }]) => actor.id))
    return this.present
  }

  /** The session of an open socket. What arrives after we closed one is not heard. */
  session(socket: WebSocket): Session | undefined {
    return socket.readyState === WebSocket.OPEN ? this.all().get(socket) : undefined
  }

  /** Changes what is kept of a socket, in memory and in its attachment. */
  keep(socket: WebSocket, change: Partial<Kept>): void {
    const session = this.session(socket)
    if (!session) return
    Object.assign(session, change)
    const { actor, away, typing, behind, since, count } = session
    socket.serializeAttachment({ actor, away, typing, behind, since, count } satisfies Kept)
  }

  /**
   * The asks of one frame, after its size, form, token and rate were checked. What is refused is
   * answered at once; a token that is over, and a flood, close the socket.
   */
  hear(socket: WebSocket, message: string | ArrayBuffer, now: number): Ask[] {
    const session = this.session(socket)
    if (!session) return []
    this.heard(session, now)
    try {
      if (session.actor.expiresAt !== null && session.actor.expiresAt <= now)
        throw new ChatError('unauthenticated', OVER)
      const { asks, refused } = parseFrame(message)
      this.sendAnswers(socket, refused)
      return this.admit(socket, session, asks, refused.length, now)
    } catch (error) {
      const body = errorBody(error)
      this.sendAnswers(socket, [{ id: null, error: body }])
      const huge = typeof message === 'string' ? message.length : message.byteLength
      if (body.code === 'unauthenticated' || huge > limits.frameCloseBytes)
        this.close(socket, body.code, body.message)
      return this.admit(socket, session, [], 1, now)
    }
  }

  /** What was refused already counts too: nobody may flood us with what cannot be read. */
  private admit(
    socket: WebSocket,
    session: Session,
    asks: Ask[],
    refused: number,
    now: number,
  ): Ask[] {
    const most = this.settings.MAX_EVENTS_PER_MINUTE
    if (most === 0) return asks
    const fresh = now - session.since >= MINUTE
    const since = fresh ? now : session.since
    const before = fresh ? 0 : session.count
    const count = before + refused + asks.length
    this.keep(socket, { since, count })
    if (count > most + limits.floodEvents) {
      this.close(socket, 'rate_limited', 'too many events')
      return []
    }
    const admitted = asks.slice(0, Math.max(0, most - before - refused))
    const retryAfter = Math.ceil((since + MINUTE - now) / 1000)
    const message = `at most ${most} events a minute on one socket: wait ${retryAfter} s`
    this.sendAnswers(
      socket,
      asks.slice(admitted.length).map(({ id = null }) => ({
        id,
        error: { code: 'rate_limited', message, details: { retryAfter } },
      })),
    )
    return admitted
  }

  sendAnswers(socket: WebSocket, answers: Answer[]): void {
    if (answers.length > 0)
      this.send(
        socket,
        answers.map((answer) => JSON.stringify(answer)),
      )
  }

  /**
   * Sends answers (JSON already) and events in one frame. A reader that gives no sign of life is
   * told `behind` once, and gets only answers until it calls `sync` or `ack`. A socket that outlived
   * its token is closed instead.
   */
  send(socket: WebSocket, answers: string[], events: Bundle = nothing): void {
    const session = this.session(socket)
    if (session) this.sendTo(socket, session, answers, events)
  }

  /** The same to one of `open()`, which need not be looked for. */
  sendTo(socket: WebSocket, session: Session, answers: string[], events: Bundle): void {
    if (session.actor.expiresAt !== null && session.actor.expiresAt <= Date.now())
      return this.close(socket, 'unauthenticated', OVER)
    const flows = events.count > 0 && this.flows(socket, session, events)
    if (answers.length === 0) {
      if (flows) socket.send(events.frame)
    } else {
      const text = answers.join(',')
      // Adding is not copying: the long text of the events is written once, by the runtime.
      socket.send(flows ? `[${text},${events.text}]` : `[${text}]`)
    }
  }

  private flows(socket: WebSocket, session: Session, events: Bundle): boolean {
    if (session.behind) return false
    session.sentBytes += events.text.length
    session.sentEvents += events.count
    if (session.sentBytes <= limits.behindBytes && session.sentEvents <= limits.behindEvents)
      return true
    const ponged = this.ctx.getWebSocketAutoResponseTimestamp(socket)?.getTime() ?? 0
    if (ponged > session.heardAt) {
      this.heard(session, ponged)
      return true
    }
    this.keep(socket, { behind: true })
    socket.send('[{"event":"behind"}]')
    return false
  }

  /** The reader caught up: events flow again. */
  resume(socket: WebSocket): void {
    if (this.session(socket)?.behind) this.keep(socket, { behind: false })
  }

  close(socket: WebSocket, code: ErrorCode, reason: string): void {
    if (socket.readyState !== WebSocket.OPEN) return
    // Its session stays until `closed`, which is when the object says goodbye to its owner.
    socket.close(errors[code].close, reason.slice(0, 120))
    this.present = null
  }

  /**
   * Answers a close: the runtime does not do it for hibernating sockets, and refuses the codes that
   * only stand for "no code". Gives back the session that ended.
   */
  closed(socket: WebSocket, code: number): Session | undefined {
    // A socket whose end wakes its object is listed nowhere: what is kept of it came with the event.
    const session = this.all().get(socket) ?? sessionOf(socket)
    this.all().delete(socket)
    this.present = null
    const sendable = code >= 3000 && code <= 4999
    if (socket.readyState !== WebSocket.CLOSED) socket.close(sendable ? code : 1000)
    return session
  }

  private heard(session: Session, at: number): void {
    Object.assign(session, { sentBytes: 0, sentEvents: 0, heardAt: at })
  }

  private all(): Map<WebSocket, Session> {
    this.sessions ??= new Map(
      this.ctx.getWebSockets().flatMap((socket): [WebSocket, Session][] => {
        const session = sessionOf(socket)
        return session ? [[socket, session]] : []
      }),
    )
    return this.sessions
  }
}

function sessionOf(socket: WebSocket): Session | undefined {
  const kept = socket.deserializeAttachment() as Kept | null
  return kept ? { ...kept, sentBytes: 0, sentEvents: 0, heardAt: 0 } : undefined
}

/** One bad operation in an array does not stop the others: it is answered under its own id. */
function parseFrame(message: string | ArrayBuffer): { asks: Ask[]; refused: Answer[] } {
  if (typeof message !== 'string')
    throw new ChatError('invalid', 'a frame is JSON text, not binary')
  if (message.length > limits.frameBytes || bytesOf(message) > limits.frameBytes)
    throw new ChatError('too_large', `a frame has at most ${limits.frameBytes} bytes`)
  let json: unknown
  try {
    json = JSON.parse(message)
  } catch {
    throw new ChatError('invalid', 'a frame is JSON: one operation, or an array of them')
  }
  const list: unknown[] = Array.isArray(json) ? json : [json]
  if (list.length === 0 || list.length > limits.frameOperations)
    throw new ChatError('invalid', `a frame has 1 to ${limits.frameOperations} operations`)
  const asks: Ask[] = []
  const refused: Answer[] = []
  for (const item of list) {
    const ask = askOf(item)
    if ('op' in ask) asks.push(ask)
    else {
      const { id } = ask
      const message = 'an operation is { "id": …, "op": "…", "input": { … } }'
      refused.push({ id, error: { code: 'invalid', message } })
    }
  }
  return { asks, refused }
}

/** UTF-8 bytes, counted only where the text could be over the limit. */
const bytesOf = (text: string) =>
  text.length * 3 <= limits.frameBytes ? text.length : new TextEncoder().encode(text).length

/** The actor that the Worker checked, as it arrives with an upgrade. */
export const actorOf = (request: Request): Actor =>
  JSON.parse(decodeURIComponent(request.headers.get(ACTOR_HEADER) ?? 'null')) as Actor
