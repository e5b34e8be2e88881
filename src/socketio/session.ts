// One Socket.IO 5 connection: the packets between its namespaces and an application.
import { reportFault } from '../objects/fault.ts'
import type {
  Answer,
  Application,
  Connected,
  Emit,
  Farewell,
  Refused,
  Session,
} from './application.ts'
import { EngineSession } from './engine.ts'
import type { Reason } from './engine.ts'
import { sizeOf } from './frames.ts'
import type { Message } from './frames.ts'
import type { Kept } from './memory.ts'
import { eventPacket, recoveryOf, sessionOf, takeToken } from './namespaces.ts'
import type { Own } from './namespaces.ts'
import { PacketType, Reader, messagesOf } from './packets.ts'
import type { Packet } from './packets.ts'
import { admit } from './rate.ts'
import { bounds } from './settings.ts'
import type { SocketSettings } from './settings.ts'

const refuse = (message: string, data?: unknown): Refused => ({ refused: { message, data } })

export abstract class SocketSession<Env, Data> extends EngineSession<Env, Own<Data>> {
  private readonly limits: SocketSettings
  private app: Application<Data> | null = null
  /** What was said to a namespace before its `connect` was answered; that call keeps us awake. */
  private readonly early = new Map<string, Emit[]>()

  constructor(ctx: DurableObjectState, env: Env, settings: SocketSettings) {
    super(ctx, env, settings)
    this.limits = settings
  }

  /** Whom this session serves. Asked again in each life of the object, so it keeps no state. */
  protected abstract application(): Application<Data>

  /**
   * Says something to a namespace; false if it is not connected (any more). It waits for nothing,
   * so that whoever is called by `hear` may call back.
   */
  emit(namespace: string, event: string, args: unknown[], token?: string): boolean {
    return this.emitAll([{ namespace, event, args, token }])
  }

  /** Several in one batch; false if the namespace of one of them is not connected. */
  emitAll(emits: Emit[]): boolean {
    const { live } = this
    if (!live) return false
    const ready: Packet[] = []
    let all = true
    for (const emit of emits) {
      const namespace = emit.namespace ?? '/'
      const waiting = this.early.get(namespace)
      if (waiting) waiting.push(emit)
      else if (this.find(namespace)) ready.push(eventPacket(live.kept.own, emit, namespace))
      else all = false
    }
    this.sendPackets(ready)
    this.flush()
    if (ready.some(({ id }) => id !== undefined)) this.save()
    return all
  }

  /** An acknowledgement that `hear` did not give at once. */
  answer(namespace: string, ackId: number, args: unknown[]): boolean {
    if (!this.live || !this.find(namespace)) return false
    this.sendPackets([{ type: PacketType.ACK, nsp: namespace, id: ackId, data: args }])
    this.flush()
    return true
  }

  /** Ends one namespace: its client will not come back by itself. */
  disconnect(namespace: string): boolean {
    if (!this.live || !this.find(namespace)) return false
    this.sendPackets([{ type: PacketType.DISCONNECT, nsp: namespace }])
    const left = this.drop(namespace)
    this.inTurn(0, () => this.leave(left, 'server namespace disconnect'))
    this.save()
    return true
  }

  /** Ends the connection. The client comes back, unless its namespaces were ended first. */
  close(): void {
    this.finish('forced close', { lingers: true })
  }

  /** Every namespace that is connected. */
  protected connected(): Session<Data>[] {
    const names = Object.keys(this.session?.kept.own.namespaces ?? {})
    return names.flatMap((namespace) => this.find(namespace) ?? [])
  }

  /**
   * Changes what is to be known of a namespace. With long-polling it is written at the next POST or
   * ping: until then a waiting poll keeps the object awake.
   */
  protected keep(namespace: string, data: Data): void {
    const { session } = this
    const entry = session?.kept.own.namespaces[namespace]
    if (!session || !entry) return
    entry.data = data
    if (session.kept.transport === 'websocket') this.save()
  }

  protected override begin(): Own<Data> {
    return { joined: false, connects: 0, namespaces: {}, acks: [], nextAck: 0 }
  }

  protected override due(): number | null {
    const { session } = this
    if (!session || session.kept.own.joined) return null
    return session.kept.handshake.at + this.limits.connectTimeout
  }

  protected override heard(message: Message): boolean {
    const { session } = this
    if (!session) return true
    const size = session.parts.reduce((sum, part) => sum + sizeOf(part), sizeOf(message))
    const packet = new Reader(session.parts).add(message)
    if (packet === 'partial') return true
    if (packet === 'bad') return false
    const { type, nsp, id } = packet
    const data: unknown = packet.data
    if (type === PacketType.CONNECT)
      this.counted(size, (retryAfter) => this.connects(nsp, data ?? {}, retryAfter), true)
    else if (type === PacketType.EVENT && Array.isArray(data)) {
      const [event, ...args] = data as unknown[]
      this.counted(size, (retryAfter) =>
        this.hears(nsp, { event: String(event), args, id, size }, retryAfter),
      )
    } else if (type === PacketType.ACK && Array.isArray(data))
      this.inTurn(size, () => this.acknowledges(nsp, id ?? -1, data))
    else if (type === PacketType.DISCONNECT) this.inTurn(size, () => this.leaves(nsp))
    else return false
    return true
  }

  protected override async ended(reason: Reason, { own }: Kept<Own<Data>>): Promise<void> {
    for (const namespace of Object.keys(own.namespaces))
      await this.leave(this.drop(namespace), reason)
  }

  /** Counts an event when it arrives, so that no flood gathers behind slow work. */
  private counted(
    size: number,
    work: (retryAfter: number) => Promise<void>,
    connects = false,
  ): void {
    const { session } = this
    if (!session) return
    const { own } = session.kept
    // Coming in is no event of theirs, unless somebody does nothing else.
    if (connects && own.connects < bounds.namespaces) {
      own.connects += 1
      this.inTurn(size, () => work(0))
      return
    }
    const { over, retryAfter } = admit(session.pulse, this.limits.eventsPerMinute, Date.now())
    if (over > bounds.floodEvents) this.finish('transport error')
    else this.inTurn(size, () => work(over > 0 ? retryAfter : 0))
  }

  private async connects(namespace: string, auth: object, retryAfter: number): Promise<void> {
    const { live } = this
    if (!live) return
    const { own } = live.kept
    // The stock client asks twice where `connect` is called on a socket that connects by itself.
    if (this.find(namespace)) return
    this.early.set(namespace, [])
    const sid = crypto.randomUUID()
    const answer = await this.admits(namespace, sid, { ...auth }, retryAfter)
    const early = this.early.get(namespace) ?? []
    this.early.delete(namespace)
    if ('refused' in answer) {
      this.sendPackets([{ type: PacketType.CONNECT_ERROR, nsp: namespace, data: answer.refused }])
      return
    }
    if ('farewell' in answer) {
      this.sendPackets([
        { type: PacketType.CONNECT, nsp: namespace, data: { sid } },
        ...answer.farewell.map((emit) => eventPacket(own, emit, namespace)),
        { type: PacketType.DISCONNECT, nsp: namespace },
      ])
      return
    }
    own.joined = true
    own.namespaces[namespace] = { sid: answer.sid ?? sid, data: answer.data }
    const greeting = { sid: answer.sid ?? sid, ...(answer.pid && { pid: answer.pid }) }
    this.sendPackets([
      { type: PacketType.CONNECT, nsp: namespace, data: greeting },
      ...[...(answer.emits ?? []), ...early].map((emit) => eventPacket(own, emit, namespace)),
    ])
  }

  private async admits(
    namespace: string,
    sid: string,
    auth: Record<string, unknown>,
    retryAfter: number,
  ): Promise<Connected<Data> | Farewell | Refused> {
    const { session } = this
    if (!session) return refuse('Closed')
    if (retryAfter > 0) return refuse('Too many events', { retryAfter })
    const { handshake, own } = session.kept
    if (!this.served.namespaces(handshake).includes(namespace)) return refuse('Invalid namespace')
    if (Object.keys(own.namespaces).length >= bounds.namespaces)
      return refuse('Too many namespaces')
    const visitor = { id: this.ctx.id.toString(), sid, namespace, handshake }
    try {
      return await this.served.connect(visitor, auth, recoveryOf(auth))
    } catch (error) {
      reportFault(error)
      return refuse('Internal error')
    }
  }

  private async hears(
    namespace: string,
    { event, args, id, size }: { event: string; args: unknown[]; id?: number; size: number },
    retryAfter: number,
  ): Promise<void> {
    const found = this.find(namespace)
    if (!found) return this.finish('parse error')
    const answer =
      retryAfter > 0
        ? this.served.refuse(found, event, retryAfter)
        : await this.served.hear(found, event, args, id)
    if ('later' in answer)
      this.beside(
        size,
        answer.later.then((one) => this.tell(namespace, one, id)),
      )
    else this.tell(namespace, answer, id)
  }

  private tell(namespace: string, answer: Answer<Data>, ackId: number | undefined): void {
    const own = this.session?.kept.own
    const entry = own?.namespaces[namespace]
    if (!own || !entry) return
    if (answer.data !== undefined) entry.data = answer.data
    const emits = (answer.emits ?? []).filter((emit) => this.find(emit.namespace ?? namespace))
    const packets = emits.map((emit) => eventPacket(own, emit, namespace))
    if (ackId !== undefined && answer.ack)
      packets.push({ type: PacketType.ACK, nsp: namespace, id: ackId, data: answer.ack })
    this.sendPackets(packets)
  }

  private async acknowledges(namespace: string, id: number, args: unknown[]): Promise<void> {
    const found = this.find(namespace)
    if (!found || !this.session) return this.finish('parse error')
    const token = takeToken(this.session.kept.own, namespace, id)
    const answer = token === null ? null : await this.served.acknowledged?.(found, token, args)
    if (answer) this.tell(namespace, answer, undefined)
  }

  private async leaves(namespace: string): Promise<void> {
    if (!this.find(namespace)) return this.finish('parse error')
    await this.leave(this.drop(namespace), 'client namespace disconnect')
  }

  /** Takes a namespace from what is connected: from now on nothing is said to it. */
  private drop(namespace: string): Session<Data> | null {
    const found = this.find(namespace)
    delete this.session?.kept.own.namespaces[namespace]
    return found
  }

  private async leave(left: Session<Data> | null, reason: string): Promise<void> {
    if (left) await this.served.disconnect?.(left, reason)
  }

  private get served(): Application<Data> {
    this.app ??= this.application()
    return this.app
  }

  private find(namespace: string): Session<Data> | null {
    const { session } = this
    if (!session) return null
    const { own, handshake } = session.kept
    return sessionOf(own, this.ctx.id.toString(), namespace, handshake)
  }

  private sendPackets(packets: Packet[]): void {
    this.send(packets.flatMap(messagesOf))
  }
}
