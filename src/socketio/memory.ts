// What a session remembers: in its WebSocket's attachment, which costs nothing, and in rows where
// there is no such socket, or where the attachment (16 KB) is too small.
import { tally } from '../store/tally.ts'
import type { Message } from './frames.ts'

export type Handshake = { url: string; headers: Record<string, string>; at: number }

/** What changes with every beat and every event, and therefore never costs a WebSocket a row. */
export type Pulse = {
  pingAt: number | null
  heardAt: number
  /** `count` events since `since` are held against the limit. */
  since: number
  count: number
}

export type Kept<Own> = {
  transport: 'polling' | 'websocket'
  handshake: Handshake
  /** Ended by us, and waiting for one more poll to say so. */
  closing: boolean
  /** Of the layer above; JSON. */
  own: Own
}

/** The parts of a binary message whose last attachment has not arrived. */
export type Session<Own> = { pulse: Pulse; kept: Kept<Own>; parts: Message[] }

type Attached<Own> =
  | {
      role: 'main'
      /** Its client never sent anything. */
      silent: boolean
      pulse: Pulse
      kept: Kept<Own> | null
      parts: Message[] | null
      /** Its session was ended by us. */
      over?: true
    }
  | { role: 'probe'; at: number }

const SESSION = 'session'
/** In a row beside an attachment the pulse is not kept: it would be written with every event. */
const unwritten: Pulse = { pingAt: null, heardAt: 0, since: 0, count: 0 }
const PART = 'part:'
const keyOf = (at: number) => `${PART}${String(at).padStart(3, '0')}`

export class Memory<Own> {
  private readonly ctx: DurableObjectState
  private known: WebSocket | undefined
  /** What the rows hold, so that only what differs is written. */
  private written = ''
  private storedParts: Message[] = []

  constructor(ctx: DurableObjectState) {
    this.ctx = ctx
  }

  /** The session as it was left, or null where there is none. */
  load(): Session<Own> | null {
    const main = this.main()
    if (main) return this.loadFrom(main)
    const { stored, parts } = this.read()
    // A WebSocket session without its socket is over, though its object may not have been told.
    return stored?.kept.transport === 'polling' ? { ...stored, parts } : null
  }

  /** The session of a WebSocket: also of one whose end wakes its object, which is listed nowhere. */
  loadFrom(socket: WebSocket): Session<Own> | null {
    const attached = this.attachedTo(socket)
    if (attached?.role !== 'main' || attached.over) return null
    const { pulse } = attached
    // Most fit their attachment whole, and a ping that wakes them reads no row.
    if (attached.kept && attached.parts)
      return { pulse, kept: attached.kept, parts: [...attached.parts] }
    const { stored, parts } = this.read()
    const kept = attached.kept ?? stored?.kept
    return kept ? { pulse, kept, parts: [...(attached.parts ?? parts)] } : null
  }

  private read() {
    const { kv } = this.ctx.storage
    const stored = kv.get<{ pulse: Pulse; kept: Kept<Own> }>(SESSION)
    const parts = [...kv.list<Message>({ prefix: PART })].map(([, part]) => part)
    this.written = stored ? JSON.stringify(stored) : ''
    this.storedParts = parts
    return { stored, parts: [...parts] }
  }

  /** What a socket still says when its session is over. */
  release(socket: WebSocket): void {
    const attached = this.attachedTo(socket)
    if (attached?.role === 'main')
      this.attach(socket, { ...attached, kept: null, parts: null, over: true })
  }

  save({ pulse, kept, parts }: Session<Own>): void {
    const main = this.main()
    if (!main) return this.write({ pulse, kept }, parts)
    const silent = pulse.heardAt === kept.handshake.at
    const whole = { role: 'main', silent, pulse, kept, parts } as const
    if (this.attach(main, whole)) return this.write(null, [])
    if (this.attach(main, { ...whole, parts: null })) return this.write(null, parts)
    this.attach(main, { ...whole, kept: null, parts: null })
    this.write({ pulse: unwritten, kept }, parts)
  }

  /** Makes a socket the one of the session, whose attachment is its memory from now on. */
  adopt(socket: WebSocket, session: Session<Own>): void {
    const { pulse } = session
    this.attach(socket, { role: 'main', silent: true, pulse, kept: null, parts: null })
    this.save(session)
  }

  sockets(role: Attached<Own>['role']): WebSocket[] {
    return this.ctx
      .getWebSockets()
      .filter((one) => one.readyState === WebSocket.OPEN && this.attachedTo(one)?.role === role)
  }

  main(): WebSocket | undefined {
    if (this.known?.readyState !== WebSocket.OPEN) this.known = this.sockets('main')[0]
    return this.known
  }

  attachedTo(socket: WebSocket | undefined): Attached<Own> | undefined {
    return (socket?.deserializeAttachment() as Attached<Own> | null) ?? undefined
  }

  /** False if it is too much for an attachment. */
  attach(socket: WebSocket, attached: Attached<Own>): boolean {
    try {
      socket.serializeAttachment(attached)
      return true
    } catch {
      // The runtime has no other way to say that 16 KB are full.
      return false
    }
  }

  /** Writes the rows that differ from those written last. */
  private write(row: { pulse: Pulse; kept: Kept<Own> } | null, parts: Message[]): void {
    const { kv } = this.ctx.storage
    const text = row ? JSON.stringify(row) : ''
    if (text !== this.written) {
      tally.object += 1
      if (row) kv.put(SESSION, row)
      else kv.delete(SESSION)
      this.written = text
    }
    for (const [at, part] of parts.entries()) {
      if (this.storedParts[at] === part) continue
      tally.object += 1
      kv.put(keyOf(at), part)
    }
    for (let at = parts.length; at < this.storedParts.length; at += 1) {
      tally.object += 1
      kv.delete(keyOf(at))
    }
    this.storedParts = [...parts]
  }
}
