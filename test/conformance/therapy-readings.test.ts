// How the therapy document (seed 003) is read where it is silent or contradicts itself, and why; and
// how it refuses.
import { describe, expect, test } from 'vitest'
import { aThread, send, signIn } from '../integration/fixtures.ts'
import { aClient, aScene, aTherapist, ask, message, johnSeen, refusal } from './therapy/scene.ts'
import type { Shape } from './therapy/scene.ts'

const C = '/messaging/conversations'
const contents = (shapes: Shape[]) => shapes.map(({ content }) => content)

describe('a conversation', () => {
  // The example calls a DIRECT one by a title: two people still have one, and it is found again.
  test('of two people is one, with its title', async () => {
    const [john, jane] = [await aClient(), await aTherapist()]
    const wanted = { participantIds: [jane.id], type: 'DIRECT', title: 'Session' }
    const first = await ask(john, 'POST', C, wanted)
    expect([first.status, first.body['title']]).toEqual([201, 'Session'])
    const again = await ask(jane, 'POST', C, { participantIds: [john.id] })
    expect([again.status, again.body.id]).toEqual([200, first.body.id])
    const three = { participantIds: [jane.id, (await signIn('Zoe')).id] }
    expect((await ask(john, 'POST', C, three)).body['type']).toBe('GROUP')
    const wrong = await ask(john, 'POST', C, { ...three, type: 'DIRECT' })
    expect([wrong.status, wrong.body]).toEqual([400, refusal(400)])
  })

  // "_count": how many are unread, since the rest is a page away.
  test('counts what is unread', async () => {
    const { john, conversationId, theirs } = await aScene()
    const count = async () => {
      const { body } = await ask<Shape[]>(john, 'GET', C)
      return body.find(({ id }) => id === conversationId)?.['_count']
    }
    expect(await count()).toEqual({ messages: 1 })
    await ask(john, 'POST', `/messaging/messages/${theirs.id}/read`)
    expect(await count()).toEqual({ messages: 0 })
  })

  test('of every type is kept and listed', async () => {
    const [john, jane] = [await aClient(), await aTherapist()]
    for (const type of ['GROUP', 'SUPPORT', 'THERAPY'])
      await ask(john, 'POST', C, { participantIds: [jane.id], type, title: type })
    await aThread(john, [jane], { type: 'community', title: 'Calm' })
    const { body } = await ask<Shape[]>(john, 'GET', C)
    expect(body.map(({ type, title }) => [type, title]).toSorted()).toEqual([
      ['COMMUNITY', 'Calm'],
      ['GROUP', 'GROUP'],
      ['SUPPORT', 'SUPPORT'],
      ['THERAPY', 'THERAPY'],
    ])
  })
})

describe('messages', () => {
  test('page from the newest, each page in the order in which it was said', async () => {
    const { john, conversationId } = await aScene()
    for (const content of ['3', '4', '5']) await send(john, conversationId, content)
    const page = async (query: string) =>
      contents((await ask<Shape[]>(john, 'GET', `${C}/${conversationId}/messages?${query}`)).body)
    expect(await page('page=1&limit=2')).toEqual(['4', '5'])
    expect(await page('page=3&limit=2')).toEqual(['mine'])
    expect(await page('page=4&limit=2')).toEqual([])
  })

  // A deletion leaves its place: replies and receipts still know it.
  test('that were deleted are listed, and empty', async () => {
    const { john, jane, mine, conversationId } = await aScene()
    await ask(john, 'DELETE', `/messaging/messages/${mine.id}`)
    const { body } = await ask<Shape[]>(jane, 'GET', `${C}/${conversationId}/messages`)
    expect(body[0]).toEqual(
      message(johnSeen(john), {
        ...{ id: mine.id, content: '', isDeleted: true },
        readReceipts: expect.any(Array),
      }),
    )
  })

  test('of types that clients may send; SYSTEM is said by the server alone', async () => {
    const { john, conversationId } = await aScene()
    const path = `${C}/${conversationId}/messages`
    for (const messageType of ['TEXT', 'IMAGE', 'FILE', 'AUDIO', 'VIDEO']) {
      const { status, body } = await ask(john, 'POST', path, { content: messageType, messageType })
      expect([status, body['messageType']]).toEqual([201, messageType])
    }
    const system = await ask(john, 'POST', path, { content: 'x', messageType: 'SYSTEM' })
    expect([system.status, system.body]).toEqual([
      400,
      { ...refusal(400), details: expect.any(Array) },
    ])
  })
})

// "Block a user from sending messages"
test('whoever was blocked cannot send', async () => {
  const { john, jane, conversationId } = await aScene()
  await ask(jane, 'POST', '/messaging/block', { userId: john.id, reason: 'rest' })
  const path = `${C}/${conversationId}/messages`
  const refused = await ask(john, 'POST', path, { content: 'hello?' })
  expect([refused.status, refused.body]).toEqual([403, refusal(403, 'blocked')])
  await ask(jane, 'DELETE', `/messaging/block/${john.id}`)
  expect((await ask(john, 'POST', path, { content: 'hello' })).status).toBe(201)
})

// "204 No Content" with a body: the body wins.
test('what the document answers with 204 and a body is answered with 200', async () => {
  const { john, mine } = await aScene()
  const { status, body } = await ask(john, 'DELETE', `/messaging/messages/${mine.id}`)
  expect([status, body]).toEqual([200, { success: true }])
})

test('what is not right is refused in the document’s shape, and nothing is stored', async () => {
  const { john, jane, mine, theirs, conversationId } = await aScene()
  const path = `${C}/${conversationId}/messages`
  for (const [method, at, body, status] of [
    ['POST', C, {}, 400],
    ['POST', C, { participantIds: [] }, 400],
    ['POST', C, { participantIds: [jane.id], type: 'SECRET' }, 400],
    ['POST', path, {}, 400],
    ['POST', path, { content: '' }, 400],
    ['POST', path, { content: 7 }, 400],
    ['POST', path, { content: 'x'.repeat(10_001) }, 400],
    ['POST', path, { content: 'x', attachmentUrl: 'javascript:alert(1)' }, 400],
    ['POST', path, { content: 'x', attachmentSize: -1 }, 400],
    ['POST', path, { content: 'x', replyToId: 'nothing' }, 400],
    ['POST', `${C}/nowhere/messages`, { content: 'x' }, 404],
    ['PUT', `/messaging/messages/${theirs.id}`, { content: 'x' }, 403],
    ['DELETE', `/messaging/messages/${theirs.id}`, undefined, 403],
    ['POST', `/messaging/messages/${mine.id}/reactions`, { emoji: '<b>' }, 400],
    ['POST', '/messaging/block', {}, 400],
    ['GET', '/messaging/search', undefined, 400],
    ['GET', `${C}?page=none`, undefined, 400],
    ['GET', '/messaging/elsewhere', undefined, 404],
    ['PATCH', C, {}, 405],
    ['GET', '/admin/websocket/stats', undefined, 403],
  ] as const) {
    const answer = await ask(john, method, at, body)
    expect([method, at, answer.status, answer.body]).toEqual([
      ...[method, at, status],
      {
        ...refusal(status),
        code: expect.any(String),
        ...(answer.body['details'] !== undefined && { details: expect.any(Array) }),
      },
    ])
  }
  const { body } = await ask<Shape[]>(john, 'GET', path)
  expect(contents(body)).toEqual(['mine', 'theirs'])
})
