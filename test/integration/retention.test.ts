// Messages that are kept for a number of days, by the type of their thread. Here posts keep theirs 30.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aThread, aToken, call, readModel, send, socket, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

const start = Date.now()
const DAY = 86_400_000
const passTo = (days: number) => vi.setSystemTime(start + days * DAY)

/** Somebody whose token lasts. */
async function aReader(name: string): Promise<Someone> {
  const id = `${name.toLowerCase()}-${crypto.randomUUID()}`
  return { id, name, token: await aToken({ sub: id, name }, 1000 * 86_400) }
}
const two = () => Promise.all([aReader('Alice'), aReader('Bob')] as const)
const contents = async (user: Someone, id: string) => {
  const path = `/threads/${id}/messages?limit=100`
  const { items } = (await call<{ items: Message[] }>(user, 'GET', path)).body
  return items.map(({ content }) => content)
}
const due = (id: string) =>
  runInDurableObject(threadObject(id), (_, { storage }) =>
    storage.sql.exec('SELECT * FROM due').toArray(),
  )
const aPost = (owner: Someone, others: Someone[]) => aThread(owner, others, { type: 'post' })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start })
})
afterEach(() => {
  vi.useRealTimers()
})

test('old messages vanish for everybody, in their order, and young ones stay', async () => {
  const [alice, bob] = await two()
  const { id } = await aPost(alice, [bob])
  expect(await due(id)).toEqual([])
  for (const content of ['a', 'b']) await send(alice, id, content)
  const taken = await send(alice, id, 'taken back')
  await call(alice, 'DELETE', `/messages/${taken.id}`)
  expect(await due(id)).toEqual([{ kind: 'retention', key: '0', at: expect.any(Number) }])
  passTo(20)
  await send(bob, id, 'c', { clientId: 'c' })
  const device = await socket(bob)
  passTo(30.1)
  await evictDurableObject(threadObject(id))
  await runDurableObjectAlarm(threadObject(id))
  const gone = [null, null, null]
  expect(await contents(bob, id)).toEqual([...gone, 'c'])
  await device.event('message.deleted', ({ seq }) => seq === 2)
  const deleted = device.events().filter(({ event }) => event === 'message.deleted')
  expect(deleted.map(({ data }) => (data as Message).seq)).toEqual([1, 2])
  await threadObject(id).settle()
  expect((await readModel(id)).messages.map(({ content }) => content)).toEqual([...gone, 'c'])
  expect((await call(alice, 'GET', '/unread')).body).toMatchObject({ total: 1 })

  passTo(49)
  await runDurableObjectAlarm(threadObject(id))
  expect(await contents(bob, id)).toEqual([...gone, 'c'])
  passTo(50.1)
  await evictDurableObject(threadObject(id))
  await runDurableObjectAlarm(threadObject(id))
  expect(await contents(bob, id)).toEqual([...gone, null])
  // Its key is taken for ever.
  const again = await call<Message>(bob, 'POST', `/threads/${id}/messages`, {
    content: 'c',
    clientId: 'c',
  })
  expect([again.status, again.body.content]).toEqual([200, null])
  await send(bob, id, 'new')
  passTo(79)
  await runDurableObjectAlarm(threadObject(id))
  expect((await contents(bob, id)).at(-1)).toBe('new')
  passTo(82)
  await runDurableObjectAlarm(threadObject(id))
  expect((await contents(bob, id)).at(-1)).toBe(null)
  device.close()
})

test('a long thread is done a batch at a time, through evictions', async () => {
  const [alice, bob] = await two()
  const { id } = await aPost(alice, [bob])
  await send(alice, id, '1')
  await runInDurableObject(threadObject(id), (_, { storage }) => {
    storage.sql.exec(
      `WITH RECURSIVE n (seq) AS (SELECT 2 UNION ALL SELECT seq + 1 FROM n WHERE seq < 1200)
       INSERT INTO messages (seq, born, version, sender, kind, format, content, created_at)
       SELECT seq, seq + 100, seq + 100, ?, 'text', 'plain', seq, ? FROM n`,
      ...[alice.id, start],
    )
  })
  await evictDurableObject(threadObject(id))
  passTo(31)
  const left = () =>
    runInDurableObject(threadObject(id), (_, { storage }) =>
      Number(
        storage.sql.exec('SELECT count(*) AS n FROM messages WHERE deleted_at IS NULL').one()['n'],
      ),
    )
  for (const count of [700, 200, 0]) {
    await runDurableObjectAlarm(threadObject(id))
    expect(await left()).toBe(count)
    await evictDurableObject(threadObject(id))
  }
  expect(await due(id)).toMatchObject([{ kind: 'retention', key: '1200' }])
  await threadObject(id).settle()
  const { messages } = await readModel(id)
  expect(messages.filter(({ content }) => content !== null)).toEqual([])
})

test('a thread from before the setting is done when somebody looks at it', async () => {
  const [alice, bob] = await two()
  const { id } = await aPost(alice, [bob])
  await send(alice, id, 'old')
  await runInDurableObject(threadObject(id), (_, { storage }) => {
    storage.sql.exec('DELETE FROM due')
    return storage.deleteAlarm()
  })
  await evictDurableObject(threadObject(id))
  passTo(31)
  expect(await contents(bob, id)).toEqual(['old'])
  await runDurableObjectAlarm(threadObject(id))
  expect(await contents(bob, id)).toEqual([null])
})

test('other threads keep what they have, and write nothing for it', async () => {
  const [alice, bob] = await two()
  const { id } = await aThread(alice, [bob], { type: 'group' })
  await send(alice, id, 'kept')
  expect(await due(id)).toEqual([])
  passTo(400)
  await evictDurableObject(threadObject(id))
  await runDurableObjectAlarm(threadObject(id))
  expect(await contents(bob, id)).toEqual(['kept'])
  expect(await due(id)).toEqual([])
})
