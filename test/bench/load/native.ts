// A client of the native protocol, as thin as one can be: it asks, matches answers, tells events.
import { WebSocket } from 'ws'
import type { Ears, Member } from '../peers/peer.ts'

/** A server tells who stays silent `behind`; a word now and then keeps it sending. */
const eventsPerPing = 1000
const handshakeMostMs = 30_000

type Answer = { id: number; ok: unknown } | { id: number; error: { code: string; message: string } }
type Event = { event: string; data: { seq: number; clientId: string | null } }
type Waiting = { resolve(ok: unknown): void; reject(error: Error): void }

type Native = {
  url: string
  protocols: string[]
  ears: Ears
}

export type NativeSocket = {
  ask(op: string, input: object): Promise<unknown>
  close(): void
}

export async function nativeSocket({ url, protocols, ears }: Native): Promise<NativeSocket> {
  const socket = new WebSocket(url, protocols, {
    perMessageDeflate: false,
    handshakeTimeout: handshakeMostMs,
  })
  const waiting = new Map<number, Waiting>()
  let asked = 0
  let unanswered = 0
  let closing = false

  socket.on('message', (data: Buffer) => {
    const text = data.toString()
    if (text === 'pong') return
    const items: (Answer | Event)[] = JSON.parse(text)
    for (const item of items) {
      if ('event' in item) hear(item)
      else settle(item)
    }
  })
  function hear({ event, data }: Event) {
    if (event === 'message.created') ears.heard(data)
    else if (event === 'behind') ears.fault('told `behind`')
    if (++unanswered % eventsPerPing === 0) socket.send('ping')
  }
  function settle(answer: Answer) {
    const ask = waiting.get(answer.id)
    if (!ask) return ears.fault(`an answer nobody asked for: ${JSON.stringify(answer)}`)
    waiting.delete(answer.id)
    if ('ok' in answer) ask.resolve(answer.ok)
    else ask.reject(new Error(`${answer.error.code}: ${answer.error.message}`))
  }

  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  socket.on('error', (error) => ears.fault(error.message))
  socket.on('close', (code, reason) => {
    if (!closing) ears.fault(`socket closed: ${code} ${reason}`)
    for (const ask of waiting.values()) ask.reject(new Error(`socket closed: ${code}`))
  })
  return {
    ask: (op, input) => {
      const id = ++asked
      socket.send(JSON.stringify({ id, op, input }))
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    close: () => {
      closing = true
      socket.close(1000)
    },
  }
}

export async function nativeMember({
  threadId,
  ...native
}: Native & { threadId: string }): Promise<Member> {
  const socket = await nativeSocket(native)
  return {
    send: async (message) => {
      const sent = await socket.ask('message.send', { threadId, ...message })
      return (sent as { seq: number }).seq // the contract's Message, or the bare object's
    },
    close: socket.close,
  }
}
