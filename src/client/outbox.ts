// What I wrote and the server has not confirmed: shown at once, sent in order, never twice.
import { ChatError } from '../contract/errors.ts'
import type { Event } from '../contract/events.ts'
import type { Message } from '../contract/message.ts'
import type { Input } from '../contract/operations.ts'
import type { Connection } from './connection.ts'
import type { OutgoingFile, Uploads } from './uploads.ts'

export type Sending = Omit<Input<'message.send'>, 'clientId' | 'draft'>

/**
 * `error` is null while it is on its way, or waits for a connection. A message is repeated under its
 * `clientId` until an answer is known; the server takes all of them for one.
 */
export type Pending = {
  readonly clientId: string
  readonly input: Sending
  /** They go ahead of it, and are kept with it until it is sent. None: of an older release. */
  readonly files?: readonly OutgoingFile[]
  readonly createdAt: string
  readonly error: string | null
}

export type Outbox = readonly Pending[]

export const pendingIn = (outbox: Outbox, threadId: string): Pending[] =>
  outbox.filter((pending) => pending.input.threadId === threadId)

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
  uploads: Pick<Uploads, 'start' | 'forget'>
  onSent(message: Message): void
  /** Too many messages: the next goes out at this time (ms), or again at once (null). */
  onHeld?(until: number | null): void
}

/** Where a refusal for haste does not say how long, in seconds. */
const usualWait = 5

/** Sends what is in an outbox, one after the other in each thread: the order of writing is kept. */
export function createSender(options: SenderOptions) {
  const { connection, isOpen, read, write, uploads, onSent, onHeld } = options
  const busy = new Set<string>()
  let held: ReturnType<typeof setTimeout> | undefined
  let stopped = false

  async function sendNext(threadId: string): Promise<void> {
    const next = pendingIn(read(), threadId).find((pending) => pending.error === null)
    if (next === undefined || busy.has(threadId) || held !== undefined) return
    if (stopped || !isOpen()) return
    busy.add(threadId)
    await post(next)
    busy.delete(threadId)
    return sendNext(threadId)
  }

  async function post({ clientId, input, files }: Pending) {
    try {
      const attachments = files?.length ? await Promise.all(files.map(uploadNamed)) : undefined
      const message = { ...input, ...(attachments && { attachments }), clientId }
      onSent(await connection.request('message.send', message))
      write(without(read(), clientId))
    } catch (error) {
      const code = error instanceof ChatError ? error.code : 'internal'
      // Without an answer it may have arrived: it stays, and is repeated when the connection is back.
      if (stopped || (code === 'unavailable' && !isOpen())) return
      if (code === 'rate_limited') return hold((error as ChatError).details)
      write(mark(read(), clientId, error instanceof Error ? error.message : String(error)))
    }
  }

  /** Of several files it is said which one was refused. */
  async function uploadNamed(file: OutgoingFile): Promise<string> {
    try {
      return await uploads.start(file)
    } catch (error) {
      if (!(error instanceof ChatError)) throw error
      throw new ChatError(error.code, `${file.name}: ${error.message}`, error.details)
    }
  }

  /** The limit is the person's, so all threads wait; what was refused is the first to go again. */
  function hold(details: unknown) {
    const { retryAfter = usualWait } = (details ?? {}) as { retryAfter?: number }
    clearTimeout(held)
    held = setTimeout(release, retryAfter * 1000)
    onHeld?.(Date.now() + retryAfter * 1000)
  }

  function release() {
    clearTimeout(held)
    held = undefined
    onHeld?.(null)
    sendAll()
  }

  function sendAll() {
    for (const threadId of new Set(read().map((pending) => pending.input.threadId)))
      void sendNext(threadId)
  }

  return {
    send(input: Sending, files: readonly OutgoingFile[] = []) {
      const createdAt = new Date().toISOString()
      const clientId = crypto.randomUUID()
      write([...read(), { clientId, input, files, createdAt, error: null }])
      void sendNext(input.threadId)
    },
    retry(clientId: string) {
      write(mark(read(), clientId, null))
      const pending = read().find((pending) => pending.clientId === clientId)
      if (pending === undefined) return
      pending.files?.forEach((file) => uploads.forget(file.clientId))
      void sendNext(pending.input.threadId)
    },
    discard: (clientId: string) => write(without(read(), clientId)),
    /** The connection is back, or what an earlier run left behind was read. */
    sendAll,
    /** What is unsent stays as it is, for another run. */
    stop() {
      stopped = true
      clearTimeout(held)
    },
  }
}
