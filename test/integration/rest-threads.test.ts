// Threads over REST: opened, listed, named, closed, and one's own state of them.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Thread } from '../../src/contract/thread.ts'
import { aGroup, aThread, call, refusal, send, signIn, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
const time = expect.stringMatching(/^\d{4}-.*Z$/)
const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
const listed = async (user: Someone, query = '') =>
  (await call<Page<Thread>>(user, 'GET', `/threads${query}`)).body

describe('a thread', () => {
  test('of two people is direct, exists once, and looks the same in the list', async () => {
    const [alice, bob] = await three()
    await call(bob, 'GET', '/me')
    const first = await call<Thread>(alice, 'POST', '/threads', { participants: [bob.id] })
    expect(first.status).toBe(201)
    const member = (someone: Someone, name: string) => ({
      userId: someone.id,
      name,
      avatarUrl: null,
      role: 'member',
      userRole: 'user',
      joinedAt: time,
      leftAt: null,
      readSeq: 0,
      deliveredSeq: 0,
      version: expect.any(Number),
    })
    expect(first.body).toEqual({
      id: expect.stringMatching(/^t0[0-9A-Za-z]{22}$/),
      type: 'direct',
      title: null,
      metadata: null,
      subject: null,
      status: 'active',
      members: [member(alice, 'Alice'), member(bob, 'Bob')],
      memberCount: 2,
      epoch: expect.any(String),
      version: expect.any(Number),
      headSeq: 0,
      lastMessage: null,
      unread: 0,
      mentions: 0,
      readSeq: 0,
      pinnedAt: null,
      mutedUntil: null,
      archivedAt: null,
      createdBy: alice.id,
      createdAt: time,
      updatedAt: time,
    })
    await evictDurableObject(threadObject(first.body.id))
    const again = await call<Thread>(bob, 'POST', '/threads', { participants: [alice.id] })
    expect([again.status, again.body.id]).toEqual([200, first.body.id])
    expect((await call(alice, 'GET', `/threads/${first.body.id}`)).body).toEqual(first.body)
    expect(await listed(alice)).toEqual({ items: [first.body], nextCursor: null })
  })

  test('looks the same in the list with messages, cursors and a title', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo], {
      title: 'Trip',
      metadata: { a: 1 },
      subject: { type: 'booking', id: '7' },
    })
    await send(alice, id, 'one', { mentions: [bob.id] })
    await send(cleo, id, 'two')
    await call(bob, 'POST', `/threads/${id}/read`, { seq: 1 })
    await send(alice, id, 'three', { mentions: [bob.id] })
    const { body } = await call<Thread>(bob, 'GET', `/threads/${id}`)
    expect([body.unread, body.mentions, body.readSeq, body.headSeq]).toEqual([2, 1, 1, 3])
    const [item] = (await listed(bob)).items
    const members = body.members.map((member) => ({ ...member, version: expect.any(Number) }))
    expect(item).toEqual({ ...body, members })
  })

  test('under one Idempotency-Key is opened once', async () => {
    const [alice, bob, cleo] = await three()
    const body = { participants: [bob.id, cleo.id], title: 'Trip' }
    const key = { 'Idempotency-Key': 'open' }
    const first = await call<Thread>(alice, 'POST', '/threads', body, key)
    const again = await call<Thread>(alice, 'POST', '/threads', body, key)
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.body).toEqual(first.body)
    expect((await listed(alice)).items.length).toBe(1)
  })

  test('is renamed and closed by owner and admins only', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob], { title: 'Trip' })
    const path = `/threads/${id}`
    expect(refusal(await call(bob, 'PATCH', path, { title: 'x' }))).toEqual([403, 'forbidden'])
    expect(refusal(await call(cleo, 'PATCH', path, { title: 'x' }))).toEqual([404, 'not_found'])
    const named = await call<Thread>(alice, 'PATCH', path, { title: ' Tour ', metadata: { b: 2 } })
    expect([named.body.title, named.body.metadata]).toEqual(['Tour', { b: 2 }])
    const closed = await call<Thread>(alice, 'PATCH', path, { status: 'closed' })
    expect([closed.body.title, closed.body.status]).toEqual(['Tour', 'closed'])
    await evictDurableObject(threadObject(id))
    const late = await call(bob, 'POST', `${path}/messages`, { content: 'x' })
    expect(refusal(late)).toEqual([409, 'conflict'])
    expect((await listed(bob)).items[0]?.status).toBe('closed')
  })

  test.each([
    ['title', { title: '' }],
    ['title', { title: 'x'.repeat(201) }],
    ['type', { type: 'nonsense' }],
    ['participants', { participants: 'bob' }],
    ['participants', { participants: ['bad\u202eid'] }],
    ['participants', { type: 'direct', participants: [] }],
    ['participants', { participants: Array<string>(1001).fill('x') }],
    ['metadata', { metadata: { a: 'x'.repeat(8200) } }],
    ['subject', { subject: { type: 'x' } }],
    ['jurisdiction', { jurisdiction: 'moon' }],
  ])('with a bad %s is refused by name: %#', async (field, body) => {
    const [alice] = await three()
    const answer = await call<{ error: { message: string } }>(alice, 'POST', '/threads', body)
    expect(refusal(answer as never)).toEqual([400, 'invalid'])
    expect(answer.body.error.message).toMatch(new RegExp(`^${field}`))
  })

  test('is a stranger’s to know nothing of', async () => {
    const [alice, bob, eve] = await three()
    const { id } = await aThread(alice, [bob])
    const asks: [string, string, unknown?][] = [
      ['GET', ''],
      ['PATCH', '', { title: 'x' }],
      ['DELETE', ''],
      ...['hide', 'archive', 'unarchive', 'pin', 'unpin', 'unmute', 'read', 'unread'].map(
        (name): [string, string] => ['POST', `/${name}`],
      ),
      ['POST', '/mute', { duration: '1h' }],
      ['GET', '/sync'],
      ['GET', '/members'],
      ['POST', '/members', { userId: eve.id }],
      ['PATCH', `/members/${bob.id}`, { role: 'admin' }],
      ['DELETE', `/members/${bob.id}`],
    ]
    const at = (thread: string) =>
      asks.map(([method, path, body]) => call(eve, method, `/threads/${thread}${path}`, body))
    const answers = await Promise.all([...at(id), ...at('t00000000000000000000000'), ...at('x')])
    for (const answer of answers) expect(refusal(answer)).toEqual([404, 'not_found'])
  })
})

describe('my list', () => {
  test('has pinned threads first, then the newest, over pages', async () => {
    const [alice, bob, cleo] = await three()
    const ids: string[] = []
    for (const title of ['a', 'b', 'c', 'd'])
      ids.push((await aGroup(alice, [bob, cleo], { title })).id)
    const [a = '', b = '', c = '', d = ''] = ids
    for (const id of [b, a, d, c]) await send(bob, id, 'x')
    await call(alice, 'POST', `/threads/${b}/pin`)
    await send(bob, b, 'while pinned')
    const order = async () => {
      const titles: (string | null)[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const page = await listed(alice, `?limit=1${cursor && `&cursor=${cursor}`}`)
        titles.push(...page.items.map(({ title }) => title))
        cursor = page.nextCursor
      }
      return titles.join('')
    }
    expect(await order()).toBe('bcda')
    await call(alice, 'POST', `/threads/${b}/unpin`)
    expect(await order()).toBe('bcda')
    await call(alice, 'POST', `/threads/${d}/archive`)
    expect(await order()).toBe('bca')
    expect((await listed(alice, '?status=archived')).items.map(({ title }) => title)).toEqual(['d'])
    await send(bob, a, 'once more')
    await call(alice, 'POST', `/threads/${d}/unarchive`)
    expect(await order()).toBe('abcd')
  })

  test.each(['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'cursor=1.2', 'status=gone'])(
    'refuses %s',
    async (query) => {
      const [alice] = await three()
      const answer = await call<{ error: { message: string } }>(alice, 'GET', `/threads?${query}`)
      expect(refusal(answer as never)).toEqual([400, 'invalid'])
      expect(answer.body.error.message).toMatch(new RegExp(`^${query.split('=')[0]}`))
    },
  )

  test('shows an archived thread again with its next message', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'x')
    const archived = await call<Thread>(bob, 'POST', `/threads/${id}/archive`)
    expect([archived.body.status, archived.body.archivedAt]).toEqual(['archived', time])
    expect((await listed(bob)).items).toEqual([])
    await evictDurableObject(threadObject(id))
    await send(alice, id, 'y')
    expect((await listed(bob)).items.map((thread) => [thread.status, thread.archivedAt])).toEqual([
      ['active', null],
    ])
    expect((await listed(bob, '?status=archived')).items).toEqual([])
  })

  test('loses a direct thread that I left until its next message, which is all I see', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'old')
    expect((await call(bob, 'DELETE', `/threads/${id}`)).status).toBe(204)
    expect((await listed(bob)).items).toEqual([])
    expect((await listed(alice)).items.length).toBe(1)
    await evictDurableObject(threadObject(id))
    await send(alice, id, 'new')
    expect((await listed(bob)).items.map(({ unread }) => unread)).toEqual([1])
    const { body } = await call<Page<{ content: string }>>(bob, 'GET', `/threads/${id}/messages`)
    expect(body.items.map(({ content }) => content)).toEqual(['new'])
  })

  test('holds at most ten pins', async () => {
    const [alice, bob] = await three()
    const threads = await Promise.all(Array.from({ length: 11 }, () => aGroup(alice, [bob])))
    const pin = ({ id }: Thread, verb = 'pin') =>
      call<Thread>(alice, 'POST', `/threads/${id}/${verb}`)
    const [last, ...ten] = threads
    for (const thread of ten) expect((await pin(thread)).body.pinnedAt).toEqual(time)
    expect(refusal((await pin(last as Thread)) as never)).toEqual([409, 'conflict'])
    await pin(ten[0] as Thread, 'unpin')
    expect((await pin(last as Thread)).status).toBe(200)
  })

  test('mutes for a while', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const mute = async (duration: unknown) => {
      const { body } = await call<Thread>(bob, 'POST', `/threads/${id}/mute`, { duration })
      return Math.round((Date.parse(body.mutedUntil ?? '') - Date.now()) / 60_000)
    }
    expect([await mute('1h'), await mute('8h'), await mute('1d'), await mute(600)]).toEqual([
      60, 480, 1440, 10,
    ])
    await send(alice, id, 'x')
    const unread = await call(bob, 'GET', '/unread')
    const items = [{ threadId: id, unread: 1, mentions: 0 }]
    expect(unread.body).toEqual({ total: 0, mentions: 0, items })
    const loud = await call<Thread>(bob, 'POST', `/threads/${id}/unmute`)
    expect(loud.body.mutedUntil).toBe(null)
    expect((await call(bob, 'GET', '/unread')).body).toEqual({ total: 1, mentions: 0, items })
    const bad = await call(bob, 'POST', `/threads/${id}/mute`, { duration: '2h' })
    expect(refusal(bad)).toEqual([400, 'invalid'])
  })

  test('opens a direct thread again that was put out of sight', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await send(bob, id, 'before')
    const listed = async () =>
      (await call<{ items: Thread[] }>(alice, 'GET', '/threads')).body.items.map((one) => one.id)
    expect((await call(alice, 'DELETE', `/threads/${id}`)).status).toBe(204)
    expect(await listed()).toEqual([])
    const again = await call<Thread>(alice, 'POST', '/threads', { participants: [bob.id] })
    expect([again.status, again.body.id, again.body.lastMessage]).toEqual([200, id, null])
    expect(await listed()).toEqual([id])
  })

  test('leaves out a thread of any kind that was hidden, until its next message', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    await send(bob, id, 'before')
    await call(alice, 'POST', `/threads/${id}/pin`)
    expect((await call(alice, 'POST', `/threads/${id}/hide`)).status).toBe(204)
    expect((await call(alice, 'POST', `/threads/${id}/hide`)).status).toBe(204)
    expect(await listed(alice)).toMatchObject({ items: [] })
    expect(await listed(bob)).toMatchObject({ items: [{ id, memberCount: 3 }] })
    await evictDurableObject(threadObject(id))
    const after = await send(bob, id, 'after')
    expect((await listed(alice)).items).toMatchObject([{ id, unread: 1, pinnedAt: null }])
    const { body } = await call<{ items: object[] }>(alice, 'GET', `/threads/${id}/messages`)
    expect(body.items).toEqual([after])
  })
})
