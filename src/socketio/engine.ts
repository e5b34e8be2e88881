// One Engine.IO 4 session: an object that is open from its handshake to its end, over long-polling,
// over a WebSocket, or from the one to the other. What its messages mean is the matter of a subclass.
import { DurableObject } from 'cloudflare:workers'
import { tally } from '../store/tally.ts'
import { exceeds, frameOf, parsePacket, parsePayload, payloadOf, splitPayload } from './frames.ts'
import type { Message, Packet } from './frames.ts'
import { newSession, openingFrame } from './handshake.ts'
import { beat } from './heartbeat.ts'
import { Memory } from './memory.ts'
import type { Kept, Session } from './memory.ts'
import { readText } from './polling.ts'
import { pollAnswer, postAnswer, refuse, tooLarge } from './refusal.ts'
import { bounds } from './settings.ts'
import type { EngineSettings } from './settings.ts'
import { Transport } from './transport.ts'
import { Turns } from './turns.ts'

/** Why a session ended, in the words that Socket.IO has for it. */
export type Reason =
  | 'transport close'
  | 'transport error'
  | 'ping timeout'
  | 'parse error'
  | 'server shutting down'
  | 'forced close'

const closes: Record<Reason, number> = {
  'transport close': 1000,
  'transport error': 1008,
  'ping timeout': 1000,
  'parse error': 1002,
  'server shutting down': 1001,
  'forced close': 1000,
}

/** `lingers` makes sure that a polling client still gets what was sent to it. */
type How = { code?: number; lingers?: boolean }

export abstract class EngineSession<Env, Own> extends DurableObject<Env> {
  private readonly settings: EngineSettings
  private readonly memory: Memory<Own>
  private readonly transport: Transport<Own>
  private readonly turns = new Turns()
  private posting = false
  /** What the packets at hand change is kept once, when all of them are done. */
  private saved: Promise<void> | null = null
  /** Nothing is heard or sent any more; what was heard before is still being handled. */
  private over = false
  private ending: Promise<void> = Promise.resolve()
  protected session: Session<Own> | null

  constructor(ctx: DurableObjectState, env: Env, settings: EngineSettings) {
    super(ctx, env)
    this.settings = settings
    this.memory = new Memory(ctx)
    this.transport = new Transport(ctx, this.memory, () => this.finish('transport error'))
    this.session = this.memory.load()
    // The client ignores a noop. Never answer "2": each pong would be answered by a ping.
    if (settings.pingInterval > bounds.sleepMs)
      ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('3', '6'))
  }

  /** What the layer above keeps of a new session. */
  protected abstract begin(): Own

  /** A message, in order. What must wait for others is done with `inTurn`; false is a bad one. */
  protected abstract heard(message: Message): boolean

  /** The session is over; `kept` is as it was. */
  protected abstract ended(reason: Reason, kept: Kept<Own>): Promise<void>

  /** The client is there, and has received all that was sent before the last ping. */
  protected confirmed(): void {}

  /** When the layer above will not wait any longer for what it waits for; null if it does not. */
  protected due(): number | null {
    return null
  }

  /** A request of this session, checked by the door; without a sid it is the handshake. */
  override async fetch(request: Request): Promise<Response> {
    const upgrade = request.headers.get('Upgrade')?.toLowerCase() === 'websocket'
    if (!new URL(request.url).searchParams.has('sid')) return this.open(request, upgrade)
    const { session } = this
    if (session && this.late(session)) this.finish('ping timeout')
    if (!session || this.over) return refuse('sid')
    if (upgrade) return this.probe(session)
    if (session.kept.transport !== 'polling') return refuse('request')
    return request.method === 'POST' ? this.post(request) : this.poll(request)
  }

  override async webSocketMessage(socket: WebSocket, raw: Message): Promise<void> {
    const attached = this.memory.attachedTo(socket)
    // Of a client that said its last word and left, the socket is listed nowhere.
    this.session ??= this.memory.loadFrom(socket)
    if (!this.session || this.over) return
    if (exceeds(raw, this.settings.maxPayload)) {
      if (attached?.role === 'main') await this.end('transport error', { code: 1009 })
      else socket.close(1009)
    } else if (attached?.role === 'probe') {
      if (socket.readyState === WebSocket.OPEN) this.probed(socket, raw)
    } else if (attached?.role === 'main') await this.take([parsePacket(raw)])
  }

  /** The runtime leaves it to us to answer a close, and refuses the codes that stand for none. */
  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    const attached = this.memory.attachedTo(socket)
    if (socket.readyState !== WebSocket.CLOSED)
      socket.close(code >= 3000 && code <= 4999 ? code : 1000)
    if (attached?.role !== 'main') return
    this.session ??= this.memory.loadFrom(socket)
    await this.end('transport close')
    await this.ending
    // Where the first that a client ever sends is its close, the runtime waits for more, and keeps
    // the connection open until the object is gone. It has nothing left to lose, so it goes now.
    if (attached.silent && !this.session)
      this.ctx.waitUntil(scheduler.wait(1).then(() => this.ctx.abort('the session is over')))
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    if (this.memory.attachedTo(socket)?.role !== 'main') return
    this.session ??= this.memory.loadFrom(socket)
    await this.end('transport error')
  }

  override async alarm(info?: AlarmInvocationInfo): Promise<void> {
    const { session } = this
    if (this.over) return
    if (!session || session.kept.closing) return this.forget()
    const now = Date.now()
    for (const socket of this.memory.sockets('probe')) {
      const attached = this.memory.attachedTo(socket)
      if (attached?.role === 'probe' && now - attached.at >= this.settings.upgradeTimeout)
        socket.close(1000)
    }
    this.hearPongs(session)
    const { pingAt, heardAt } = session.pulse
    if (pingAt !== null && heardAt >= pingAt) this.confirmed()
    const next = beat(session.pulse, now, info?.scheduledTime ?? now, this.settings)
    if (next === 'dead') return this.end('ping timeout')
    const due = this.due()
    if (due !== null && now >= due) return this.end('forced close')
    if (next.ping) {
      session.pulse.pingAt = next.pingAt
      this.transport.send(session, [frameOf('ping')])
    }
    this.wakeAt(Math.min(next.at, due ?? Infinity))
    this.save()
  }

  /** Sends messages together: what is one batch for a poll is one frame each on a WebSocket. */
  protected send(messages: Message[]): void {
    const session = this.live
    if (!session) return
    this.transport.send(
      session,
      messages.map((message) => frameOf('message', message)),
    )
  }

  /** To be called before anybody is told that something was sent. */
  protected flush(): void {
    this.transport.flush()
  }

  /**
   * Does work when all before it is done, even if the session ends meanwhile: a client may say its
   * last word and leave. Too much at once ends the session.
   */
  protected inTurn(size: number, work: () => Promise<void> | void): void {
    if (this.turns.size + size > bounds.waitingBytes) {
      this.finish('transport error')
      return
    }
    this.turns.add(size, work)
  }

  /** Work that began in its turn; what comes after it does not wait. */
  protected beside(size: number, work: Promise<void>): void {
    this.turns.beside(size, work)
  }

  /** The session, if something can still be said to its client. */
  protected get live(): Session<Own> | null {
    return this.over || this.session?.kept.closing ? null : this.session
  }

  /** Keeps what changed. */
  protected save(): void {
    this.flush()
    if (this.session && !this.over) this.memory.save(this.session)
  }

  /** Ends the session. Also for the work of a turn, for which `ended` has to wait. */
  protected finish(reason: Reason, how: How = {}): void {
    this.ctx.waitUntil(this.end(reason, how))
  }

  private async end(reason: Reason, { code = closes[reason], lingers = false }: How = {}) {
    const session = this.live
    if (!session) return
    const stays = lingers && session.kept.transport === 'polling' && !this.transport.polling.held
    const last = frameOf(reason === 'transport close' ? 'noop' : 'close')
    if (stays) {
      this.transport.send(session, [last])
      session.kept.closing = true
      this.save()
    } else {
      this.over = true
      this.transport.shut(last, code)
    }
    const { promise: told, resolve } = Promise.withResolvers<void>()
    this.turns.add(0, () => this.ended(reason, session.kept).finally(resolve))
    this.ending = stays ? told : told.then(() => this.forget())
    await this.ending
  }

  private open(request: Request, upgrade: boolean): Response {
    if (this.session) return refuse('request')
    const session = newSession(request, upgrade, this.begin())
    this.session = session
    this.wakeAt(Math.min(Date.now() + this.settings.pingInterval, this.due() ?? Infinity))
    const opening = openingFrame(this.ctx.id.toString(), upgrade, this.settings)
    if (!upgrade) {
      this.save()
      return pollAnswer(payloadOf([opening]))
    }
    const { response, socket } = this.transport.accept()
    this.memory.adopt(socket, session)
    socket.send(opening)
    return response
  }

  private async poll(request: Request): Promise<Response> {
    const { polling } = this.transport
    if (polling.held) {
      await this.end('transport error')
      return refuse('request')
    }
    const waiting = polling.take()
    if (this.session?.kept.closing) await this.forget()
    else if (waiting === '') return this.hold(request)
    return pollAnswer(waiting)
  }

  private async hold(request: Request): Promise<Response> {
    const { answer, cancel } = this.transport.polling.hold()
    // Only fires where the deployment has `enable_request_signal`; else the next poll or a ping tells.
    request.signal.addEventListener('abort', () => {
      if (cancel()) this.finish('transport close')
    })
    this.transport.hurry()
    const payload = await answer
    return payload === null ? refuse('request') : pollAnswer(payload)
  }

  private async post(request: Request): Promise<Response> {
    if (this.posting || request.headers.get('Content-Type') === 'application/octet-stream') {
      await this.end('transport error')
      return refuse('request')
    }
    this.posting = true
    try {
      const body = await readText(request, this.settings.maxPayload)
      if (body === null) return tooLarge()
      if (this.live?.kept.transport !== 'polling') return refuse('request')
      const many = splitPayload(body).length > bounds.payloadPackets
      const taken = await this.take(many ? [{ type: 'error' }] : parsePayload(body))
      return taken ? postAnswer() : refuse('request')
    } finally {
      this.posting = false
    }
  }

  private probe(session: Session<Own>): Response {
    const upgraded = session.kept.transport !== 'polling' || session.kept.closing
    if (upgraded || this.transport.probing) return refuse('upgrade')
    const { response, socket } = this.transport.accept()
    this.memory.attach(socket, { role: 'probe', at: Date.now() })
    return response
  }

  private probed(socket: WebSocket, raw: Message): void {
    const { type, data } = parsePacket(raw)
    if (type === 'ping' && data === 'probe') {
      socket.send(frameOf('pong', 'probe'))
      this.transport.hurry()
    } else if (type === 'upgrade' && this.session) {
      this.session.pulse.heardAt = Date.now()
      this.transport.upgrade(this.session, socket)
    } else socket.close(1002)
  }

  /** Handles the packets of one frame or payload. False if one of them ended the session as bad. */
  private async take(packets: Packet[]): Promise<boolean> {
    for (const packet of packets) {
      if (this.over) break
      if (!this.takeOne(packet)) {
        await this.end('parse error')
        return false
      }
    }
    this.saved ??= this.turns.done().then(() => {
      this.saved = null
      this.save()
    })
    await this.saved
    return true
  }

  private takeOne({ type, data }: Packet): boolean {
    if (this.session) this.session.pulse.heardAt = Date.now()
    if (type === 'message') return this.heard(data ?? '')
    if (type === 'close') this.finish('transport close')
    return type === 'close' || type === 'pong' || type === 'noop' || type === 'upgrade'
  }

  /** A pong that the runtime answered for us is known by its time alone. */
  private hearPongs(session: Session<Own>): void {
    // A POST is answered when its packets are handled, and until then there can be no other.
    if (session.kept.transport === 'polling' && this.turns.busy) session.pulse.heardAt = Date.now()
    const main = this.memory.main()
    const pong = main && this.ctx.getWebSocketAutoResponseTimestamp(main)?.getTime()
    if (pong && pong > session.pulse.heardAt) session.pulse.heardAt = pong
  }

  /** A request may arrive before the alarm that would have ended its session. */
  private late({ kept, pulse }: Session<Own>): boolean {
    if (kept.transport !== 'polling' || kept.closing || pulse.pingAt === null) return false
    return pulse.heardAt < pulse.pingAt && Date.now() >= pulse.pingAt + this.settings.pingTimeout
  }

  private wakeAt(time: number): void {
    tally.object += 1
    void this.ctx.storage.setAlarm(time)
  }

  /** Leaves nothing behind: not even an empty database, which would be billed. */
  private async forget(): Promise<void> {
    this.session = null
    this.over = false
    await this.ctx.storage.deleteAll()
  }
}
