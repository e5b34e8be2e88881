// Every Socket.IO event that the mentorship document (seed 004) names, one case for each.
import { describe, expect, test } from 'vitest'
import { call, passTime, send, signIn, userObject } from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'
import { tryEvents } from './documented.ts'
import { aRoom, aScene, ask, message, time } from './mentorship/scene.ts'
import { Client, fallAsleep } from './sockets.ts'
import type { Data } from './sockets.ts'

const connect = (user: Someone | null) => Client.open(user, { prefix: '/mentorship' })

async function scene() {
  const found = await aScene()
  const { ann, ben, directId, roomId } = found
  const [a, b] = [await connect(ann), await connect(ben)]
  // Who came had two messages waiting, or one: that is told first.
  await a.settled()
  await b.settled()
  a.heard.length = 0
  b.heard.length = 0
  const asleep = async () => {
    await fallAsleep(directId, [ann, ben], [a, b])
    await fallAsleep(roomId, [], [])
  }
  return { ...found, a, b, asleep }
}

const first = (answer: unknown[]) => answer[0] as Data & { message: Data }
const contentIs = (content: string) => (data: Data) => data['content'] === content

const cases: Record<string, () => Promise<void>> = {
  // Client → server: message sending

  send_message: async () => {
    const { a, b, ann, ben, roomId, asleep } = await scene()
    await asleep()
    const direct = first(
      await a.ask('send_message', { receiverId: ben.id, content: 'to Ben', type: 'text' }),
    )
    expect(direct).toEqual({
      success: true,
      message: message(ann, { content: 'to Ben', receiverId: ben.id }),
    })
    await b.next('new_direct_message', contentIs('to Ben'))
    await a.ask('send_message', { roomId, content: 'to all', type: 'text' })
    await b.next('new_room_message', contentIs('to all'))
    // "takes receiverId or roomId, not both, not neither"
    for (const where of [{ receiverId: ben.id, roomId }, {}]) {
      const [refused] = await a.ask('send_message', { ...where, content: 'where?' })
      expect(refused).toEqual({ error: expect.stringContaining('receiverId'), code: 'invalid' })
    }
  },

  // To somebody whom one never wrote to as well.
  send_direct_message: async () => {
    const { a, eve, ann } = await scene()
    const e = await connect(eve)
    const { message: sent } = first(
      await a.ask('send_direct_message', { receiverId: eve.id, content: 'Hello', type: 'text' }),
    )
    expect(await e.next('new_direct_message')).toEqual(
      message(ann, { _id: sent['_id'], id: sent['id'], content: 'Hello', receiverId: eve.id }),
    )
    const [refused] = await a.ask('send_direct_message', { content: 'to whom?' })
    expect(refused).toMatchObject({ code: 'invalid', error: 'receiverId: is missing' })
  },

  send_room_message: async () => {
    const { a, b, eve, roomId } = await scene()
    await a.ask('send_room_message', { roomId, content: 'Hello', type: 'text' })
    await b.next('new_room_message', contentIs('Hello'))
    // "Room membership validation"
    const e = await connect(eve)
    const [refused] = await e.ask('send_room_message', { roomId, content: 'let me in' })
    expect(refused).toMatchObject({ code: 'not_found' })
    await b.settled()
    expect(b.heard.filter(({ event }) => event === 'new_room_message').length).toBe(1)
  },

  // Typing

  typing_start: async () => {
    const { a, b, ann, ben, directId, roomId, asleep } = await scene()
    await asleep()
    a.emit('typing_start', { receiverId: ben.id })
    expect(await b.next('user_typing')).toEqual({
      ...{ userId: ann.id, name: 'Ann', conversationId: directId, receiverId: ben.id },
    })
    // A room's is heard by those who have it on their screen.
    a.emit('typing_start', { roomId })
    await b.settled()
    await b.ask('join_room', { roomId })
    a.emit('typing_stop', { roomId })
    a.emit('typing_start', { roomId })
    await b.next('user_typing', (data) => data['roomId'] === roomId)
    await a.settled()
    expect(a.names()).not.toContain('user_typing')
  },

  // By itself, by a message, and by a closed connection.
  typing_stop: async () => {
    const { a, b, ann, ben, directId } = await scene()
    const stopped = { userId: ann.id, name: 'Ann', conversationId: directId, receiverId: ben.id }
    for (const stop of [
      () => a.emit('typing_stop', { conversationId: directId }),
      () => a.emit('send_message', { receiverId: ben.id, content: 'sent' }),
      () => a.close(),
    ]) {
      a.emit('typing_start', { receiverId: ben.id })
      await b.next('user_typing')
      stop()
      expect(await b.next('user_stopped_typing')).toEqual(stopped)
      b.heard.length = 0
    }
  },

  // Status

  mark_messages_read: async () => {
    const { a, b, ann, ben, directId, roomId, asleep } = await scene()
    const phone = await connect(ann)
    await asleep()
    expect(await a.ask('mark_messages_read', { otherUserId: ben.id })).toEqual([
      { success: true, unreadCount: 0 },
    ])
    const read = { readerId: ann.id, conversationId: directId, readAt: time }
    for (const client of [a, b, phone]) expect(await client.next('messages_read')).toEqual(read)
    await send(ben, roomId, 'read me')
    await a.ask('mark_messages_read', { roomId })
    await b.next('messages_read', (data) => data['conversationId'] === roomId)
    const [refused] = await a.ask('mark_messages_read', {})
    expect(refused).toMatchObject({ code: 'invalid' })
  },

  // Rooms

  join_room: async () => {
    const { a, eve, roomId, directId } = await scene()
    for (const given of [{ roomId }, roomId])
      expect(await a.ask('join_room', given)).toEqual([{ success: true, roomId }])
    // It changes no membership.
    const e = await connect(eve)
    expect(await e.ask('join_room', { roomId })).toEqual([
      { error: expect.any(String), code: 'not_found' },
    ])
    const [refused] = await e.ask('join_room', { roomId: directId })
    expect(refused).toMatchObject({ code: 'not_found' })
  },

  leave_room: async () => {
    const { a, b, ben, roomId } = await scene()
    for (const client of [a, b]) await client.ask('join_room', { roomId })
    a.emit('typing_start', { roomId })
    await b.next('user_typing')
    // Who leaves does not type there any more, and is a member as before.
    expect(await a.ask('leave_room', { roomId })).toEqual([{ success: true, roomId }])
    await b.next('user_stopped_typing')
    b.emit('typing_start', { roomId })
    await b.settled()
    await send(ben, roomId, 'still heard')
    await a.next('new_room_message', contentIs('still heard'))
    expect(a.names()).not.toContain('user_typing')
  },

  // Server → client: new messages

  // To the receiver's devices, also after a REST send; safe to show as HTML.
  new_direct_message: async () => {
    const { a, b, ann, ben, asleep } = await scene()
    const phone = await connect(ben)
    await asleep()
    const content = 'Hello <b>Ben</b><script>x</script>'
    await ask(ann, 'POST', '/api/messages/', { receiverId: ben.id, content, type: 'text' })
    for (const client of [b, phone])
      expect(await client.next('new_direct_message')).toEqual(
        message(ann, { content: 'Hello <b>Ben</b>', receiverId: ben.id }),
      )
    await a.settled()
    expect(a.names()).not.toContain('new_direct_message')
    expect(b.names()).not.toContain('message_sent')
    expect(b.names()).not.toContain('new_room_message')
  },

  // To all members, the sender's devices among them.
  new_room_message: async () => {
    const { a, b, ann, roomId, asleep } = await scene()
    const phone = await connect(ann)
    await asleep()
    await a.ask('send_room_message', { roomId, content: 'Hello', clientId: 'c1' })
    for (const client of [b, phone])
      expect(await client.next('new_room_message')).toEqual(
        message(ann, { content: 'Hello', roomId, conversationId: roomId, clientId: 'c1' }),
      )
    expect(b.names()).not.toContain('new_direct_message')
  },

  // To all sockets of the sender: "Messages sync across all connected devices".
  message_sent: async () => {
    const { a, ann, ben } = await scene()
    const phone = await connect(ann)
    const { body } = await ask(ann, 'POST', '/api/messages', {
      ...{ receiverId: ben.id, content: 'Hello' },
    })
    for (const client of [a, phone])
      expect(await client.next('message_sent')).toEqual({ ...body.message, message: body.message })
  },

  // Made by the server, as soon as a device of the receiver has it; and by the receiver's own word.
  message_delivered: async () => {
    const { a, ann, eve, asleep } = await scene()
    const e = await connect(eve)
    await a.ask('send_message', { receiverId: eve.id, content: 'one' })
    await asleep()
    const { message: sent } = first(
      await a.ask('send_message', { receiverId: eve.id, content: 'two' }),
    )
    expect(await a.next('message_delivered', ({ messageId }) => messageId === sent['_id'])).toEqual(
      {
        ...{ messageId: sent['_id'], conversationId: sent['conversationId'] },
        ...{ receiverId: eve.id, deliveredAt: time },
      },
    )
    const { body } = await ask(ann, 'GET', `/api/messages/direct/${eve.id}`)
    expect(body.messages.map(({ status, deliveredAt }) => [status, deliveredAt])).toEqual([
      ['delivered', time],
      ['delivered', time],
    ])
    await e.settled()
    expect(e.names()).not.toContain('message_delivered')
  },

  // "when someone comes online to several"
  messages_delivered: async () => {
    const { a, eve } = await scene()
    const ids = []
    for (const content of ['one', 'two', 'three']) {
      const answer = first(await a.ask('send_message', { receiverId: eve.id, content }))
      ids.push(answer.message['_id'])
    }
    await a.settled()
    expect(a.names()).not.toContain('message_delivered')
    await connect(eve)
    expect(await a.next('messages_delivered')).toEqual({
      ...{ messageIds: ids, conversationId: expect.any(String) },
      ...{ receiverId: eve.id, deliveredAt: time },
    })
  },

  // "Read receipts when message viewed": to the other side and the reader's other devices.
  messages_read: async () => {
    const { a, b, ann, ben, theirs, directId } = await scene()
    await call(ann, 'POST', `/messages/${theirs.id}/read`)
    const read = { readerId: ann.id, conversationId: directId, readAt: time }
    for (const client of [a, b]) expect(await client.next('messages_read')).toEqual(read)
    const { body } = await ask(ben, 'GET', `/api/messages/direct/${ann.id}`)
    expect(body.messages.at(-1)).toMatchObject({ status: 'read', readAt: time })
  },

  user_typing: async () => {
    const { a, b, ben, ann, directId } = await scene()
    b.emit('typing_start', { receiverId: ann.id, conversationId: directId })
    expect(await a.next('user_typing')).toEqual({
      ...{ userId: ben.id, name: 'Ben', conversationId: directId, receiverId: ann.id },
    })
  },

  user_stopped_typing: async () => {
    const { a, b, ben, roomId } = await scene()
    await a.ask('join_room', { roomId })
    b.emit('typing_start', { roomId })
    await a.next('user_typing')
    b.emit('typing_stop', { roomId })
    expect(await a.next('user_stopped_typing')).toEqual({
      ...{ userId: ben.id, name: 'Ben', conversationId: roomId, roomId },
    })
  },

  // Presence: once each per change, to those who share a conversation.

  user_online: async () => {
    const { ann, ben, eve } = await aScene()
    const [a, e] = [await connect(ann), await connect(eve)]
    await connect(ben)
    expect(await a.next('user_online')).toEqual({ userId: ben.id })
    await connect(ben)
    await a.settled()
    expect(a.names().filter((name) => name === 'user_online').length).toBe(1)
    await e.settled()
    expect(e.names()).not.toContain('user_online')
  },

  user_offline: async () => {
    const { a, b, ben } = await scene()
    b.close()
    await b.closed
    await passTime(userObject(ben))
    expect(await a.next('user_offline')).toEqual({ userId: ben.id, lastSeen: time })
  },

  user_status_change: async () => {
    const { ann, ben } = await aScene()
    const a = await connect(ann)
    const b = await connect(ben)
    expect(await a.next('user_status_change')).toEqual({
      ...{ userId: ben.id, status: 'online', lastSeen: null },
    })
    b.close()
    await b.closed
    await passTime(userObject(ben))
    const gone = await a.next('user_status_change', ({ status }) => status === 'offline')
    expect(gone).toEqual({ userId: ben.id, status: 'offline', lastSeen: time })
  },

  // With the id of the message that its client still shows as being sent.
  message_error: async () => {
    const { a, b, ben, roomId } = await scene()
    const bad = { receiverId: ben.id, content: '', clientId: 'mine-1' }
    a.emit('send_message', bad)
    expect(await a.next('message_error')).toEqual({
      ...{ error: expect.any(String), code: 'invalid', clientId: 'mine-1' },
    })
    for (const [event, given] of [
      ['send_message', 7],
      ['send_room_message', { roomId: 'nowhere', content: 'x' }],
      ['send_direct_message', { receiverId: 'a\u202eb', content: 'x' }],
      ['send_message', { roomId, content: 'x', type: 'system' }],
      ['send_message', { roomId, content: 'not one', type: 'emoji' }],
      ['send_message', { roomId, content: 'x'.repeat(10_001) }],
      ['typing_start', {}],
      ['mark_messages_read', { otherUserId: '' }],
      ['join_room', {}],
      ['nothing', {}],
    ] as const) {
      const [answer] = await a.ask(event, given)
      expect(answer).toMatchObject({ error: expect.any(String), code: expect.any(String) })
    }
    await b.settled()
    expect(b.names()).not.toContain('new_direct_message')
    expect(b.names()).not.toContain('new_room_message')
    await a.ask('send_message', { receiverId: ben.id, content: 'on we go' })
    await b.next('new_direct_message', contentIs('on we go'))
  },
}

describe('mentorship’s events', () => {
  tryEvents(
    'mentorship',
    [
      ...['send_message', 'send_direct_message', 'send_room_message', 'typing_start'],
      ...['typing_stop', 'mark_messages_read', 'join_room', 'leave_room', 'new_direct_message'],
      ...['new_room_message', 'message_sent', 'message_delivered', 'messages_delivered'],
      ...['messages_read', 'user_typing', 'user_stopped_typing', 'user_status_change'],
      ...['user_online', 'user_offline', 'message_error'],
    ],
    cases,
  )
})

test('nobody is let in without a good token', async () => {
  const { ann } = await aScene()
  for (const nobody of [null, { ...ann, token: 'nonsense' }]) {
    const refused = await (await connect(nobody)).refused
    expect(refused['data']).toMatchObject({ code: 'unauthenticated' })
  }
})

// sending → sent → delivered → read
test('a message goes from sent to delivered to read, as its sender sees it', async () => {
  const [ann, zoe] = [await signIn('Ann'), await signIn('Zoe')]
  const status = async () => {
    const { body } = await ask(ann, 'GET', `/api/messages/direct/${zoe.id}`)
    return body.messages.map((one) => one['status'])
  }
  await ask(ann, 'POST', '/api/messages', { receiverId: zoe.id, content: 'Hello' })
  expect(await status()).toEqual(['sent'])
  const z = await connect(zoe)
  await expect.poll(status).toEqual(['delivered'])
  await z.ask('mark_messages_read', { otherUserId: ann.id })
  expect(await status()).toEqual(['read'])
})

test('in a room it is delivered when everyone has it', async () => {
  const people = [await signIn('Ann'), await signIn('Bo'), await signIn('Cy')] as const
  const [ann, bo, cy] = people
  const roomId = await aRoom(ann, [bo, cy])
  await send(ann, roomId, 'Hello')
  const status = async () => {
    const { body } = await ask(ann, 'GET', `/api/messages/room/${roomId}`)
    return body.messages.map((one) => one['status'])
  }
  await ask(bo, 'PATCH', '/api/messages/delivered', { roomId })
  expect(await status()).toEqual(['sent'])
  await ask(cy, 'POST', '/api/messages/delivered', { roomId })
  expect(await status()).toEqual(['delivered'])
})
