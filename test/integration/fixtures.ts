// Builders for people, threads and sockets, as a client outside would have them.
import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { DEVELOPMENT_SECRET } from '../../src/contract/development.ts'
import type { Event, EventData, EventName } from '../../src/contract/events.ts'
import type { Answer } from '../../src/contract/frames.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Input, Operation, Output } from '../../src/contract/operations.ts'
import type { Thread } from '../../src/contract/thread.ts'
import { signToken } from '../../src/identity/token.ts'

export const origin = 'http://skein.test'

export type Someone = { id: string; name: string; token: string }

let people = 0

/** A person of their own for each call, so that no test meets another's limits. */
export async function signIn(name: string, claims: Record<string, unknown> = {}): Promise<Someone> {
  const id = `${name.toLowerCase()}-${++people}`
  const token = await aToken({ sub: id, name, ...claims })
  return { id, name, token }
}

export const aToken = (claims: Record<string, unknown>, expiresIn = 3600) =>
  signToken(claims, DEVELOPMENT_SECRET, { expiresIn })

export type Answered<T = unknown> = { status: number; headers: Headers; body: T }

/** One REST request under /v1. The body of an answer without one is null. */
export async function call<T = Record<string, never>>(
  user: Someone | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answered<T>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await exports.default.fetch(`${origin}/v1${path}`, {
    method,
    headers: {
      ...(user && { Authorization: `Bearer ${user.token}` }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: text,
  })
  const answer = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: (answer === '' ? null : JSON.parse(answer)) as T,
  }
}

/** An error as REST says it, without its request id. */
export function refusal({ status, body }: Answered): [number, string] {
  const { error } = body as { error: { code: string } }
  return [status, error.code]
}

export async function aThread(
  owner: Someone,
  others: Someone[],
  more: Partial<Input<'thread.create'>> = {},
): Promise<Thread> {
  const participants = others.map(({ id }) => id)
  const { status, body } = await call<Thread>(owner, 'POST', '/threads', { participants, ...more })
  if (status !== 201 && status !== 200) throw new Error(`no thread: ${JSON.stringify(body)}`)
  return body
}

export const aGroup = (
  owner: Someone,
  others: Someone[],
  more: Partial<Input<'thread.create'>> = {},
) => aThread(owner, others, { type: 'group', ...more })

/** Sends over REST, and answers the message. */
export async function send(
  user: Someone,
  threadId: string,
  content: string,
  more: Partial<Input<'message.send'>> = {},
): Promise<Message> {
  const { status, body } = await call<Message>(user, 'POST', `/threads/${threadId}/messages`, {
    content,
    ...more,
  })
  if (status !== 201) throw new Error(`not sent: ${JSON.stringify(body)}`)
  return body
}

type Said = { event: string; threadId?: string; version?: number; data: unknown }
type Frame = Answer | Said
export type EventOf<E extends EventName> = Said & { event: E; data: EventData<E> }

/** A client's end of a socket: collects every item of every frame, in order. */
export class Socket {
  readonly items: Frame[] = []
  readonly texts: string[] = []
  readonly closed: Promise<{ code: number; reason: string }>
  private readonly socket: WebSocket
  private listeners = new Set<() => void>()
  private asked = 0

  constructor(socket: WebSocket) {
    this.socket = socket
    const { promise, resolve } = Promise.withResolvers<{ code: number; reason: string }>()
    this.closed = promise
    socket.addEventListener('message', ({ data }) => {
      this.texts.push(String(data))
      if (typeof data === 'string' && data.startsWith('['))
        this.items.push(...(JSON.parse(data) as Frame[]))
      for (const listener of this.listeners) listener()
    })
    socket.addEventListener('close', ({ code, reason }) => {
      resolve({ code, reason })
    })
    socket.accept()
  }

  say(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  sayBinary(bytes: ArrayBuffer): void {
    this.socket.send(bytes)
  }

  /** Asks one operation and awaits its answer. */
  async ask<O extends Operation>(op: O, input: Input<O>): Promise<Output<O>> {
    const id = `ask-${++this.asked}`
    this.say({ id, op, input })
    const answer = await this.answer(id)
    if ('error' in answer) throw new Error(`${op}: ${JSON.stringify(answer.error)}`)
    return answer.ok as Output<O>
  }

  answer(id: string | number | null): Promise<Answer> {
    return this.next((item): item is Answer => 'id' in item && item.id === id)
  }

  /** The first event of a name that has come or will come. */
  event<E extends EventName>(
    name: E,
    where: (data: EventData<E>) => boolean = () => true,
  ): Promise<EventOf<E>> {
    return this.next(
      (item): item is EventOf<E> =>
        'event' in item && item.event === name && where(item.data as EventData<E>),
    )
  }

  /** The first item that fits, of those that came and those to come. */
  async next<T extends Frame>(fits: (item: Frame) => item is T): Promise<T> {
    await this.until(() => this.items.some((item) => fits(item)))
    const found = this.items.find((item): item is T => fits(item))
    if (!found) throw new Error('an item that was there is gone')
    return found
  }

  async until(done: () => boolean): Promise<void> {
    if (done()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const listener = () => {
      if (done()) resolve()
    }
    this.listeners.add(listener)
    const patience = setTimeout(() => {
      reject(new Error(`waited in vain; there came ${this.texts.join('\n').slice(-2000)}`))
    }, 8000)
    await promise.finally(() => {
      clearTimeout(patience)
      this.listeners.delete(listener)
    })
  }

  /** Names of the events so far, in order. */
  names(): string[] {
    return this.items.flatMap((item) => ('event' in item ? item.event : []))
  }

  events(): Event[] {
    return this.items.filter((item): item is Event & Said => 'event' in item)
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason)
  }
}

/** Upgrades with a Bearer header. Throws the status of a refusal. */
export async function socket(user: Someone, path = '/ws', headers: Record<string, string> = {}) {
  const response = await upgrade(path, { Authorization: `Bearer ${user.token}`, ...headers })
  if (!response.webSocket) throw new Error(`no socket: ${response.status} ${await response.text()}`)
  return new Socket(response.webSocket)
}

export const threadSocket = (user: Someone, threadId: string) =>
  socket(user, `/threads/${threadId}/ws`)

export const upgrade = (path: string, headers: Record<string, string>) =>
  exports.default.fetch(`${origin}/v1${path}`, { headers: { Upgrade: 'websocket', ...headers } })

export const threadObject = (threadId: string) => env.THREAD.getByName(threadId)
export const userObject = (user: Someone) => env.USER.getByName(user.id)

/** Makes all that waits for its time due now, and runs the alarm. */
export async function passTime(
  stub: ReturnType<typeof userObject> | ReturnType<typeof threadObject>,
): Promise<void> {
  await runInDurableObject(stub, (_, { storage }) => {
    storage.sql.exec('UPDATE due SET at = 1')
  })
  await runDurableObjectAlarm(stub)
}

/** Everything a table of the read model says of one thread, in its own order. */
export async function readModel(threadId: string) {
  const rows = async (table: string, key: string, order: string) => {
    const query = `SELECT * FROM ${table} WHERE ${key} = ? ORDER BY ${order}`
    return (await env.DB.prepare(query).bind(threadId).all()).results
  }
  return {
    threads: await rows('threads', 'id', 'id'),
    members: await rows('members', 'thread_id', 'user_id'),
    messages: await rows('messages', 'thread_id', 'seq'),
    hidden: await rows('hidden', 'thread_id', 'user_id, seq'),
  }
}
