// Every Socket.IO event that the marketplace document (seed 002) names, one case for each.
import { runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { Someone } from '../integration/fixtures.ts'
import {
  aGroup,
  call,
  passTime,
  send,
  signIn,
  threadObject,
  userObject,
} from '../integration/fixtures.ts'
import { tryEvents } from './documented.ts'
import { aScene, ask } from './marketplace/scene.ts'
import type { Listed } from './marketplace/scene.ts'
import { Client, fallAsleep } from './sockets.ts'
import type { Data } from './sockets.ts'

afterEach(() => {
  vi.useRealTimers()
})

const time = expect.stringMatching(/^\d{4}-.*Z$/)
const C = '/api/conversations'
const M = '/api/messages'
const connect = (user: Someone | null) =>
  Client.open(user, { prefix: '/marketplace', namespace: '/chat' })

async function scene() {
  const found = await aScene()
  const [a, b] = [await connect(found.anna), await connect(found.ben)]
  const { anna, ben, id } = found
  return { ...found, a, b, asleep: () => fallAsleep(id, [anna, ben], [a, b]) }
}

const text = (content: string) => ({ content, type: 'text' })
const content = (data: Data) => (data['message'] as Data)['content']
const stopped = ({ isTyping }: Data) => isTyping === false

const cases: Record<string, () => Promise<void>> = {
  join_conversation: async () => {
    const { a, b, eve, id } = await scene()
    expect(await a.ask('join_conversation', { conversationId: id })).toEqual([
      { conversationId: id },
    ])
    const stranger = await connect(eve)
    stranger.emit('join_conversation', { conversationId: id })
    expect(await stranger.next('error')).toEqual({ success: false, error: expect.any(String) })
    b.emit('typing_start', { conversationId: id })
    await a.next('user_typing')
    b.emit('send_message', { conversationId: id, message: text('not for Eve') })
    await a.next('new_message')
    await stranger.settled()
    expect(new Set(stranger.names())).toEqual(new Set(['error']))
  },

  leave_conversation: async () => {
    const { a, b, id } = await scene()
    for (const client of [a, b]) await client.ask('join_conversation', { conversationId: id })
    a.emit('typing_start', { conversationId: id })
    await b.next('user_typing')
    // Who leaves does not type there any more, and hears of nobody's typing.
    a.emit('leave_conversation', { conversationId: id })
    await b.next('user_typing', stopped)
    b.emit('typing_start', { conversationId: id })
    b.emit('send_message', { conversationId: id, message: text('still heard') })
    await a.next('message_received')
    expect(a.names()).not.toContain('user_typing')
  },

  // "socket.emit('send_message', { conversationId, message: { content, type } })"
  send_message: async () => {
    const { a, b, anna, id, asleep } = await scene()
    await asleep()
    const sent = { conversationId: id, message: { content: 'Hello!', type: 'text' } }
    const [answer] = (await a.ask('send_message', sent)) as [Data]
    expect(answer).toEqual({
      conversationId: id,
      message: expect.objectContaining({ senderId: anna.id, content: 'Hello!', type: 'text' }),
    })
    expect(await b.next('message_received')).toEqual(answer)
    // Of any type that a client may send.
    const offer = { type: 'service_offer', metadata: { servicePackageId: 'pkg123' } }
    const [offered] = (await a.ask('send_message', { conversationId: id, message: offer })) as [
      Data,
    ]
    expect(offered['message']).toMatchObject({
      content: 'Service proposé: Massage Relaxant',
      metadata: { serviceName: 'Massage Relaxant', price: 80 },
    })
  },

  mark_read: async () => {
    const { a, b, id, theirs, asleep } = await scene()
    await asleep()
    a.emit('mark_read', { messageId: theirs.id, conversationId: id })
    await b.next('message_read', ({ messageId }) => messageId === theirs.id)
    const other = await aGroup(await signIn('Anna'), [])
    a.emit('mark_read', { messageId: theirs.id, conversationId: other.id })
    expect(await a.next('error')).toMatchObject({ success: false })
  },

  typing_start: async () => {
    const { a, b, id } = await scene()
    await a.ask('join_conversation', { conversationId: id })
    b.emit('typing_start', { conversationId: id })
    await a.next('user_typing', ({ isTyping }) => isTyping === true)
  },

  // By itself, by a message, and by a closed connection; and after ten seconds at the latest.
  typing_stop: async () => {
    const { a, b, ben, id } = await scene()
    await a.ask('join_conversation', { conversationId: id })
    const type = async () => {
      a.heard.length = 0
      b.emit('typing_start', { conversationId: id })
      await a.next('user_typing')
    }
    await type()
    b.emit('typing_stop', { conversationId: id })
    await a.next('user_typing', stopped)
    await type()
    await ask(ben, 'POST', `${C}/${id}/messages`, { content: 'sent' })
    await a.next('user_typing', stopped)
    // "Typing indicators with 10-second auto-expiration".
    await type()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_001 })
    await runDurableObjectAlarm(threadObject(id))
    await a.next('user_typing', stopped)
    vi.useRealTimers()
    await type()
    b.close()
    await a.next('user_typing', stopped)
  },

  // Away or back: nobody is online without a socket, whatever they say.
  user_online: async () => {
    const { a, b, ben, asleep } = await scene()
    await asleep()
    b.emit('user_online', { isOnline: false, lastSeen: '2020-01-01T00:00:00Z' })
    const away = await a.next('user_online_status', ({ isOnline }) => isOnline === false)
    expect(away).toEqual({ userId: ben.id, isOnline: false, lastSeen: time })
    expect(away['lastSeen']).not.toContain('2020')
    a.heard.length = 0
    b.emit('user_online', { isOnline: true })
    await a.next('user_online_status', ({ isOnline }) => isOnline === true)
  },

  // "All participants in the conversation", the sender too, whoever joined or not, REST or socket.
  new_message: async () => {
    const { a, b, anna, id, asleep } = await scene()
    const phone = await connect(anna)
    await asleep()
    const { body } = await ask(anna, 'POST', `${C}/${id}/messages`, text('Hello!'))
    for (const client of [a, phone, b])
      expect(await client.next('new_message')).toEqual({ conversationId: id, message: body })
    // "text, service offer, booking request, location, etc."
    const at = `${C}/${id}/messages`
    await ask(anna, 'POST', `${at}/location`, { latitude: 1, longitude: 2 })
    await b.next('new_message', (data) => content(data) === '1, 2')
  },

  message_received: async () => {
    const { a, b, anna, id } = await scene()
    const { body } = await ask(anna, 'POST', `${C}/${id}/messages`, text('Hello!'))
    for (const client of [a, b])
      expect(await client.next('message_received')).toEqual({ conversationId: id, message: body })
    await a.settled()
    const names = a.names().filter((name) => name.startsWith('message') || name.startsWith('new'))
    expect(names).toEqual(['new_message', 'message_received'])
  },

  // "When a message is edited or modified": also reacted to, answered, or deleted.
  message_updated: async () => {
    const { a, b, anna, ben, id, mine, asleep } = await scene()
    await asleep()
    const { body } = await ask(anna, 'PUT', `${M}/${mine.id}`, { content: 'Hello there!' })
    for (const client of [a, b]) {
      const told = await client.next('message_updated')
      expect(told).toEqual({ conversationId: id, message: { ...body, readBy: {} } })
    }
    const modified = async (fits: (message: Data) => boolean) =>
      a.next('message_updated', (data) => fits(data['message'] as Data))
    await ask(ben, 'POST', `${M}/${mine.id}/reaction`, { emoji: '👍' })
    await modified(({ reactions }) => (reactions as unknown[]).length === 1)
    const offer = await ask(anna, 'POST', `${C}/${id}/messages/service-offer`, {
      servicePackageId: 'pkg123',
    })
    await call(ben, 'POST', `/messages/${offer.body._id}/accept`)
    const { message } = await modified(({ proposal }) => proposal !== undefined)
    expect(message).toMatchObject({
      _id: offer.body._id,
      proposal: { state: 'accepted', decidedBy: ben.id, providerId: anna.id },
    })
    await ask(anna, 'DELETE', `${M}/${mine.id}`)
    await modified(({ deletedAt }) => deletedAt !== undefined)
  },

  message_read: async () => {
    const { a, b, anna, id, theirs, asleep } = await scene()
    await asleep()
    await ask(anna, 'POST', `${M}/${theirs.id}/read`)
    for (const client of [a, b])
      expect(await client.next('message_read')).toEqual({
        messageId: theirs.id,
        conversationId: id,
        readBy: anna.id,
        readAt: time,
      })
  },

  // "All participants in the new conversation", the creator too.
  new_conversation: async () => {
    const { a, b, anna, ben } = await scene()
    const group = { participants: [ben.id], type: 'group', groupName: 'Two' }
    const { body } = await ask(anna, 'POST', C, group)
    expect(await a.next('new_conversation')).toEqual({ conversation: body })
    const { conversation } = await b.next('new_conversation')
    expect(conversation).toEqual({
      ...body,
      users: [body['users'], []].flat(),
      unreadCounts: { [ben.id]: 0 },
    })
    // Who comes later has a new conversation as well.
    const cleo = await signIn('Cleo')
    const c = await connect(cleo)
    await ask(anna, 'PUT', `${C}/${body._id}`, { participants: [ben.id, cleo.id] })
    await c.next('new_conversation')
  },

  conversation_updated: async () => {
    const { a, b, anna, ben, id, asleep } = await scene()
    await asleep()
    const { body } = await ask(anna, 'POST', `${C}/${id}/messages`, text('Hello!'))
    for (const client of [a, b])
      expect(await client.next('conversation_updated')).toEqual({
        conversationId: id,
        lastMessage: 'Hello!',
        lastMessageAt: body['createdAt'],
      })
    const group = await aGroup(anna, [ben], { title: 'Before' })
    await ask(anna, 'PUT', `${C}/${group.id}`, { groupName: 'After' })
    const { conversation } = await b.next(
      'conversation_updated',
      ({ conversationId }) => conversationId === group.id,
    )
    expect(conversation).toMatchObject({ groupName: 'After' })
  },

  user_typing: async () => {
    const { a, b, ben, id, asleep } = await scene()
    await a.ask('join_conversation', { conversationId: id })
    await asleep()
    b.emit('typing_start', { conversationId: id })
    expect(await a.next('user_typing')).toEqual({
      conversationId: id,
      userId: ben.id,
      isTyping: true,
      user: { id: ben.id, name: 'Ben', avatar: '' },
    })
  },

  user_online_status: async () => {
    const { anna, ben } = await aScene()
    const a = await connect(anna)
    const b = await connect(ben)
    const online = await a.next('user_online_status', ({ userId }) => userId === ben.id)
    expect(online).toEqual({ userId: ben.id, isOnline: true, lastSeen: time })
    b.close()
    await b.closed
    await passTime(userObject(ben))
    expect(await a.next('user_online_status', ({ isOnline }) => isOnline === false)).toEqual({
      userId: ben.id,
      isOnline: false,
      lastSeen: time,
    })
  },

  // "{ success: false, error: 'Error message' }"
  error: async () => {
    const { a, anna, id } = await scene()
    const failure = { success: false, error: expect.any(String) }
    for (const [event, given] of [
      ['send_message', { conversationId: id }],
      ['send_message', { conversationId: id, message: text('') }],
      ['send_message', { conversationId: id, message: { content: 'x', type: 'system' } }],
      ['send_message', { conversationId: id, message: { type: 'location' } }],
      ['send_message', { conversationId: id, message: { type: 'service_offer' } }],
      ['send_message', { conversationId: 'conv123', message: text('x') }],
      ['mark_read', { conversationId: id }],
      ['typing_start', 'nothing'],
      ['user_online', { isOnline: 'perhaps' }],
      ['join_conversation', {}],
    ] as const) {
      a.heard.length = 0
      expect(await a.ask(event, given)).toEqual([failure])
      expect(await a.next('error')).toEqual(failure)
    }
    const { body } = await ask<Listed>(anna, 'GET', `${C}/${id}/messages`)
    expect(body.data.length).toBe(2)
    await a.ask('send_message', { conversationId: id, message: text('the socket goes on') })
  },
}

tryEvents(
  'marketplace',
  [
    ...['join_conversation', 'leave_conversation', 'send_message', 'mark_read', 'typing_start'],
    ...['typing_stop', 'user_online', 'message_received', 'new_message', 'message_updated'],
    ...['message_read', 'new_conversation', 'conversation_updated', 'user_typing'],
    ...['user_online_status', 'error'],
  ],
  cases,
)

// "Authentication Errors: 'No token provided' or 'Invalid token'"
test('without a token, or with a bad one, there is no connection', async () => {
  const { anna } = await aScene()
  for (const nobody of [null, { ...anna, token: 'nonsense' }]) {
    const client = await connect(nobody)
    expect((await client.refused)['data']).toMatchObject({ code: 'unauthenticated' })
  }
})

// "Remove /messaging from URL (gateway uses /chat namespace)"
test('the namespace is /chat and no other', async () => {
  const { anna } = await aScene()
  const client = await Client.open(anna, { prefix: '/marketplace', namespace: '/messaging' })
  expect((await client.refused)['message']).toBe('Invalid namespace')
})

const told = (client: Client) => client.names().filter((name) => name !== 'user_online_status')

test('what I delete for myself is told to nobody else', async () => {
  const { a, b, anna, ben, id, theirs } = await scene()
  await ask(anna, 'DELETE', `${M}/${theirs.id}/for-me`)
  expect(await a.next('conversation_updated')).toMatchObject({ lastMessage: 'mine' })
  await ask(anna, 'DELETE', `${C}/${id}`)
  const again = await send(ben, id, 'again')
  expect(await a.next('new_message')).toMatchObject({ message: { _id: again.id } })
  await b.next('new_message')
  const sent = ['new_message', 'message_received', 'conversation_updated']
  expect([told(a), told(b)]).toEqual([['conversation_updated', ...sent], sent])
})
