// One native socket that stays: it comes back by itself, and tells when it must not.
import { ChatError, errors } from '../contract/errors.ts'
import type { Event } from '../contract/events.ts'
import type { Answer, DownFrame } from '../contract/frames.ts'
import { PING, SUBPROTOCOL } from '../contract/protocol.ts'
import type { Execute, Input, Operation } from '../contract/operations.ts'
import { createTokens } from './token.ts'
import type { Token } from './token.ts'

const second = 1000
const timing = {
  pingEvery: 25 * second,
  /** Nothing heard for so long after a ping: the connection is dead, whatever the system says. */
  pongWithin: 10 * second,
  /** The same when there is reason to doubt it. */
  doubtFor: 5 * second,
  openWithin: 15 * second,
  answerWithin: 30 * second,
  firstRetry: second / 2,
  longestRetry: 30 * second,
  /** A connection that held so long was a good one: the next loss starts with a short wait again. */
  goodAfter: 10 * second,
}

/** Far below what makes the server stop (`behind`: 10,000 events or 4 MB without a sign of life). */
const acknowledgeAfter = { events: 1_000, characters: 1_000_000 }

export type ConnectionState =
  | { is: 'connecting' }
  | { is: 'open' }
  | { is: 'waiting'; attempts: number }
  /** For good: the close code was 45xx, or `close` was called (code 1000). */
  | { is: 'stopped'; code: number; reason: string }

export type ConnectionOptions = {
  /** `wss://host/v1/ws`, or the socket of one thread. */
  url: string
  /** For programs; a page is known by its cookie. A function is asked again when one is refused. */
  token?: Token
  onState(state: ConnectionState): void
  onEvents(events: Event[]): void
  /** Events were left out, because they were read too slowly: sync. */
  onBehind(): void
  timing?: Partial<typeof timing>
}

export type Connection = {
  /** Asks one operation. Rejects with a `ChatError`: `unavailable` when the answer is not known. */
  request: Execute
  /** Says one operation, when there is a connection, and wants no answer. */
  tell<O extends Operation>(operation: O, input: Input<O>): void
  /** The network may have changed: prove the connection alive now, or try again at once. */
  check(): void
  close(): void
}

type Waiting = { resolve(ok: unknown): void; reject(error: ChatError): void; timer: Timer }
type Timer = ReturnType<typeof setTimeout>

export function connect(options: ConnectionOptions): Connection {
  const times = { ...timing, ...options.timing }
  const tokens = createTokens(options.token)
  const waiting = new Map<number, Waiting>()
  let socket: WebSocket | null = null
  let state: ConnectionState = { is: 'connecting' }
  let timer: Timer | undefined
  let attempts = 0
  let openedAt = 0
  let lastId = 0
  let lastTurn = 0
  let refused = false
  let heard = false
  let unacknowledged = { events: 0, characters: 0 }

  function become(next: ConnectionState) {
    state = next
    options.onState(next)
  }

  function next(delay: number, work: () => void) {
    clearTimeout(timer)
    timer = setTimeout(work, delay)
  }

  function open() {
    next(times.openWithin, () => lose(1006, ''))
    become({ is: 'connecting' })
    const turn = ++lastTurn
    // What a token is got from may fail as a network does, and is tried again like one.
    tokens.get().then(
      (token) => turn === lastTurn && openWith(token),
      () => turn === lastTurn && lose(1006, ''),
    )
  }

  function openWith(token: string | undefined) {
    const protocols = token === undefined ? [] : [SUBPROTOCOL, `bearer.${token}`]
    const opening = new WebSocket(options.url, protocols)
    socket = opening
    opening.addEventListener('open', () => {
      if (socket !== opening) return
      openedAt = Date.now()
      unacknowledged = { events: 0, characters: 0 }
      next(times.pingEvery, ping)
      become({ is: 'open' })
    })
    opening.addEventListener('message', ({ data }) => {
      if (socket === opening) hear(String(data))
    })
    opening.addEventListener('close', ({ code, reason }) => {
      if (socket === opening) lose(code, reason)
    })
  }

  function ping(pongWithin = times.pongWithin) {
    heard = false
    socket?.send(PING)
    next(pongWithin, () => {
      if (heard) next(times.pingEvery - pongWithin, ping)
      else lose(1006, '')
    })
  }

  function hear(text: string) {
    heard = true
    if (!text.startsWith('[')) return
    // The contract is the server's promise; a page does not carry zod to check it again.
    const frame = JSON.parse(text) as DownFrame
    const events: Event[] = []
    for (const said of frame) {
      if (!('event' in said)) answer(said)
      else if (said.event !== 'behind') events.push(said)
    }
    acknowledge(events.length, text.length)
    if (events.length > 0) options.onEvents(events)
    if (frame.some((said) => 'event' in said && said.event === 'behind')) {
      send({ op: 'ack' })
      options.onBehind()
    }
  }

  function acknowledge(events: number, characters: number) {
    unacknowledged.events += events
    unacknowledged.characters += characters
    const { events: most, characters: longest } = acknowledgeAfter
    if (unacknowledged.events >= most || unacknowledged.characters >= longest) send({ op: 'ack' })
  }

  function send(ask: { id?: number; op: Operation; input?: unknown }) {
    unacknowledged = { events: 0, characters: 0 }
    socket?.send(JSON.stringify(ask))
  }

  function answer(said: Answer) {
    if ('error' in said) {
      const { code, message, details } = said.error
      settle(said.id, (asked) => asked.reject(new ChatError(code, message, details)))
    } else settle(said.id, (asked) => asked.resolve(said.ok))
  }

  function settle(id: Answer['id'], how: (asked: Waiting) => void) {
    const asked = typeof id === 'number' ? waiting.get(id) : undefined
    if (asked === undefined) return
    clearTimeout(asked.timer)
    waiting.delete(Number(id))
    how(asked)
  }

  /** The socket is given up, before the system notices where need be. */
  function lose(code: number, reason: string) {
    const lost = socket
    socket = null
    lastTurn++
    lost?.close()
    clearTimeout(timer)
    if (openedAt > 0 && Date.now() - openedAt >= times.goodAfter) {
      attempts = 0
      refused = false
    }
    openedAt = 0
    // A browser does not tell a refused token from a lost network: a new one never hurts.
    tokens.drop()
    // An expired token is renewed once; a new one that is refused as well is the end.
    const renewed = code === errors.unauthenticated.close && tokens.renewable && !refused
    refused ||= renewed
    if (code >= 4500 && code < 4600 && !renewed) become({ is: 'stopped', code, reason })
    else {
      next(waitBefore(attempts++), open)
      become({ is: 'waiting', attempts })
    }
    for (const id of waiting.keys()) settle(id, (asked) => asked.reject(noAnswer()))
  }

  /** Doubling, and never two clients at the same time: after a deploy everybody comes back. */
  function waitBefore(attempt: number): number {
    const most = Math.min(times.longestRetry, times.firstRetry * 2 ** attempt)
    return most / 2 + (Math.random() * most) / 2
  }

  // After the caller has the connection in hand, since its state is told from the first moment.
  next(0, open)

  return {
    request: (operation, input) =>
      new Promise((resolve, reject) => {
        if (state.is !== 'open') return reject(noAnswer())
        const id = ++lastId
        const timer = setTimeout(
          () => settle(id, (asked) => asked.reject(noAnswer())),
          times.answerWithin,
        )
        // An answer has the shape of the operation that its id asked for.
        waiting.set(id, { resolve: resolve as Waiting['resolve'], reject, timer })
        send({ id, op: operation, input })
      }),
    tell: (operation, input) => {
      if (state.is === 'open') send({ op: operation, input })
    },
    check: () => {
      if (state.is === 'open') ping(times.doubtFor)
      else if (state.is === 'waiting') open()
    },
    close: () => {
      const closing = socket
      socket = null
      lastTurn++
      clearTimeout(timer)
      closing?.close(1000)
      if (state.is !== 'stopped') become({ is: 'stopped', code: 1000, reason: 'closed' })
      for (const id of waiting.keys()) settle(id, (asked) => asked.reject(noAnswer()))
    },
  }
}

const noAnswer = () => new ChatError('unavailable', 'There is no connection')
