// Every Socket.IO event that the therapy document (seed 003) names, one case for each.
import { describe, expect, test } from 'vitest'
import { aThread, call, passTime, send, signIn, userObject } from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'
import { tryEvents } from './documented.ts'
import { Client, fallAsleep } from './sockets.ts'
import { aScene, ask, janeIs, johnIs, johnSeen, message, time } from './therapy/scene.ts'

const at = { prefix: '/therapy', namespace: '/messaging' }
const connect = (user: Someone | null) => Client.open(user, at)

async function scene() {
  const found = await aScene()
  const { john, jane, conversationId } = found
  const [a, b] = [await connect(john), await connect(jane)]
  return { ...found, a, b, asleep: () => fallAsleep(conversationId, [john, jane], [a, b]) }
}

const C = '/messaging/conversations'
const post = (user: Someone, conversationId: string, content: string) =>
  ask(user, 'POST', `${C}/${conversationId}/messages`, { content })

const place = async (owner: Someone, others: Someone[], type: 'community' | 'post') => {
  const id = `${type}-of-${owner.id}`
  const thread = await aThread(owner, others, { type, title: 'A place', subject: { type, id } })
  return { id, threadId: thread.id }
}

const cases: Record<string, () => Promise<void>> = {
  // "Authentication happens automatically on connection"
  authenticated: async () => {
    const { john } = await aScene()
    const client = await connect(john)
    expect(await client.next('authenticated')).toEqual({
      ...{ userId: john.id, role: 'client', message: 'Authenticated', timestamp: time },
    })
  },

  auth_error: async () => {
    const { john } = await aScene()
    for (const nobody of [null, { ...john, token: 'nonsense' }]) {
      const client = await connect(nobody)
      expect(await client.next('auth_error')).toEqual({
        ...{ message: expect.stringContaining('Authentication failed'), code: 'AUTH_FAILED' },
      })
      await client.dismissed
    }
  },

  join_conversation: async () => {
    const { a, eve, conversationId } = await scene()
    expect(await a.ask('join_conversation', { conversationId })).toEqual([{ conversationId }])
    const stranger = await connect(eve)
    stranger.emit('join_conversation', { conversationId })
    expect(await stranger.next('error')).toEqual({
      ...{ message: expect.any(String), code: 'not_found' },
    })
    expect(stranger.names()).not.toContain('conversation_joined')
  },

  leave_conversation: async () => {
    const { a, b, conversationId } = await scene()
    for (const client of [a, b]) await client.ask('join_conversation', { conversationId })
    b.emit('typing_indicator', { conversationId, isTyping: true })
    await a.next('typing_indicator')
    await b.ask('leave_conversation', { conversationId })
    await a.next('typing_indicator', ({ isTyping }) => isTyping === false)
    await a.ask('leave_conversation', { conversationId })
    a.heard.length = 0
    b.emit('typing_indicator', { conversationId, isTyping: true })
    await b.settled()
    await a.settled()
    expect(a.names()).not.toContain('typing_indicator')
  },

  conversation_joined: async () => {
    const { a, conversationId, asleep } = await scene()
    await asleep()
    a.emit('join_conversation', { conversationId })
    expect(await a.next('conversation_joined')).toEqual({ conversationId })
  },

  conversation_left: async () => {
    const { a, conversationId } = await scene()
    await a.ask('join_conversation', { conversationId })
    a.emit('leave_conversation', { conversationId })
    expect(await a.next('conversation_left')).toEqual({ conversationId })
  },

  user_joined_conversation: async () => {
    const { a, b, jane, conversationId, asleep } = await scene()
    await a.ask('join_conversation', { conversationId })
    await asleep()
    await b.ask('join_conversation', { conversationId })
    expect(await a.next('user_joined_conversation')).toEqual({ conversationId, userId: jane.id })
    await b.settled()
    expect(b.names()).not.toContain('user_joined_conversation')
  },

  user_left_conversation: async () => {
    const { a, b, jane, conversationId } = await scene()
    for (const client of [a, b]) await client.ask('join_conversation', { conversationId })
    b.emit('leave_conversation', { conversationId })
    expect(await a.next('user_left_conversation')).toEqual({ conversationId, userId: jane.id })
    a.heard.length = 0
    // A connection that ends has left, too.
    await b.ask('join_conversation', { conversationId })
    await a.next('user_joined_conversation')
    b.close()
    await a.next('user_left_conversation')
  },

  typing_indicator: async () => {
    const { a, b, jane, conversationId, asleep } = await scene()
    await a.ask('join_conversation', { conversationId })
    await asleep()
    for (const isTyping of [true, false]) {
      b.emit('typing_indicator', { conversationId, isTyping })
      const told = await a.next('typing_indicator', (data) => data['isTyping'] === isTyping)
      expect(told).toEqual({ conversationId, userId: jane.id, isTyping })
    }
    await b.settled()
    expect(b.names()).not.toContain('typing_indicator')
  },

  // A message over REST is told to everyone in the conversation, the sender's devices too.
  new_message: async () => {
    const { a, b, john, theirs, conversationId, asleep } = await scene()
    await asleep()
    const { body } = await ask(john, 'POST', `${C}/${conversationId}/messages`, {
      ...{ content: 'Hello <b>Jane</b><script>x</script>', replyToId: theirs.id },
    })
    const told = message(johnSeen(john), {
      ...{ id: body.id, content: 'Hello <b>Jane</b>', replyToId: theirs.id },
      replyTo: expect.objectContaining({ id: theirs.id, content: 'theirs' }),
    })
    for (const client of [a, b]) expect(await client.next('new_message')).toEqual(told)
  },

  message_updated: async () => {
    const { b, john, mine, conversationId, asleep } = await scene()
    await asleep()
    await ask(john, 'PUT', `/messaging/messages/${mine.id}`, { content: 'Updated content' })
    expect(await b.next('message_updated')).toEqual({
      ...{ messageId: mine.id, conversationId, content: 'Updated content' },
      ...{ isEdited: true, editedAt: time },
    })
    await ask(john, 'DELETE', `/messaging/messages/${mine.id}`)
    expect(await b.next('message_updated', ({ isDeleted }) => isDeleted === true)).toEqual({
      ...{ messageId: mine.id, conversationId, content: '' },
      ...{ isEdited: true, editedAt: time, isDeleted: true },
    })
  },

  message_read: async () => {
    const { b, john, theirs, conversationId, asleep } = await scene()
    await asleep()
    await ask(john, 'POST', `/messaging/messages/${theirs.id}/read`)
    expect(await b.next('message_read', ({ userId }) => userId === john.id)).toEqual({
      ...{ messageId: theirs.id, conversationId, userId: john.id, readAt: time },
    })
  },

  message_reaction: async () => {
    const { a, b, jane, mine, conversationId, asleep } = await scene()
    await asleep()
    const path = `/messaging/messages/${mine.id}/reactions`
    await ask(jane, 'POST', path, { emoji: '👍' })
    const reaction = { emoji: '👍', user: janeIs(jane) }
    for (const client of [a, b])
      expect(await client.next('message_reaction')).toEqual({
        ...{ messageId: mine.id, conversationId, reaction, action: 'added' },
      })
    await ask(jane, 'DELETE', `${path}/${encodeURIComponent('👍')}`)
    expect(await a.next('message_reaction', ({ action }) => action === 'removed')).toEqual({
      ...{ messageId: mine.id, conversationId, reaction, action: 'removed' },
    })
  },

  user_status_changed: async () => {
    const { john, jane } = await aScene()
    const a = await connect(john)
    const b = await connect(jane)
    expect(await a.next('user_status_changed')).toEqual({
      ...{ userId: jane.id, status: 'online', timestamp: time },
    })
    b.close()
    await b.closed
    await passTime(userObject(jane))
    expect(await a.next('user_status_changed', ({ status }) => status === 'offline')).toEqual({
      ...{ userId: jane.id, status: 'offline', timestamp: time },
    })
  },

  // "takes a thread id or the subject.id"; for members alone.
  join_community: async () => {
    const { a, john, jane, eve } = await scene()
    const { id, threadId } = await place(john, [jane], 'community')
    for (const communityId of [id, threadId])
      expect(await a.ask('join_community', { communityId })).toEqual([{ communityId }])
    const stranger = await connect(eve)
    for (const communityId of [id, threadId]) {
      const [refused] = await stranger.ask('join_community', { communityId })
      expect(refused).toEqual({ message: expect.any(String), code: 'not_found' })
    }
  },

  community_joined: async () => {
    const { a, b, john, jane, asleep } = await scene()
    const { id, threadId } = await place(john, [jane], 'community')
    await asleep()
    a.emit('join_community', { communityId: id })
    expect(await a.next('community_joined')).toEqual({ communityId: id })
    b.emit('typing_indicator', { conversationId: threadId, isTyping: true })
    await a.next('typing_indicator')
  },

  // Comments live in posts.
  join_post: async () => {
    const { a, b, john, jane } = await scene()
    const { id, threadId } = await place(john, [jane], 'post')
    a.emit('join_post', { postId: id })
    expect(await a.next('post_joined')).toEqual({ postId: id })
    await send(jane, threadId, 'a comment')
    const comment = expect.objectContaining({ content: 'a comment', senderId: jane.id })
    for (const client of [a, b]) {
      expect(await client.next('new_comment')).toEqual({ postId: id, comment })
      expect(await client.next('new_message')).toEqual(comment)
    }
  },

  error: async () => {
    const { a, john, conversationId } = await scene()
    for (const [event, given] of [
      ['join_conversation', {}],
      ['join_conversation', 7],
      ['typing_indicator', { conversationId, isTyping: 'perhaps' }],
      ['typing_indicator', { conversationId: 'nowhere', isTyping: true }],
      ['join_community', { communityId: '' }],
      ['join_post', {}],
      ['nothing', {}],
    ] as const) {
      a.heard.length = 0
      const [answer] = await a.ask(event, given)
      expect(answer).toEqual({ message: expect.any(String), code: expect.any(String) })
      expect(await a.next('error')).toEqual(answer)
    }
    await a.ask('join_conversation', { conversationId })
    await post(john, conversationId, 'on we go')
    await a.next('new_message')
  },
}

describe('therapy’s events', () => {
  tryEvents(
    'therapy',
    [
      ...['authenticated', 'auth_error', 'join_conversation', 'leave_conversation'],
      ...['typing_indicator', 'join_community', 'join_post', 'new_message', 'message_updated'],
      ...['message_read', 'message_reaction', 'user_joined_conversation'],
      ...['user_left_conversation', 'user_status_changed', 'conversation_joined'],
      ...['conversation_left', 'community_joined', 'error'],
    ],
    cases,
  )
})

test('whoever comes to be a member, or no longer is, has joined or left', async () => {
  const { a, john, jane } = await scene()
  const zoe = await signIn('Zoe')
  const { id: conversationId } = await aThread(john, [jane], { type: 'support' })
  await call(john, 'POST', `/threads/${conversationId}/members`, { userIds: [zoe.id] })
  const told = { conversationId, userId: zoe.id }
  expect(await a.next('user_joined_conversation', ({ userId }) => userId === zoe.id)).toEqual(told)
  await call(zoe, 'DELETE', `/threads/${conversationId}`)
  expect(await a.next('user_left_conversation', ({ userId }) => userId === zoe.id)).toEqual(told)
})

test('names are shown in their parts', async () => {
  const { a, john, jane, conversationId } = await scene()
  await post(jane, conversationId, 'Hello')
  const { sender } = (await a.next('new_message')) as { sender: object }
  expect(sender).toMatchObject(janeIs(jane))
  await post(john, conversationId, 'Hello back')
  const back = await a.next('new_message', ({ content }) => content === 'Hello back')
  expect(back['sender']).toMatchObject(johnIs(john))
})
