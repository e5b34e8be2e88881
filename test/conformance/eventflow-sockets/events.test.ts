// EventFlow's Socket.IO events (seed 000, "Client Integration"), one case for each that it documents.
import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { aGroup, aThread, call, send, signIn, threadObject } from '../../integration/fixtures.ts'
import { userObject } from '../../integration/fixtures.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { nameEvents } from '../documented.ts'
import { request } from '../fixtures.ts'
import { Client } from '../sockets.ts'
import type { Data } from '../sockets.ts'

const M = '/api/v2/messages'

/** All that a live thread rests on falls asleep. */
async function sleep(threadId: string, people: Someone[], clients: Client[]): Promise<void> {
  await evictDurableObject(threadObject(threadId))
  await Promise.all(people.map((one) => evictDurableObject(userObject(one))))
  const { CONNECTION } = env
  await Promise.all(
    clients.map(({ id }) => evictDurableObject(CONNECTION.get(CONNECTION.idFromString(id)))),
  )
}

async function scene() {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id: threadId } = await aThread(alice, [bob])
  const [a, b] = [await Client.open(alice), await Client.open(bob)]
  return {
    ...{ alice, bob, threadId, a, b },
    asleep: () => sleep(threadId, [alice, bob], [a, b]),
  }
}

nameEvents('eventflow', [
  ...['auth', 'auth:success', 'auth:error', 'message:send', 'message:received', 'typing:start'],
  ...['typing:stop', 'typing:update', 'message:read', 'message:read:update', 'reaction:send'],
  ...['reaction:received', 'presence:update', 'presence:sync', 'thread:join'],
])

describe('what a client says', () => {
  // "socket.emit('auth', { userId: 'user123' }); socket.on('auth:success', …)"
  test('auth, answered by auth:success or auth:error', async () => {
    const { alice, bob, a } = await scene()
    a.emit('auth', { userId: alice.id })
    expect(await a.next('auth:success')).toEqual({ userId: alice.id })
    // The token decides who speaks: anything else would let everyone be anyone.
    a.emit('auth', { userId: bob.id })
    expect(await a.next('auth:error')).toMatchObject({
      error: expect.any(String),
      code: 'forbidden',
    })
  })

  // "socket.emit('message:send', { threadId, content, attachments: [] })"
  test('message:send, and everyone gets message:received', async () => {
    const { alice, bob, threadId, a, b, asleep } = await scene()
    const phone = await Client.open(alice)
    await asleep()
    a.emit('message:send', { threadId, content: 'Hello!', attachments: [] })
    for (const one of [a, phone, b])
      expect(await one.next('message:received')).toEqual({
        message: expect.objectContaining({
          ...{ threadId, senderId: alice.id, content: 'Hello!', attachments: [], reactions: [] },
          sender: { _id: alice.id, name: 'Alice', avatar: '' },
        }),
      })
    const { body } = await request(bob, 'GET', `${M}/${threadId}`)
    expect(body['messages']).toMatchObject([{ content: 'Hello!', senderId: alice.id }])
  })

  test('message:send is acknowledged with the message, where the client asks for it', async () => {
    const { threadId, a } = await scene()
    const [answer] = await a.ask('message:send', {
      threadId,
      content: '<b>x</b><script>y</script>',
    })
    expect(answer).toMatchObject({ message: { threadId, content: '<b>x</b>' } })
    const [refused] = await a.ask('message:send', { threadId, content: '' })
    expect(refused).toMatchObject({ success: false, code: 'invalid', error: /content/ })
  })

  // "Emit to WebSocket for real-time delivery … Also send via REST API as backup"
  test('a message sent over the socket and by REST is one', async () => {
    const { alice, threadId, a, b, asleep } = await scene()
    const path = `${M}/${threadId}`
    for (const content of ['one', 'two']) {
      a.emit('message:send', { threadId, content, attachments: [] })
      if (content === 'two') {
        await a.settled()
        await asleep()
      }
      const backup = await request(alice, 'POST', path, { content, attachments: [] })
      const { _id } = (backup.body as { message: Data })['message']
      expect(await b.next('message:received', heard(content))).toMatchObject({ message: { _id } })
    }
    // A genuine repeat later is a message; within seconds through the same door it is spam.
    const again = await request(alice, 'POST', path, { content: 'two', attachments: [] })
    expect(again.status).toBe(200)
    await Promise.all([a.settled(), b.settled()])
    for (const one of [a, b])
      expect(one.names().filter((name) => name === 'message:received').length).toBe(2)
  })

  // "socket.emit('typing:start', { threadId }); socket.emit('typing:stop', { threadId })"
  test('typing:start and typing:stop, told by typing:update to whoever joined', async () => {
    const { alice, threadId, a, b, asleep } = await scene()
    const aside = await Client.open(alice)
    a.emit('thread:join', { threadId })
    await a.settled()
    b.emit('typing:start', { threadId })
    const update = { threadId, userId: expect.stringMatching(/^bob-/) }
    expect(await a.next('typing:update')).toEqual({ ...update, isTyping: true })
    await asleep()
    b.emit('typing:start', { threadId })
    b.emit('typing:stop', { threadId })
    expect(await a.next('typing:update', (data) => data['isTyping'] === false)).toEqual({
      ...update,
      isTyping: false,
    })
    await aside.settled()
    expect(aside.names()).not.toContain('typing:update')
    expect(b.names()).not.toContain('typing:update')
  })

  test('typing ends with a message, and with the connection', async () => {
    const { threadId, a, b } = await scene()
    a.emit('thread:join', { threadId })
    await a.settled()
    const ends = () => a.heard.filter(({ args }) => (args[0] as Data)['isTyping'] === false).length
    b.emit('typing:start', { threadId })
    b.emit('message:send', { threadId, content: 'done' })
    await a.next('message:received')
    await a.next('typing:update', (data) => data['isTyping'] === false)
    b.emit('typing:start', { threadId })
    await b.settled()
    b.close()
    await a.next('typing:update', () => ends() === 2)
  })

  // "message:read", reading 11: {messageId} or {threadId} or both.
  test('message:read, and the others get message:read:update', async () => {
    const { alice, bob, threadId, a, b, asleep } = await scene()
    const [first, second] = [await send(alice, threadId, 'one'), await send(alice, threadId, 'two')]
    await asleep()
    const update = (messageId: string) => ({
      ...{ threadId, messageId, userId: bob.id },
      readAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    })
    b.emit('message:read', { messageId: first.id, threadId })
    expect(await a.next('message:read:update')).toEqual(update(first.id))
    b.emit('message:read', { threadId })
    expect(await a.next('message:read:update', ({ messageId }) => messageId === second.id)).toEqual(
      update(second.id),
    )
    b.emit('message:read', {})
    expect(await b.next('error')).toMatchObject({ code: 'invalid', error: /messageId/ })
  })

  // "reaction:send", reading 11: {messageId, emoji}; the same again takes it back, as by REST.
  test('reaction:send, and everyone gets reaction:received', async () => {
    const { alice, bob, threadId, a, b, asleep } = await scene()
    const { id: messageId } = await send(alice, threadId, 'nice')
    await asleep()
    b.emit('reaction:send', { messageId, emoji: '👍' })
    const reactions = [{ emoji: '👍', userId: bob.id }]
    for (const one of [a, b])
      expect(await one.next('reaction:received')).toEqual({ messageId, threadId, reactions })
    b.emit('reaction:send', { messageId, emoji: '👍' })
    await a.next('reaction:received', (data) => (data['reactions'] as []).length === 0)
  })

  // "presence:update", reading 11: {status}.
  test('presence:update, and those who share a thread get presence:sync', async () => {
    const { bob, a, b, asleep } = await scene()
    await asleep()
    b.emit('presence:update', { status: 'away' })
    const away = await a.next('presence:sync', ({ status }) => status === 'away')
    expect(away).toEqual({ userId: bob.id, status: 'away', lastSeen: null })
    b.emit('presence:update', { status: 'offline' })
    expect(await b.next('error')).toMatchObject({ code: 'invalid', error: /status/ })
  })

  // "this.socket.emit('thread:join', { threadId })"
  test('thread:join, of a thread of mine alone', async () => {
    const { alice, bob, threadId, a } = await scene()
    expect(await a.ask('thread:join', { threadId })).toEqual([{ threadId }])
    const there = { userId: bob.id, status: 'online', lastSeen: null }
    expect(a.heard.filter(({ event }) => event === 'presence:sync').at(-1)?.args).toEqual([there])
    const eve = await signIn('Eve')
    const e = await Client.open(eve)
    const { id: other } = await aGroup(alice, [bob])
    for (const unknown of [threadId, other, 'nonsense'])
      expect(await e.ask('thread:join', { threadId: unknown })).toMatchObject([
        { success: false, code: 'not_found' },
      ])
    a.emit('typing:start', { threadId })
    await send(alice, threadId, 'secret')
    await e.settled()
    expect(new Set(e.names())).toEqual(new Set(['error']))
  })

  test('thread:leave, after which typing is not heard any more', async () => {
    const { threadId, a, b } = await scene()
    await a.ask('thread:join', { threadId })
    a.emit('thread:leave', { threadId })
    await a.settled()
    b.emit('typing:start', { threadId })
    b.emit('message:send', { threadId, content: 'x' })
    await a.next('message:received')
    expect(a.names()).not.toContain('typing:update')
  })
})

const heard = (content: string) => (data: Data) => (data['message'] as Data)['content'] === content

describe('what a client is told beside', () => {
  // Reading 5: message:edited {message}, message:deleted {messageId, threadId}.
  test('message:edited and message:deleted', async () => {
    const { alice, threadId, a, b, asleep } = await scene()
    const { id: messageId } = await send(alice, threadId, 'frist')
    await asleep()
    await request(alice, 'PUT', `${M}/${messageId}/edit`, { content: 'first' })
    for (const one of [a, b])
      expect(await one.next('message:edited')).toMatchObject({
        message: { _id: messageId, content: 'first', isEdited: true },
      })
    await call(alice, 'DELETE', `/messages/${messageId}`)
    for (const one of [a, b])
      expect(await one.next('message:deleted')).toEqual({ messageId, threadId })
  })

  // Reading 5: notification:received {notification}; 16: for whoever does not look at the thread.
  test('notification:received', async () => {
    const { alice, bob, threadId, a, b, asleep } = await scene()
    const looking = await Client.open(bob)
    await looking.ask('thread:join', { threadId })
    await asleep()
    const message = await send(alice, threadId, 'hi')
    expect(await b.next('message:received')).toMatchObject({ message: { _id: message.id } })
    const aside = await aGroup(alice, [bob], { title: 'Aside' })
    await send(alice, aside.id, 'psst')
    expect(await b.next('notification:received')).toMatchObject({
      notification: { type: 'message', title: 'Aside', threadId: aside.id, count: 1, read: false },
    })
    expect(a.names()).not.toContain('notification:received')
    const list = async () => {
      const { body } = await request(bob, 'GET', `${M}/notifications`)
      return (body['notifications'] as Data[]).map((one) => one['threadId'])
    }
    expect(await list()).toEqual([aside.id])
    // What came while it was on the screen makes none later, either.
    await looking.ask('thread:leave', { threadId })
    looking.close()
    await b.settled()
    expect(await list()).toEqual([aside.id])
    await send(alice, threadId, 'still there?')
    await b.next(
      'notification:received',
      (data) => (data['notification'] as Data)['threadId'] === threadId,
    )
  })

  // Reading 5: pins and mutes, to one's own sockets.
  test('thread:updated', async () => {
    const { alice, threadId, a, b } = await scene()
    const phone = await Client.open(alice)
    await request(alice, 'POST', `/api/v2/threads/${threadId}/pin`)
    for (const one of [a, phone])
      expect(await one.next('thread:updated')).toMatchObject({
        thread: { _id: threadId, isPinned: true },
      })
    await b.settled()
    expect(b.names()).not.toContain('thread:updated')
  })

  test('one’s own message sent elsewhere, on REST or a native socket', async () => {
    const { alice, threadId, a, b } = await scene()
    const message = await send(alice, threadId, 'from REST', { clientId: '1' })
    for (const one of [a, b])
      expect(await one.next('message:received')).toMatchObject({ message: { _id: message.id } })
  })
})
