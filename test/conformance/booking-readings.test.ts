// How the booking document (seed 001) is read where it is silent or contradicts itself, and why; and
// how it refuses.
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aThread, call, send, signIn } from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'
import { aBooking, aScene, ask, open, refusal } from './booking/scene.ts'
import type { Shape } from './booking/scene.ts'

const C = '/messaging/conversations'
const contents = (shapes: Shape[]) => shapes.map(({ content }) => content)
const ids = (shapes: Shape[]) => shapes.map(({ _id }) => _id)

describe('a conversation', () => {
  // "Creates conversation if it doesn't exist": one for each booking, whoever asks at once.
  test('of a booking is one, its first customer’s and every admin’s', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const admins = [
      await signIn('Ada', { role: 'admin' }),
      await signIn('Abe', { role: 'admin' }),
    ] as const
    const bookingId = aBooking()
    const path = `${C}/booking/${bookingId}`
    const all = await Promise.all([alice, alice, alice].map((user) => ask(user, 'GET', path)))
    expect(new Set(all.map(({ body }) => body.data.conversation._id)).size).toBe(1)
    for (const admin of admins) await open(admin, bookingId)
    const other = await ask(bob, 'GET', path)
    expect([other.status, other.body]).toEqual([403, refusal(403)])
    expect(await open(alice, bookingId)).toMatchObject({
      participants: [
        { user: alice.id, role: 'customer' },
        { user: admins[0].id, role: 'admin' },
        { user: admins[1].id, role: 'admin' },
      ],
    })
  })

  // "Status tracking (active/archived/closed)": archived is one's own, closed is the desk's word.
  test('is active, archived or closed, and closed it takes no messages', async () => {
    const { alice, ada, conversationId } = await aScene()
    const listed = async (status: string) => {
      const { body } = await ask(alice, 'GET', `${C}?status=${status}`)
      expect(body.data.pagination['total']).toBe(body.data.conversations.length)
      return body.data.conversations.map(({ _id, status: is }) => [_id, is])
    }
    expect(await listed('active')).toEqual([[conversationId, 'active']])
    await call(alice, 'POST', `/threads/${conversationId}/archive`)
    expect(await listed('active')).toEqual([])
    expect(await listed('archived')).toEqual([[conversationId, 'archived']])
    await call(alice, 'POST', `/threads/${conversationId}/unarchive`)
    const change = { status: 'closed' }
    expect((await call(alice, 'PATCH', `/threads/${conversationId}`, change)).status).toBe(403)
    expect((await call(ada, 'PATCH', `/threads/${conversationId}`, change)).status).toBe(200)
    expect(await listed('active')).toEqual([])
    expect(await listed('closed')).toEqual([[conversationId, 'closed']])
    const path = `${C}/${conversationId}/messages`
    const late = await ask(alice, 'POST', path, { content: 'one more' })
    expect([late.status, late.body]).toEqual([409, { ...refusal(409), error: 'conflict' }])
    expect((await ask(alice, 'GET', path)).body.data.messages.length).toBe(2)
  })

  // All dialects are views of the same threads: what is no booking's has no booking.
  test('of another kind is shown as well', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const { body } = await ask(alice, 'GET', C)
    expect(body.data.conversations).toMatchObject([
      { _id: id, relatedBooking: null, title: null, lastMessage: null },
    ])
  })

  test('pages by page and limit', async () => {
    const alice = await signIn('Alice')
    const made = []
    for (let n = 0; n < 5; n++) made.push((await open(alice, aBooking()))._id)
    const page = async (query: string) => {
      const { data } = (await ask(alice, 'GET', `${C}?${query}`)).body
      return [ids(data.conversations), data.pagination]
    }
    const [a, b, c, d, e] = made
    const all = { limit: 2, total: 5, totalPages: 3 }
    expect(await page('limit=2')).toEqual([[e, d], { page: 1, ...all, hasMore: true }])
    expect(await page('limit=2&page=3')).toEqual([[a], { page: 3, ...all, hasMore: false }])
    expect(await page('limit=2&page=2')).toEqual([[c, b], { page: 2, ...all, hasMore: true }])
  })
})

describe('messages', () => {
  // "Returns messages in chronological order": in a page; the first page is the newest one.
  test('page, newest page first, oldest first inside', async () => {
    const { alice, ada, conversationId } = await aScene()
    for (let n = 1; n <= 5; n++) await send(n % 2 ? alice : ada, conversationId, `m${n}`)
    const page = async (query: string) => {
      const { data } = (await ask(alice, 'GET', `${C}/${conversationId}/messages?${query}`)).body
      return [contents(data.messages), data.pagination]
    }
    const all = { limit: 3, total: 7, totalPages: 3 }
    expect(await page('limit=3')).toEqual([['m3', 'm4', 'm5'], { page: 1, ...all, hasMore: true }])
    expect(await page('limit=3&page=3')).toEqual([['mine'], { page: 3, ...all, hasMore: false }])
  })

  // "Automatically marks messages as read": those that were shown.
  test('are read by reading them, and unreadCount is the caller’s own', async () => {
    const { alice, ada, conversationId } = await aScene()
    const unread = async (user: Someone) =>
      (await ask(user, 'GET', C)).body.data.conversations.map(({ unreadCount }) => unreadCount)
    await send(alice, conversationId, 'one')
    await send(alice, conversationId, 'two')
    expect([await unread(alice), await unread(ada)]).toEqual([[0], [2]])
    await ask(ada, 'GET', `${C}/${conversationId}/messages?page=2&limit=1`)
    expect(await unread(ada)).toEqual([1])
    await ask(ada, 'GET', `${C}/${conversationId}/messages`)
    expect(await unread(ada)).toEqual([0])
  })

  // The schema has isDeleted: what was deleted stays, without its words.
  test('that were deleted or changed say so', async () => {
    const { alice, conversationId, mine } = await aScene()
    await call(alice, 'PATCH', `/messages/${mine.id}`, { content: 'changed' })
    const gone = await send(alice, conversationId, 'gone')
    await call(alice, 'DELETE', `/messages/${gone.id}`)
    const { data } = (await ask(alice, 'GET', `${C}/${conversationId}/messages`)).body
    expect(data.messages).toMatchObject([
      { content: 'changed', isEdited: true, editedAt: expect.any(String), isDeleted: false },
      { content: 'theirs', isEdited: false },
      { _id: gone.id, content: '', isDeleted: true, deletedAt: expect.any(String) },
    ])
  })

  // "messageType: 'text', 'image', 'file', 'system'": what else there is natively is one of these.
  test('are of the document’s types', async () => {
    const { alice, conversationId } = await aScene()
    const path = `${C}/${conversationId}/messages`
    for (const messageType of ['image', 'file', 'text']) {
      const { body } = await ask(alice, 'POST', path, { content: messageType, messageType })
      expect(body.data.message).toMatchObject({ messageType })
    }
    const metadata = { latitude: 1, longitude: 2 }
    await send(alice, conversationId, 'here', { kind: 'location', metadata })
    await send(alice, conversationId, 'hear', { kind: 'audio' })
    const { data } = (await ask(alice, 'GET', `${path}?limit=2`)).body
    expect(data.messages.map(({ messageType }) => messageType)).toEqual(['text', 'file'])
  })

  // "Message content validation and sanitization".
  test('are HTML that is safe, whoever sent them', async () => {
    const { alice, conversationId } = await aScene()
    const path = `${C}/${conversationId}/messages`
    await ask(alice, 'POST', path, { content: '<b onclick=x>hi</b><script>y</script>' })
    await call<Message>(alice, 'POST', `/threads/${conversationId}/messages`, { content: '1 < 2' })
    const { data } = (await ask(alice, 'GET', `${path}?limit=2`)).body
    expect(contents(data.messages)).toEqual(['<b>hi</b>', '1 &lt; 2'])
  })

  test('are sent once under an Idempotency-Key', async () => {
    const { alice, conversationId } = await aScene()
    const path = `${C}/${conversationId}/messages`
    const key = { 'Idempotency-Key': 'once' }
    const first = await ask(alice, 'POST', path, { content: 'once' }, key)
    const again = await ask(alice, 'POST', path, { content: 'once' }, key)
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body])
  })
})

describe('refusals', () => {
  test.each<[field: string, method: string, path: string, body?: unknown]>([
    ['content', 'POST', '/messages', {}],
    ['content', 'POST', '/messages', { content: ' ' }],
    ['content', 'POST', '/messages', { content: 'x'.repeat(2001) }],
    ['messageType', 'POST', '/messages', { content: 'x', messageType: 'video' }],
    // Nobody but the server says such things.
    ['messageType', 'POST', '/messages', { content: 'x', messageType: 'system' }],
    ['replyTo', 'POST', '/messages', { content: 'x', replyTo: 'nothing' }],
    ['page', 'GET', '/messages?page=0'],
    ['limit', 'GET', '/messages?limit=many'],
    ['status', 'GET', '?status=lost'],
  ])('%s: %s %s %j', async (field, method, path, body) => {
    const { alice, conversationId } = await aScene()
    const at = path.startsWith('?') ? `${C}${path}` : `${C}/${conversationId}${path}`
    const { status, body: said } = await ask(alice, method, at, body)
    expect([status, said]).toEqual([400, refusal(400)])
    expect(said.message.split(/[.:]/)[0]).toBe(field)
    const { data } = (await ask(alice, 'GET', `${C}/${conversationId}/messages`)).body
    expect(data.messages.length).toBe(2)
  })

  test('2,000 characters are not too many', async () => {
    const { alice, conversationId } = await aScene()
    const content = 'x'.repeat(2000)
    const { status } = await ask(alice, 'POST', `${C}/${conversationId}/messages`, { content })
    expect(status).toBe(201)
  })

  // "403: not participant in conversation. 404: conversation not found".
  test('an unknown conversation is 404, somebody else’s 403, for admins too', async () => {
    const { alice, eve, conversationId } = await aScene()
    const stranger = await signIn('Abe', { role: 'admin' })
    const paths: [string, string, unknown?][] = [
      ['GET', 'messages'],
      ['POST', 'messages', { content: 'x' }],
      ['PUT', 'read'],
    ]
    for (const [method, path, body] of paths) {
      for (const user of [eve, stranger]) {
        const mine = await ask(user, method, `${C}/${conversationId}/${path}`, body)
        expect([mine.status, mine.body]).toEqual([403, refusal(403)])
      }
      for (const unknown of ['nothing', 't00000000000000000000000']) {
        const none = await ask(alice, method, `${C}/${unknown}/${path}`, body)
        expect([none.status, none.body]).toEqual([404, refusal(404)])
      }
    }
  })

  test('statistics are for admins', async () => {
    const { status, body } = await ask(await signIn('Alice'), 'GET', '/messaging/stats')
    expect([status, body]).toEqual([403, refusal(403)])
  })

  test('a path that is none, and a method that is not possible', async () => {
    const alice = await signIn('Alice')
    const nothing = await ask(alice, 'GET', '/messaging/nothing')
    expect([nothing.status, nothing.body]).toEqual([404, refusal(404)])
    const wrong = await ask(alice, 'DELETE', C)
    expect([wrong.status, wrong.body.error]).toEqual([405, 'method_not_allowed'])
  })
})
