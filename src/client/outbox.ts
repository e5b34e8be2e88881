// What I wrote and the server has not confirmed: shown at once, sent in order, never twice.
import { ChatError } from '../contract/errors.ts'
import type { Event } from '../contract/events.ts'
import type { Message } from '../contract/message.ts'
import type { Connection } from './connection.ts'

/**
 * `error` is null while it is on its way, or waits for a connection. A message is repeated under its
 * `clientId` until an answer is known; the server takes all of them for one.
 */
export type Pending = {
  readonly clientId: string
  readonly threadId: string
  readonly content: string
  readonly replyTo: string | null
  readonly createdAt: string
  readonly error: string | null
}

export type Outbox = readonly Pending[]

export const pendingIn = (outbox: Outbox, threadId: string): Pending[] =>
  outbox.filter((pending) => pending.threadId === threadId)

/** The outbox after a live event: my own message came back. The same one when it is no such event. */
export function applyToOutbox(outbox: Outbox, event: Event, me: string): Outbox {
  if (event.event !== 'message.created' || event.data.sender.id !== me) return outbox
  return without(outbox, event.data.clientId)
}

const without = (outbox: Outbox, clientId: string | null): Outbox =>
  outbox.some((pending) => pending.clientId === clientId)
    ? outbox.filter((pending) => pending.clientId !== clientId)
    : outbox

const mark = (outbox: Outbox, clientId: string, error: string | null): Outbox =>
  outbox.map((pending) => (pending.clientId === clientId ? { ...pending, error } : pending))

/** `read` and `write` are the caller's own store. */
type SenderOptions = {
  connection: Connection
  isOpen(): boolean
  read(): Outbox
  write(outbox: Outbox): void
  onSent(message: Message): void
}

/** Sends what is in an outbox, one after the other in each thread: the order of writing is kept. */
export function createSender({ connection, isOpen, read, write, onSent }: SenderOptions) {
  const busy = new Set<string>()

  async function sendNext(threadId: string): Promise<void> {
    const next = read().find((pending) => pending.threadId === threadId && pending.error === null)
    if (next === undefined || busy.has(threadId) || !isOpen()) return
    busy.add(threadId)
    await post(next)
    busy.delete(threadId)
    return sendNext(threadId)
  }

  async function post({ clientId, threadId, content, replyTo }: Pending) {
    try {
      const input = { threadId, clientId, content, replyTo: replyTo ?? undefined }
      onSent(await connection.request('message.send', input))
      write(without(read(), clientId))
    } catch (error) {
      // Without an answer it may have arrived: it stays, and is repeated when the connection is back.
      if (error instanceof ChatError && error.code === 'unavailable' && !isOpen()) return
      write(mark(read(), clientId, error instanceof Error ? error.message : String(error)))
    }
  }

  return {
    send(threadId: string, content: string, replyTo: string | null = null) {
      const createdAt = new Date().toISOString()
      const clientId = crypto.randomUUID()
      write([...read(), { clientId, threadId, content, replyTo, createdAt, error: null }])
      void sendNext(threadId)
    },
    retry(clientId: string) {
      write(mark(read(), clientId, null))
      const pending = read().find((pending) => pending.clientId === clientId)
      if (pending !== undefined) void sendNext(pending.threadId)
    },
    discard: (clientId: string) => write(without(read(), clientId)),
    /** The connection is back. */
    sendAll() {
      for (const threadId of new Set(read().map((pending) => pending.threadId)))
        void sendNext(threadId)
    },
  }
}
