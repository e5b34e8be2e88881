// EventFlow's sockets with the stock client, as its document's pages use them.
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { request, tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

type Data = Record<string, unknown>

const open: Socket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect()
})

/** A client that remembers what it was told. */
class Client {
  readonly socket: Socket
  readonly heard: [string, Data][] = []
  private waiting: (() => void)[] = []

  constructor(token: string | null, options: object = {}) {
    this.socket = io(server.url, { forceNew: true, ...(token && { auth: { token } }), ...options })
    open.push(this.socket)
    this.socket.onAny((event: string, data: Data) => {
      this.heard.push([event, data])
      for (const look of this.waiting.splice(0)) look()
    })
  }

  async connected(): Promise<this> {
    if (!this.socket.connected)
      await new Promise<void>((resolve, reject) => {
        this.socket.once('connect', resolve)
        this.socket.once('connect_error', reject)
      })
    return this
  }

  /** The first event of a name, of those that came and those to come, that has all of `fits`. */
  async next(event: string, fits: Data = {}): Promise<Data> {
    const found = this.heard.find(
      ([name, data]) =>
        name === event && Object.entries(fits).every(([key, value]) => data[key] === value),
    )
    if (found) return found[1]
    await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.next(event, fits)
  }
}

async function rest(token: string, method: string, path: string, body?: object): Promise<Data> {
  const response = await fetch(`${server.url}/api/v2/messages${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return (await response.json()) as Data
}

let people = 0

async function pair() {
  people += 1
  const [a, b] = [`ana-${people}`, `bo-${people}`]
  const tokens = await Promise.all([tokenOf(a, { name: 'Ana' }), tokenOf(b, { name: 'Bo' })])
  const { body } = await request(server.url, tokens[0], 'POST', '/threads', { participants: [b] })
  return { ids: [a, b] as const, tokens, threadId: String(body['id']) }
}

const ways = {
  'default options': {},
  'websocket only': { transports: ['websocket'] },
  'polling only': { transports: ['polling'] },
  'websocket first': { transports: ['websocket', 'polling'] },
}

describe.each(Object.entries(ways))('%s', (_name, options) => {
  test('connect, auth, send, receive, typing, read', async () => {
    const { ids, tokens, threadId } = await pair()
    const ana = await new Client(tokens[0], options).connected()
    const bo = await new Client(tokens[1], options).connected()
    ana.socket.emit('auth', { userId: ids[0] })
    expect(await ana.next('auth:success')).toEqual({ userId: ids[0] })
    await bo.socket.emitWithAck('thread:join', { threadId })
    await ana.socket.emitWithAck('thread:join', { threadId })
    bo.socket.emit('typing:start', { threadId })
    expect(await ana.next('typing:update')).toEqual({ threadId, userId: ids[1], isTyping: true })
    bo.socket.emit('message:send', { threadId, content: 'Hello!', attachments: [] })
    const { message } = (await ana.next('message:received')) as { message: Data }
    expect(message).toMatchObject({ threadId, senderId: ids[1], content: 'Hello!' })
    expect((await bo.next('message:received'))['message']).toMatchObject({ _id: message['_id'] })
    ana.socket.emit('message:read', { messageId: message['_id'] })
    expect(await bo.next('message:read:update', { userId: ids[0] })).toEqual({
      threadId,
      messageId: message['_id'],
      userId: ids[0],
      readAt: expect.any(String),
    })
    await ana.next('typing:update', { isTyping: false })
  })

  test('threads, open, send twice, reaction, as the document’s class does', async () => {
    const { ids, tokens, threadId } = await pair()
    const ana = await new Client(tokens[0], options).connected()
    const bo = await new Client(tokens[1], options).connected()
    const { threads } = await rest(tokens[0], 'GET', '/threads')
    expect(threads).toMatchObject([{ _id: threadId, participant: { _id: ids[1] } }])
    ana.socket.emit('thread:join', { threadId })
    expect(await ana.next('presence:sync', { status: 'online' })).toMatchObject({ userId: ids[1] })
    // "Emit to WebSocket for real-time delivery … Also send via REST API as backup"
    const twice = { content: 'Hello!', attachments: [] }
    ana.socket.emit('message:send', { threadId, ...twice })
    await rest(tokens[0], 'POST', `/${threadId}`, twice)
    const { message } = (await bo.next('message:received')) as { message: Data }
    const { messages } = await rest(tokens[1], 'GET', `/${threadId}`)
    expect(messages).toMatchObject([{ _id: message['_id'], content: 'Hello!' }])
    await rest(tokens[1], 'POST', `/${String(message['_id'])}/reactions`, { emoji: '👍' })
    expect(await ana.next('reaction:received')).toEqual({
      ...{ messageId: message['_id'], threadId, reactions: [{ emoji: '👍', userId: ids[1] }] },
    })
  })

  test('a connection that breaks is taken up again, with what came meanwhile', async () => {
    const { tokens, threadId } = await pair()
    const bo = await new Client(tokens[1], options).connected()
    bo.socket.emit('thread:join', { threadId })
    const send = (content: string) =>
      request(server.url, tokens[0], 'POST', `/threads/${threadId}/messages`, { content })
    await send('one')
    await bo.next('message:received')
    const sid = bo.socket.id
    bo.socket.io.engine.close()
    await send('two')
    await new Promise<void>((resolve) => bo.socket.once('connect', resolve))
    expect([bo.socket.recovered, bo.socket.id]).toEqual([true, sid])
    await send('three')
    const told = () => bo.heard.filter(([event]) => event === 'message:received')
    await expect
      .poll(() => told().map(([, data]) => (data['message'] as Data)['content']))
      .toEqual(['one', 'two', 'three'])
  })
})

test('a client without a good token is told so, and does not come back', async () => {
  for (const token of [null, 'nonsense']) {
    const client = await new Client(token).connected()
    expect(await client.next('auth:error')).toMatchObject({ code: 'unauthenticated' })
    await expect.poll(() => client.socket.connected).toBe(false)
    expect(client.socket.active).toBe(false)
  }
})
