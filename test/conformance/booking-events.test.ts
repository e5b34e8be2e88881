// Every Socket.IO event that the booking document (seed 001) names, one case for each.
import { describe, expect, test } from 'vitest'
import { passTime, send, signIn, userObject } from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'
import { aScene, ask, refusal } from './booking/scene.ts'
import { tryEvents } from './documented.ts'
import { Client, fallAsleep } from './sockets.ts'
import type { Data } from './sockets.ts'

const time = expect.stringMatching(/^\d{4}-.*Z$/)
const C = '/messaging/conversations'
const connect = (user: Someone | null) => Client.open(user, { prefix: '/booking' })

async function scene() {
  const found = await aScene()
  const [a, b] = [await connect(found.alice), await connect(found.ada)]
  const { alice, ada, conversationId } = found
  return { ...found, a, b, asleep: () => fallAsleep(conversationId, [alice, ada], [a, b]) }
}

const post = (user: Someone, conversationId: string, content: string) =>
  ask(user, 'POST', `${C}/${conversationId}/messages`, { content })
const shown = (data: Data) => (data['conversation'] as Data)['lastMessage'] as Data
const stopped = ({ isTyping }: Data) => isTyping === false
const of = (conversationId: string) => (data: Data) =>
  ((data['conversation'] ?? {}) as Data)['_id'] === conversationId

const cases: Record<string, () => Promise<void>> = {
  // "JWT-based authentication middleware": by the handshake's token.
  connection: async () => {
    const { alice } = await aScene()
    const client = await connect(alice)
    expect(await client.next('authenticated')).toEqual({ userId: alice.id, role: 'user' })
    for (const nobody of [null, { ...alice, token: 'nonsense' }]) {
      const refused = await (await connect(nobody)).refused
      expect(refused['data']).toMatchObject({ code: 'unauthenticated' })
    }
  },

  disconnect: async () => {
    const { a, b, ada } = await scene()
    b.close()
    await b.closed
    await passTime(userObject(ada))
    expect(await a.next('user_offline')).toEqual({ userId: ada.id, lastSeen: time })
  },

  authenticate: async () => {
    const { a, alice, eve } = await scene()
    const count = () => a.names().filter((name) => name === 'authenticated').length
    for (const [n, given] of [
      { token: alice.token },
      alice.token,
      { userId: alice.id },
    ].entries()) {
      a.emit('authenticate', given)
      await a.settled()
      expect(count()).toBe(n + 2)
    }
    // The token of the handshake decides who speaks.
    a.emit('authenticate', { userId: eve.id })
    expect(await a.next('error', ({ error }) => error === 'forbidden')).toEqual(refusal(403))
  },

  // To the others, also after a REST send.
  new_message: async () => {
    const { a, b, alice, conversationId, asleep } = await scene()
    await asleep()
    await post(alice, conversationId, 'Hello <b>Ada</b><script>x</script>')
    expect(await b.next('new_message')).toEqual({
      conversationId,
      message: expect.objectContaining({
        conversation: conversationId,
        sender: alice.id,
        content: 'Hello <b>Ada</b>',
        messageType: 'text',
      }),
    })
    await a.settled()
    expect(a.names()).not.toContain('new_message')
    expect(b.names()).not.toContain('message_sent')
  },

  // To all sockets of the sender.
  message_sent: async () => {
    const { a, alice, conversationId } = await scene()
    const phone = await connect(alice)
    const { body } = await post(alice, conversationId, 'Hello')
    for (const client of [a, phone])
      expect(await client.next('message_sent')).toEqual({
        conversationId,
        message: body.data.message,
      })
  },

  messages_read: async () => {
    const { a, b, alice, ada, conversationId, asleep } = await scene()
    await asleep()
    await ask(alice, 'GET', `${C}/${conversationId}/messages`)
    const read = { conversationId, userId: alice.id, readAt: time }
    for (const client of [a, b]) expect(await client.next('messages_read')).toEqual(read)
    await send(alice, conversationId, 'one more')
    await ask(ada, 'PUT', `${C}/${conversationId}/read`)
    await a.next('messages_read', ({ userId }) => userId === ada.id)
  },

  // "Takes the bare id or {conversationId}".
  join_conversation: async () => {
    const { a, b, eve, ada, conversationId } = await scene()
    for (const id of [conversationId, { conversationId }])
      expect(await a.ask('join_conversation', id)).toEqual([{ conversationId }])
    const stranger = await connect(eve)
    stranger.emit('join_conversation', conversationId)
    expect(await stranger.next('error')).toEqual(refusal(404))
    b.emit('typing_start', conversationId)
    await a.next('user_typing')
    await post(ada, conversationId, 'not for Eve')
    await stranger.settled()
    expect(stranger.names().filter((name) => name !== 'error')).toEqual(['authenticated'])
  },

  leave_conversation: async () => {
    const { a, b, ada, conversationId } = await scene()
    for (const client of [a, b]) await client.ask('join_conversation', conversationId)
    a.emit('typing_start', conversationId)
    await b.next('user_typing', ({ isTyping }) => isTyping === true)
    // Who leaves does not type there any more.
    await a.ask('leave_conversation', { conversationId })
    await b.next('user_typing', ({ isTyping }) => isTyping === false)
    b.emit('typing_start', conversationId)
    await b.settled()
    await post(ada, conversationId, 'still heard')
    await a.next('new_message')
    expect(a.names()).not.toContain('user_typing')
  },

  conversation_updated: async () => {
    const { a, b, alice, ada, conversationId, asleep } = await scene()
    await asleep()
    await post(alice, conversationId, 'Hello')
    const now = await b.next('conversation_updated', (data) => shown(data)['content'] === 'Hello')
    expect(now).toEqual({
      conversation: expect.objectContaining({
        _id: conversationId,
        unreadCount: 1,
        participants: [
          expect.objectContaining({ user: alice.id, isOnline: true }),
          expect.objectContaining({ user: ada.id, isOnline: true }),
        ],
      }),
    })
    const mine = await a.next('conversation_updated', (data) => shown(data)['content'] === 'Hello')
    expect(mine['conversation']).toMatchObject({ unreadCount: 0 })
  },

  typing_start: async () => {
    const { a, b, conversationId } = await scene()
    await a.ask('join_conversation', conversationId)
    for (const id of [conversationId, { conversationId }]) {
      b.emit('typing_start', id)
      await a.next('user_typing', ({ isTyping }) => isTyping === true)
      b.emit('typing_stop', id)
      await a.next('user_typing', ({ isTyping }) => isTyping === false)
      a.heard.length = 0
    }
  },

  // By itself, by a message, and by a closed connection.
  typing_stop: async () => {
    const { a, b, ada, conversationId } = await scene()
    await a.ask('join_conversation', conversationId)
    b.emit('typing_start', conversationId)
    await a.next('user_typing')
    b.emit('typing_stop', conversationId)
    await a.next('user_typing', stopped)
    a.heard.length = 0
    b.emit('typing_start', conversationId)
    await a.next('user_typing')
    await post(ada, conversationId, 'sent')
    await a.next('user_typing', stopped)
    a.heard.length = 0
    b.emit('typing_start', conversationId)
    await a.next('user_typing')
    b.close()
    await a.next('user_typing', stopped)
  },

  user_typing: async () => {
    const { a, b, ada, conversationId, asleep } = await scene()
    await a.ask('join_conversation', conversationId)
    await asleep()
    b.emit('typing_start', { conversationId })
    expect(await a.next('user_typing')).toEqual({
      conversationId,
      userId: ada.id,
      isTyping: true,
      user: { _id: ada.id, name: 'Ada', avatar: '' },
    })
  },

  // Admins hear of everybody, others of those who share a conversation.
  user_online: async () => {
    const ada = await signIn('Ada', { role: 'admin' })
    const desk = await connect(ada)
    const { alice, eve } = await aScene()
    const other = await connect(eve)
    await connect(alice)
    const online = await desk.next('user_online', ({ userId }) => userId === alice.id)
    expect(online).toEqual({ userId: alice.id, lastSeen: null })
    await other.settled()
    expect(other.names()).not.toContain('user_online')
  },

  user_offline: async () => {
    const ada = await signIn('Ada', { role: 'admin' })
    const desk = await connect(ada)
    const { alice } = await aScene()
    const client = await connect(alice)
    await desk.next('user_online', ({ userId }) => userId === alice.id)
    client.close()
    await client.closed
    await passTime(userObject(alice))
    const offline = await desk.next('user_offline', ({ userId }) => userId === alice.id)
    expect(offline).toEqual({ userId: alice.id, lastSeen: time })
  },

  // Reaches everyone who is connected; anyone else's is refused.
  admin_broadcast: async () => {
    const { a, b, eve, ada } = await scene()
    const stranger = await connect(eve)
    a.emit('admin_broadcast', { message: 'I am the captain' })
    expect(await a.next('error')).toEqual(refusal(403))
    b.emit('admin_broadcast', { message: 'Closed <today>' })
    for (const client of [a, b, stranger])
      expect(await client.next('admin_broadcast')).toEqual({
        message: 'Closed &lt;today&gt;',
        from: { _id: ada.id, name: 'Ada' },
      })
    expect(a.names().filter((name) => name === 'admin_broadcast').length).toBe(1)
  },
}

describe('booking’s events', () => {
  tryEvents(
    'booking',
    [
      ...['connection', 'disconnect', 'authenticate', 'new_message', 'message_sent'],
      ...['messages_read', 'join_conversation', 'leave_conversation', 'conversation_updated'],
      ...['typing_start', 'typing_stop', 'user_typing', 'admin_broadcast', 'user_online'],
      'user_offline',
    ],
    cases,
  )
})

test('bad events are answered by an error, stored nowhere, and the socket goes on', async () => {
  const { a, alice, conversationId } = await scene()
  for (const [event, given] of [
    ['join_conversation', {}],
    ['join_conversation', 7],
    ['typing_start', { conversationId: '' }],
    ['admin_broadcast', {}],
    ['authenticate', { userId: 'a\u202eb' }],
    ['nothing', {}],
  ] as const) {
    const [answer] = await a.ask(event, given)
    expect(answer).toMatchObject({ success: false, data: null, message: expect.any(String) })
  }
  await a.ask('join_conversation', conversationId)
  const { body } = await ask(alice, 'GET', `${C}/${conversationId}/messages`)
  expect(body.data.messages.length).toBe(2)
})

test('a new conversation is told to its people: the customer, then the admin who comes', async () => {
  const { a, b, alice, ada } = await scene()
  const path = `${C}/booking/new-${alice.id}`
  const { body } = await ask(alice, 'GET', path)
  const { _id } = body.data.conversation
  expect(await a.next('conversation_updated', of(_id))).toMatchObject({
    conversation: { participants: [{ user: alice.id, role: 'customer' }] },
  })
  await ask(ada, 'GET', path)
  await b.next('conversation_updated', of(_id))
  await a.next(
    'conversation_updated',
    (data) =>
      of(_id)(data) && ((data['conversation'] as Data)['participants'] as unknown[]).length === 2,
  )
})
