// The offline queue: tried at once, then with back-off by the alarm, whatever happens in between.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { QueueItem } from '../../src/contract/queue.ts'
import {
  aGroup,
  aThread,
  call,
  passTime,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
const time = expect.stringMatching(/^\d{4}-.*Z$/)
const two = () => Promise.all([signIn('Alice'), signIn('Bob')])
const enqueue = (user: Someone, body: object) => call<QueueItem>(user, 'POST', '/queue', body)
const queueOf = async (user: Someone) =>
  (await call<Page<QueueItem>>(user, 'GET', '/queue')).body.items
const contents = async (user: Someone, id: string) => {
  const { body } = await call<Page<Message>>(user, 'GET', `/threads/${id}/messages`)
  return body.items.map(({ content }) => content)
}
const pauseOf = ({ nextRetry, lastAttempt }: QueueItem) =>
  nextRetry === null ? null : Date.parse(nextRetry) - Date.parse(lastAttempt ?? '')

/** Somebody who has used up their minute: what they queue has to wait. */
async function exhausted() {
  const [alice, bob] = await two()
  const { id } = await aThread(alice, [bob])
  await Promise.all(Array.from({ length: 30 }, (_, n) => send(alice, id, `${n}`)))
  return { alice, bob, id }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a queued message', () => {
  test('is sent at once, once for its clientId, and stays visible for a day', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const asked = { threadId: id, content: 'hi', clientId: 'c1' }
    const { status, body } = await enqueue(alice, asked)
    expect([status, body]).toEqual([
      201,
      {
        id: expect.any(String),
        threadId: id,
        clientId: 'c1',
        content: 'hi',
        format: 'plain',
        attachments: [],
        status: 'sent',
        retryCount: 0,
        nextRetry: null,
        lastAttempt: time,
        error: null,
        messageId: expect.any(String),
        createdAt: time,
      },
    ])
    expect((await call<Message>(bob, 'GET', `/messages/${body.messageId}`)).body.content).toBe('hi')
    await evictDurableObject(userObject(alice))
    expect((await enqueue(alice, asked)).body).toEqual(body)
    expect(refusal(await enqueue(alice, { ...asked, content: 'ho' }))).toEqual([
      409,
      'idempotency_mismatch',
    ])
    expect(await contents(bob, id)).toEqual(['hi'])
    expect(refusal(await call(alice, 'POST', `/queue/${body.id}/retry`))).toEqual([409, 'conflict'])
    expect(refusal(await call(alice, 'DELETE', `/queue/${body.id}`))).toEqual([409, 'conflict'])
    expect(await queueOf(alice)).toEqual([body])
    await passTime(userObject(alice))
    expect(await queueOf(alice)).toEqual([])
    expect(await contents(bob, id)).toEqual(['hi'])
  })

  test('is tried again after 2, 4, 8, 16 and 30 s, through evictions, and then failed', async () => {
    const { alice, bob, id } = await exhausted()
    const device = await socket(alice)
    const { body } = await enqueue(alice, { threadId: id, content: 'late' })
    expect(body).toMatchObject({
      status: 'pending',
      retryCount: 0,
      messageId: null,
      error: { code: 'rate_limited' },
    })
    const pauses = [pauseOf(body)]
    for (const retryCount of [1, 2, 3, 4, 5]) {
      await evictDurableObject(userObject(alice))
      await passTime(userObject(alice))
      const [item] = await queueOf(alice)
      if (!item) throw new Error('the item is gone')
      expect(item.retryCount).toBe(retryCount)
      pauses.push(pauseOf(item))
    }
    expect(pauses).toEqual([2000, 4000, 8000, 16_000, 30_000, null])
    const failed = { status: 'failed', retryCount: 5, nextRetry: null }
    expect(await queueOf(alice)).toMatchObject([failed])
    await device.event('queue.updated', ({ status }) => status === 'failed')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    const again = await call<QueueItem>(alice, 'POST', `/queue/${body.id}/retry`)
    expect([again.status, again.body]).toMatchObject([
      200,
      { status: 'sent', retryCount: 0, error: null },
    ])
    expect((await contents(bob, id)).filter((content) => content === 'late')).toEqual(['late'])
  })

  test('is sent when its time comes, in the order of the queue', async () => {
    const { alice, bob, id } = await exhausted()
    for (const content of ['a', 'b', 'c']) await enqueue(alice, { threadId: id, content })
    await evictDurableObject(userObject(alice))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    await runDurableObjectAlarm(userObject(alice))
    const sent = { status: 'sent', retryCount: 1, error: null }
    expect(await queueOf(alice)).toMatchObject([sent, sent, sent])
    await evictDurableObject(threadObject(id))
    expect((await contents(bob, id)).slice(-3)).toEqual(['a', 'b', 'c'])
  })

  test('whose answer was lost is not sent twice', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const { body } = await enqueue(alice, { threadId: id, content: 'once' })
    // As an eviction in the middle of the attempt leaves it: sent, and nobody here knows.
    await runInDurableObject(userObject(alice), (_, { storage }) => {
      storage.sql.exec(`UPDATE queue SET status = 'pending', message_id = NULL`)
    })
    await evictDurableObject(userObject(alice))
    await passTime(userObject(alice))
    expect(await queueOf(alice)).toMatchObject([{ status: 'sent', messageId: body.messageId }])
    expect(await contents(bob, id)).toEqual(['once'])
  })

  test('that can never be sent fails at once, and is taken back', async () => {
    const [alice, bob] = await two()
    const dan = await signIn('Dan')
    const { id } = await aThread(alice, [bob])
    const closed = await aGroup(alice, [bob])
    await call(alice, 'PATCH', `/threads/${closed.id}`, { status: 'closed' })
    await call(bob, 'PUT', `/blocks/${alice.id}`)
    const tries: [Someone, string, string][] = [
      [alice, id, 'blocked'],
      [dan, id, 'not_found'],
      [alice, 'nowhere', 'not_found'],
      [alice, closed.id, 'conflict'],
    ]
    for (const [user, threadId, code] of tries) {
      const { body } = await enqueue(user, { threadId, content: 'x' })
      expect(body).toMatchObject({
        status: 'failed',
        retryCount: 0,
        nextRetry: null,
        error: { code, message: expect.any(String) },
      })
      expect((await call(user, 'DELETE', `/queue/${body.id}`)).status).toBe(204)
      expect(refusal(await call(user, 'DELETE', `/queue/${body.id}`))).toEqual([404, 'not_found'])
      expect(refusal(await call(user, 'POST', `/queue/${body.id}/retry`))).toEqual([
        404,
        'not_found',
      ])
    }
    expect(await queueOf(alice)).toEqual([])
    await passTime(userObject(alice))
  })

  test('is refused without content, and beyond a hundred', async () => {
    const [alice, bob] = await two()
    expect(refusal(await enqueue(alice, { threadId: 't', content: ' ' }))).toEqual([400, 'invalid'])
    const { body } = await enqueue(alice, { threadId: 'nowhere', content: '0' })
    for (let n = 1; n < 100; n++) await enqueue(alice, { threadId: 'nowhere', content: `${n}` })
    const more = { threadId: 'nowhere', content: 'more' }
    expect(refusal(await enqueue(alice, more))).toEqual([409, 'conflict'])
    await call(alice, 'DELETE', `/queue/${body.id}`)
    expect((await enqueue(alice, more)).status).toBe(201)
    expect(await queueOf(bob)).toEqual([])
  })

  test('is a matter of its sender alone', async () => {
    const [alice, bob] = await two()
    const { body } = await enqueue(alice, { threadId: 'nowhere', content: 'x' })
    expect(refusal(await call(bob, 'DELETE', `/queue/${body.id}`))).toEqual([404, 'not_found'])
    expect(refusal(await call(bob, 'POST', `/queue/${body.id}/retry`))).toEqual([404, 'not_found'])
    expect(refusal(await call(null, 'GET', '/queue'))).toEqual([401, 'unauthenticated'])
  })
})
