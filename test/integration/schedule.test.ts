// Messages with a time: their author's alone until then, asked of the thread then, sent once.
import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Draft } from '../../src/contract/draft.ts'
import type { Message } from '../../src/contract/message.ts'
import type { SyncPage } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  call,
  passTime,
  refusal,
  send,
  signIn,
  socket,
  threadSocket,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const later = (user: Someone, threadId: string, body: object, headers = {}) =>
  call<Draft>(
    user,
    'POST',
    `/threads/${threadId}/messages`,
    { sendAt: inHours(1), ...body },
    headers,
  )
const scheduled = async (user: Someone, query = '') =>
  (await call<Page<Draft>>(user, 'GET', `/scheduled${query}`)).body.items
const contents = async (user: Someone, id: string) =>
  (await call<Page<Message>>(user, 'GET', `/threads/${id}/messages?limit=100`)).body.items.map(
    ({ content }) => content,
  )
const two = () => Promise.all([signIn('Alice'), signIn('Bob')] as const)

afterEach(() => {
  vi.useRealTimers()
})

describe('a message with a time', () => {
  test('is its author’s alone until then, and is sent then', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const [ears, own] = [await threadSocket(bob, id), await socket(alice)]
    const sendAt = inHours(0.5)
    const input = { content: 'later', sendAt, metadata: { a: 1 }, mentions: [bob.id] }
    const { status, body } = await later(alice, id, input)
    expect([status, body]).toMatchObject([
      201,
      { ...input, threadId: id, seq: null, draft: true, status: 'scheduled', error: null },
    ])
    const sooner = await later(alice, id, { content: 'sooner', sendAt: inHours(0.25) })
    await evictDurableObject(userObject(alice))
    expect(await scheduled(alice)).toEqual([sooner.body, body])
    const { items, nextCursor } = (await call<Page<Draft>>(alice, 'GET', '/scheduled?limit=1')).body
    expect(items).toEqual([sooner.body])
    expect(await scheduled(alice, `?cursor=${nextCursor}`)).toEqual([body])
    expect((await call(alice, 'GET', '/drafts')).body).toEqual({ items: [], nextCursor: null })
    expect((await call(alice, 'GET', `/messages/${body.id}`)).body).toEqual(body)
    expect(refusal(await call(bob, 'GET', `/messages/${body.id}`))).toEqual([404, 'not_found'])
    expect(await scheduled(bob)).toEqual([])
    for (const user of [alice, bob]) {
      expect(await contents(user, id)).toEqual([])
      const { messages } = (await call<SyncPage>(user, 'GET', `/threads/${id}/sync`)).body
      expect(messages).toEqual([])
    }
    expect((await call(bob, 'GET', '/unread')).body).toMatchObject({ total: 0, mentions: 0 })
    expect(JSON.stringify([ears.items, own.items])).not.toContain('later')

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 40 * 60_000 })
    await runDurableObjectAlarm(userObject(alice))
    const said = await ears.event('message.created', ({ content }) => content === 'later')
    const told = await own.event('schedule.updated', (end) => end.id === body.id)
    expect(told.data).toEqual({
      id: body.id,
      threadId: id,
      sendAt,
      error: null,
      status: 'sent',
      messageId: said.data.id,
    })
    expect(said.data).toMatchObject({ content: 'later', metadata: { a: 1 }, mentions: [bob.id] })
    expect(await contents(bob, id)).toEqual(['sooner', 'later'])
    expect(await scheduled(alice)).toEqual([])
    await passTime(userObject(alice))
    expect(await contents(bob, id)).toEqual(['sooner', 'later'])
    for (const device of [ears, own]) device.close()
  })

  test('is changed, moved, made a draft, thrown away or sent at once', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const ids: string[] = []
    for (const content of ['a', 'b', 'c', 'd'])
      ids.push((await later(alice, id, { content })).body.id)
    const [a, b, c, d] = ids.map((each) => `/messages/${each}`)
    const sendAt = inHours(5)
    const moved = await call<Draft>(alice, 'PATCH', a ?? '', { content: 'A', sendAt })
    expect(moved.body).toMatchObject({ content: 'A', sendAt, status: 'scheduled' })
    const draft = await call<Draft>(alice, 'PATCH', b ?? '', { sendAt: null })
    expect(draft.body).toMatchObject({ content: 'b', sendAt: null, status: 'draft' })
    expect((await call(alice, 'DELETE', c ?? '')).status).toBe(204)
    expect((await call(alice, 'POST', `${d}/send`)).status).toBe(201)
    expect(await scheduled(alice)).toEqual([moved.body])
    const due = await runInDurableObject(userObject(alice), (_, { storage }) =>
      storage.sql.exec(`SELECT at FROM due WHERE kind = 'schedule'`).toArray(),
    )
    expect(due).toEqual([{ at: Date.parse(sendAt) }])
    await evictDurableObject(userObject(alice))
    await passTime(userObject(alice))
    expect(await contents(bob, id)).toEqual(['d', 'A'])
    const drafts = await call<Page<Draft>>(alice, 'GET', '/drafts')
    expect(drafts.body.items).toEqual([draft.body])
    await call(alice, 'PATCH', b ?? '', { sendAt: inHours(1) })
    await passTime(userObject(alice))
    expect(await contents(bob, id)).toEqual(['d', 'A', 'b'])
  })

  test('is made once under its clientId, also on a socket', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const sendAt = inHours(1)
    const key = { 'Idempotency-Key': 'k' }
    const first = await later(alice, id, { content: 'x', sendAt }, key)
    const again = await later(alice, id, { content: 'x', sendAt }, key)
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body])
    for (const other of [
      { content: 'y', sendAt },
      { content: 'x', sendAt: inHours(2) },
    ])
      expect(refusal(await later(alice, id, other, key))).toEqual([409, 'idempotency_mismatch'])
    const device = await threadSocket(alice, id)
    const input = { threadId: id, clientId: 'k', content: 'x', sendAt }
    device.say({ id: 1, op: 'message.send', input })
    expect(await device.answer(1)).toEqual({ id: 1, ok: first.body })
    await passTime(userObject(alice))
    expect(await contents(bob, id)).toEqual(['x'])
    expect(refusal(await later(alice, id, { content: 'x', sendAt }, key))).toEqual([
      409,
      'conflict',
    ])
    device.close()
  })

  test('is refused where its time is none, and beyond a hundred', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const path = `/threads/${id}/messages`
    const times = [inHours(-1), inHours(24 * 400), 'tomorrow', '2027-01-01', 12, null, true]
    for (const sendAt of times) {
      const answer = await call(alice, 'POST', path, { content: 'x', sendAt })
      expect(refusal(answer)).toEqual([400, 'invalid'])
      expect(JSON.stringify(answer.body)).toContain('sendAt: ')
    }
    const asDraft = await call(alice, 'POST', path, {
      content: 'x',
      draft: true,
      sendAt: inHours(1),
    })
    expect(refusal(asDraft)).toEqual([400, 'invalid'])
    expect(refusal(await later(alice, id, { content: ' ' }))).toEqual([400, 'invalid'])
    expect(refusal(await later(await signIn('Eve'), id, { content: 'x' }))).toEqual([
      404,
      'not_found',
    ])
    const first = (await later(alice, id, { content: '0' })).body
    for (let n = 1; n < 100; n++) await later(alice, id, { content: `${n}` })
    expect(refusal(await later(alice, id, { content: 'more' }))).toEqual([409, 'conflict'])
    expect(refusal(await call(alice, 'PATCH', `/messages/${first.id}`, { sendAt: 'x' }))).toEqual([
      400,
      'invalid',
    ])
    await call(alice, 'DELETE', `/messages/${first.id}`)
    expect((await later(alice, id, { content: 'more' })).status).toBe(201)
  })
})

describe('at its time', () => {
  test('a message that may not be sent any more fails with the reason, and can be sent later', async () => {
    const root = await signIn('Root', { role: 'admin' })
    const [alice, bob] = await two()
    const direct = await aThread(alice, [bob])
    const [left, closed, silent] = [
      await aGroup(bob, [alice]),
      await aGroup(bob, [alice]),
      await aGroup(bob, [alice]),
    ]
    const own = await socket(alice)
    const ids: string[] = []
    for (const { id } of [direct, left, closed, silent])
      ids.push((await later(alice, id, { content: 'x' })).body.id)
    ids.push((await later(alice, direct.id, { content: 'viagra cialis casino' })).body.id)
    await call(bob, 'PUT', `/blocks/${alice.id}`)
    await call(alice, 'DELETE', `/threads/${left.id}`)
    await call(bob, 'PATCH', `/threads/${closed.id}`, { status: 'closed' })
    const silence = `/threads/${silent.id}/members/${alice.id}/silence`
    expect((await call(bob, 'PUT', silence, { duration: 'forever' })).status).toBe(200)
    await evictDurableObject(userObject(alice))
    await passTime(userObject(alice))
    const codes = ['blocked', 'not_found', 'conflict', 'forbidden', 'blocked']
    for (const [index, code] of codes.entries()) {
      const end = await own.event('schedule.updated', ({ id }) => id === ids[index])
      const error = { code, message: expect.any(String) }
      expect(end.data).toMatchObject({ status: 'failed', messageId: null, error })
      const one = (await scheduled(alice)).find(({ id }) => id === ids[index])
      expect(one).toMatchObject({ status: 'failed', error })
    }
    for (const { id } of [direct, left, closed, silent]) expect(await contents(bob, id)).toEqual([])

    await call(bob, 'DELETE', `/blocks/${alice.id}`)
    const again = await call<Draft>(alice, 'PATCH', `/messages/${ids[0]}`, { sendAt: inHours(1) })
    expect(again.body).toMatchObject({ status: 'scheduled', error: null })
    await call(alice, 'PATCH', `/messages/${ids[4]}`, { sendAt: inHours(2) })
    await passTime(userObject(alice))
    expect(await contents(bob, direct.id)).toEqual(['x'])
    const spam = (await scheduled(alice)).find(({ id }) => id === ids[4])
    expect(spam).toMatchObject({ status: 'failed', error: { code: 'spam' } })

    const { body } = await later(alice, direct.id, { content: 'banned' })
    await call(root, 'PUT', `/admin/bans/${alice.id}`, { reason: 'x' })
    await passTime(userObject(alice))
    await call(root, 'DELETE', `/admin/bans/${alice.id}`)
    const banned = (await scheduled(alice)).find(({ id }) => id === body.id)
    expect(banned).toMatchObject({ status: 'failed', error: { code: 'banned' } })
    own.close()
  })

  test('what may pass is waited for, through evictions', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const { body } = await later(alice, id, { content: 'late' })
    await Promise.all(Array.from({ length: 30 }, (_, n) => send(alice, id, `${n}`)))
    for (let attempt = 0; attempt < 8; attempt++) {
      await evictDurableObject(userObject(alice))
      await passTime(userObject(alice))
      expect(await scheduled(alice)).toMatchObject([{ id: body.id, status: 'scheduled' }])
    }
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    await passTime(userObject(alice))
    expect(await scheduled(alice)).toEqual([])
    expect((await contents(bob, id)).filter((content) => content === 'late')).toEqual(['late'])
  })

  test('what is on its way is not changed; an attempt whose end nobody saw is found', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const { body } = await later(alice, id, { content: 'once' })
    const rows = () =>
      runInDurableObject(userObject(alice), (_, { storage }) =>
        storage.sql.exec('SELECT * FROM drafts').one(),
      )
    const before = await rows()
    await passTime(userObject(alice))
    expect(await contents(bob, id)).toEqual(['once'])
    // As an eviction in the middle of the attempt leaves it: sent, and nobody here knows.
    await runInDurableObject(userObject(alice), (_, { storage }) => {
      storage.sql.exec(
        'UPDATE drafts SET message_id = NULL, sending = 1, input = ?, send_at = ?',
        ...[before['input'], before['send_at']],
      )
      storage.sql.exec(`INSERT INTO due VALUES ('schedule', ?, 1)`, body.id)
      return storage.setAlarm(Date.now() + 60_000)
    })
    await evictDurableObject(userObject(alice))
    const path = `/messages/${body.id}`
    expect(await scheduled(alice)).toMatchObject([{ status: 'sending' }])
    for (const [method, at, change] of [
      ['PATCH', '', { content: 'other' }],
      ['POST', '/send', { content: 'other' }],
      ['DELETE', '', undefined],
    ] as const)
      expect(refusal(await call(alice, method, path + at, change))).toEqual([409, 'conflict'])
    await passTime(userObject(alice))
    expect(await scheduled(alice)).toEqual([])
    expect(await contents(bob, id)).toEqual(['once'])
  })

  test('every message is sent once, however often the objects are aborted meanwhile', async () => {
    const [alice, bob] = await two()
    const threads = [await aThread(alice, [bob]), await aGroup(alice, [bob])]
    const wanted: string[] = []
    for (let n = 0; n < 24; n++) {
      const { id = '' } = threads[n % 2] ?? {}
      wanted.push(`${n}`)
      await later(alice, id, { content: `${n}` })
    }
    let rounds = 0
    for (let left = await scheduled(alice); left.length > 0; left = await scheduled(alice)) {
      expect(++rounds).toBeLessThan(60)
      const firing = passTime(userObject(alice)).catch(() => 'cut off')
      // Cut in another place each time: after none, one, two … of what it waits for.
      for (let turn = 0; turn < rounds % 12; turn++) await call(bob, 'GET', '/unread')
      await abortAllDurableObjects()
      await firing
    }
    expect(rounds).toBeGreaterThan(1)
    const sent = (await Promise.all(threads.map(({ id }) => contents(bob, id)))).flat()
    expect(sent.toSorted((a, b) => Number(a) - Number(b))).toEqual(wanted)
  })
})
