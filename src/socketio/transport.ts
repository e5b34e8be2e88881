// How the frames of a session travel: with its polls, or over its WebSocket, each in their order.
import { Backlog } from './backlog.ts'
import { frameOf, parsePacket, payloadOf, sizeOf, splitPayload } from './frames.ts'
import type { Message } from './frames.ts'
import type { Memory, Session } from './memory.ts'
import { Polling } from './polling.ts'
import { bounds } from './settings.ts'

export class Transport<Own> {
  readonly polling: Polling
  private readonly ctx: DurableObjectState
  private readonly memory: Memory<Own>
  private readonly overflow: () => void
  /** Frames of this turn of events, for one payload of long-polling. */
  private outbox: Message[] = []
  private readonly backlog = new Backlog()

  /** `overflow` is called when a client does not come for what waits for it. */
  constructor(ctx: DurableObjectState, memory: Memory<Own>, overflow: () => void) {
    this.ctx = ctx
    this.memory = memory
    this.overflow = overflow
    this.polling = new Polling(ctx)
  }

  send({ kept, pulse }: Session<Own>, frames: Message[]): void {
    if (frames.length === 0) return
    if (kept.transport === 'polling') {
      this.outbox.push(...frames)
      // The answers to all packets of a POST make one payload, and one row if no poll is waiting;
      // those of slow packets do not keep the others waiting.
      if (this.outbox.length === frames.length)
        this.ctx.waitUntil(scheduler.wait(0).then(() => this.flush()))
      return
    }
    const main = this.memory.main()
    if (!main) return
    for (const frame of frames) main.send(frame)
    const pong = this.ctx.getWebSocketAutoResponseTimestamp(main)?.getTime() ?? 0
    const size = frames.reduce((sum, frame) => sum + sizeOf(frame) + bounds.frameBytes, 0)
    const next = this.backlog.send(size, Math.max(pong, pulse.heardAt), Date.now())
    if (next === 'ping') main.send(frameOf('ping'))
    if (next === 'close') this.overflow()
  }

  /** Gives what was sent to the waiting poll, or keeps it: before anybody is told that it was sent. */
  flush(): void {
    if (this.outbox.length === 0) return
    if (!this.polling.send(payloadOf(this.outbox.splice(0)))) this.overflow()
  }

  accept(): { response: Response; socket: WebSocket } {
    const { 0: client, 1: socket } = new WebSocketPair()
    this.ctx.acceptWebSocket(socket)
    return { response: new Response(null, { status: 101, webSocket: client }), socket }
  }

  /** The client pauses polling before it upgrades, and waits for its last poll to be answered. */
  hurry(): void {
    if (!this.probing) return
    this.ctx.waitUntil(
      scheduler.wait(bounds.probePollMs).then(() => {
        if (this.probing) this.polling.answer(payloadOf([frameOf('noop')]))
      }),
    )
  }

  get probing(): boolean {
    return this.memory.sockets('probe').length > 0
  }

  /** Goes over to a WebSocket, which first gets what waited for a poll. */
  upgrade(session: Session<Own>, socket: WebSocket): void {
    // A client that upgrades has paused polling: a poll now is not its own.
    this.polling.answer(null)
    this.flush()
    const waiting = this.polling.take()
    session.kept.transport = 'websocket'
    this.memory.adopt(socket, session)
    if (waiting === '') return
    for (const one of splitPayload(waiting)) {
      const packet = one.startsWith('b') ? parsePacket(one) : null
      socket.send(packet?.data ?? one)
    }
  }

  /** Says the last word with the waiting poll, and closes the sockets. */
  shut(last: Message, code: number): void {
    this.polling.answer(payloadOf([...this.outbox.splice(0), last]))
    for (const role of ['main', 'probe'] as const)
      for (const socket of this.memory.sockets(role)) {
        this.memory.release(socket)
        socket.close(code)
      }
  }
}
