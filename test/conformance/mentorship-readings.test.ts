// How the mentorship document (seed 004) is read where it is silent or contradicts itself, and why;
// and how it refuses.
import { describe, expect, test } from 'vitest'
import { aThread, call, send, signIn } from '../integration/fixtures.ts'
import { aScene, ask, refusal } from './mentorship/scene.ts'
import type { Shape } from './mentorship/scene.ts'

const M = '/api/messages'
const contents = (shapes: Shape[]) => shapes.map(({ content }) => content)

describe('REST', () => {
  // "`/api/messages/` - Send messages": printed with a slash, called without as well.
  test('has a slash at its end or not', async () => {
    const { ann, ben, directId } = await aScene()
    for (const path of [M, `${M}/`]) {
      const { status } = await ask(ann, 'POST', path, { receiverId: ben.id, content: path })
      expect(status).toBe(201)
    }
    const { body } = await ask(ann, 'GET', `${M}/direct/${ben.id}/`)
    expect(contents(body.messages)).toEqual(['mine', 'theirs', M, `${M}/`])
    expect(body.messages.every((one) => one['conversationId'] === directId)).toBe(true)
  })

  // "Automatic fallback to REST API if socket connection fails": the same message, told once.
  test('answers a repeated clientId with the message that it made', async () => {
    const { ann, ben } = await aScene()
    const letter = { receiverId: ben.id, content: 'once', clientId: 'c-1' }
    const first = await ask(ann, 'POST', M, letter)
    const again = await ask(ann, 'POST', M, letter)
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body.message).toEqual(first.body.message)
    const other = await ask(ann, 'POST', M, { ...letter, content: 'something else' })
    expect([other.status, other.body]).toEqual([409, refusal(409)])
  })

  // "Mark messages as delivered": which, it does not say.
  test('marks messages as delivered by their ids, by their sender, by their room', async () => {
    const { ann, ben, roomId, theirs } = await aScene()
    const status = async () => {
      const { body } = await ask(ben, 'GET', `${M}/direct/${ann.id}`)
      return body.messages.at(-1)?.['status']
    }
    expect(await status()).toBe('sent')
    const room = await send(ben, roomId, 'in the room')
    const both = { messageIds: [theirs.id, room.id] }
    expect((await ask(ann, 'POST', `${M}/delivered`, both)).status).toBe(200)
    expect(await status()).toBe('delivered')
    const { body } = await ask(ben, 'GET', `${M}/room/${roomId}`)
    expect(body.messages[0]).toMatchObject({ status: 'delivered' })
    await send(ben, theirs.threadId, 'another')
    expect(await status()).toBe('sent')
    await ask(ann, 'PUT', `${M}/delivered`, { senderId: ben.id })
    expect(await status()).toBe('delivered')
  })

  test('marks none where one of them is somebody else’s', async () => {
    const { ann, ben, theirs } = await aScene()
    const { directId, theirs: foreign } = await aScene()
    expect(directId).not.toBe(theirs.threadId)
    for (const messageIds of [
      [theirs.id, foreign.id],
      [foreign.id, theirs.id],
    ]) {
      const { status } = await ask(ann, 'POST', `${M}/delivered`, { messageIds })
      expect(status).toBe(404)
    }
    const { body } = await ask(ben, 'GET', `${M}/direct/${ann.id}`)
    expect(body.messages.at(-1)).toMatchObject({ status: 'sent' })
  })

  // "Message pagination for large conversations": the first page is the newest.
  test('pages from the newest, each page in the order in which it was said', async () => {
    const { ann, ben, directId } = await aScene()
    for (const content of ['3', '4', '5']) await send(ann, directId, content)
    const page = async (n: number) => {
      const { body } = await ask(ann, 'GET', `${M}/direct/${ben.id}?page=${n}&limit=2`)
      return [contents(body.messages), body.pagination]
    }
    const counted = { limit: 2, total: 5, pages: 3 }
    expect(await page(1)).toEqual([['4', '5'], { ...counted, page: 1, hasMore: true }])
    expect(await page(2)).toEqual([['theirs', '3'], { ...counted, page: 2, hasMore: true }])
    expect(await page(3)).toEqual([['mine'], { ...counted, page: 3, hasMore: false }])
  })

  test('has no messages with whom one never talked to', async () => {
    const [ann, zoe] = [await signIn('Ann'), await signIn('Zoe')]
    const { status, body } = await ask(ann, 'GET', `${M}/direct/${zoe.id}`)
    expect([status, body.messages]).toEqual([200, []])
    expect((await ask(ann, 'GET', `${M}/conversations`)).body.conversations).toEqual([])
  })

  // Of deleting it says nothing: what is gone elsewhere is gone here.
  test('does not list what was deleted', async () => {
    const { ann, ben, mine } = await aScene()
    await call(ann, 'DELETE', `/messages/${mine.id}`)
    const { body } = await ask(ben, 'GET', `${M}/direct/${ann.id}`)
    expect([contents(body.messages), body.pagination['total']]).toEqual([['theirs'], 1])
  })

  // "Rooms" are threads with a name and members; groups of other clients are shown as rooms, too.
  test('shows a thread of any kind but a direct one as a room', async () => {
    const people = [await signIn('Ann'), await signIn('Bo'), await signIn('Cy')] as const
    const [ann, ...others] = people
    const { id } = await aThread(ann, others)
    const { body } = await ask(ann, 'GET', `${M}/conversations`)
    expect(body.conversations).toMatchObject([{ type: 'room', roomId: id, memberCount: 3 }])
  })

  // "Support for text, images, files, and emoji messages"
  test('knows text, images, files and emoji, which are nothing but emoji', async () => {
    const { ann, roomId } = await aScene()
    const post = async (body: object) => {
      const answer = await ask(ann, 'POST', M, { roomId, ...body })
      return [answer.status, answer.body.message?.['type']]
    }
    expect(await post({ content: '👍🏽 🎉', type: 'emoji' })).toEqual([201, 'emoji'])
    expect(await post({ content: 'a picture of it', type: 'image' })).toEqual([201, 'image'])
    expect(await post({ content: 'yes', type: 'emoji' })).toEqual([400, undefined])
  })
})

test('what is not right is refused in the document’s shape, and nothing is stored', async () => {
  const { ann, ben, eve, roomId, directId } = await aScene()
  for (const [method, path, body, status] of [
    ['POST', M, {}, 400],
    ['POST', M, { content: 'to nobody' }, 400],
    ['POST', M, { content: 'to both', receiverId: ben.id, roomId }, 400],
    ['POST', M, { receiverId: ben.id }, 400],
    ['POST', M, { receiverId: ben.id, content: 7 }, 400],
    ['POST', M, { receiverId: ben.id, content: 'x', type: 'system' }, 400],
    ['POST', M, { receiverId: ben.id, content: 'x'.repeat(10_001) }, 400],
    ['POST', M, { receiverId: ben.id, content: 'x', attachments: ['a1'] }, 404],
    ['POST', M, { roomId: 'nowhere', content: 'x' }, 404],
    ['POST', `${M}/delivered`, {}, 400],
    ['POST', `${M}/delivered`, { messageIds: [] }, 400],
    ['POST', `${M}/delivered`, { messageIds: ['m1'] }, 404],
    ['GET', `${M}/conversations?page=0`, undefined, 400],
    ['GET', `${M}/direct/${ben.id}?limit=none`, undefined, 400],
    ['GET', `${M}/room/${directId}x`, undefined, 404],
    ['GET', `${M}/elsewhere`, undefined, 404],
    ['DELETE', M, undefined, 405],
  ] as const) {
    const answer = await ask(ann, method, path, body)
    expect([method, path, answer.status, answer.body]).toEqual([
      ...[method, path, status],
      refusal(status),
    ])
  }
  const { body } = await ask(ann, 'GET', `${M}/direct/${ben.id}`)
  expect(contents(body.messages)).toEqual(['mine', 'theirs'])
  await call(ben, 'PUT', `/blocks/${ann.id}`)
  const blocked = await ask(ann, 'POST', M, { receiverId: ben.id, content: 'hello?' })
  expect([blocked.status, blocked.body]).toEqual([403, refusal(403)])
  expect((await ask(eve, 'GET', `${M}/conversations`)).body.conversations).toEqual([])
})
