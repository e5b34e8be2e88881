// A client that was lost and comes back is told what it missed, and nothing twice.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { aGroup, aThread, call, send, signIn, userObject } from '../../integration/fixtures.ts'
import { socket } from '../../integration/fixtures.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { request } from '../fixtures.ts'
import { Client } from '../sockets.ts'
import type { Data } from '../sockets.ts'

const sessionObject = ({ id }: Client) => env.CONNECTION.get(env.CONNECTION.idFromString(id))

async function back(user: Someone, lost: Client): Promise<Client> {
  const client = await Client.open(user, { auth: lost.memory })
  await client.settled()
  return client
}

async function pair() {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id: threadId } = await aThread(alice, [bob])
  return { alice, bob, threadId }
}

/** The texts of the messages that a client was told, in that order. */
const texts = (client: Client) =>
  client.heard
    .filter(({ event }) => event === 'message:received')
    .map(({ args }) => ((args[0] as Data)['message'] as Data)['content'])

async function lose(client: Client): Promise<void> {
  client.close()
  await client.closed
}

/** The person's object knows of the loss. */
const parked = (user: Someone, count = 1) =>
  expect
    .poll(() =>
      runInDurableObject(
        userObject(user),
        (_, { storage }) =>
          storage.sql.exec('SELECT * FROM sessions WHERE kept IS NOT NULL').toArray().length,
      ),
    )
    .toBe(count)

describe('a client that comes back', () => {
  test.each([false, true])('is told what it missed; asleep meanwhile: %s', async (asleep) => {
    const { alice, bob, threadId } = await pair()
    const b = await Client.open(bob)
    const first = await send(alice, threadId, 'one')
    await b.next('message:received')
    await lose(b)
    await parked(bob)
    if (asleep) await evictDurableObject(userObject(bob))
    await send(alice, threadId, 'two')
    await request(alice, 'PUT', `/api/v2/messages/${first.id}/edit`, { content: 'one!' })
    await call(alice, 'PUT', `/messages/${first.id}/reactions/👍`)
    await send(alice, threadId, 'three')
    if (asleep) await evictDurableObject(userObject(bob))
    const again = await back(bob, b)
    expect(again.greeting).toEqual(b.greeting)
    expect(texts(again)).toEqual(['two', 'three'])
    expect(await again.next('message:edited')).toMatchObject({
      message: { _id: first.id, content: 'one!' },
    })
    expect(await again.next('reaction:received')).toMatchObject({ messageId: first.id })
    await again.next('notification:received')
    await send(alice, threadId, 'four')
    await again.next('message:received', (data) => (data['message'] as Data)['content'] === 'four')
    expect(texts(again)).toEqual(['two', 'three', 'four'])
  })

  test('is told again what was sent and never received', async () => {
    const { alice, bob, threadId } = await pair()
    const aside = await aGroup(alice, [bob])
    const b = await Client.open(bob)
    await send(alice, threadId, 'one')
    await b.next('message:received')
    const remembers = b.memory
    // All this was written into a connection that had gone.
    await send(alice, threadId, 'two')
    await send(alice, aside.id, 'three')
    await send(alice, threadId, 'four')
    await b.settled()
    await evictDurableObject(sessionObject(b))
    await lose(b)
    await parked(bob)
    const again = await Client.open(bob, { auth: remembers })
    await again.settled()
    expect(texts(again).toSorted()).toEqual(['four', 'three', 'two'])
    expect(texts(again).indexOf('two')).toBeLessThan(texts(again).indexOf('four'))
  })

  test('is there before its loss was noticed', async () => {
    const { alice, bob, threadId } = await pair()
    const a = await Client.open(alice)
    const b = await Client.open(bob)
    await b.ask('thread:join', { threadId })
    await send(alice, threadId, 'one')
    await b.next('message:received')
    const again = await back(bob, b)
    await b.closed
    expect(again.greeting).toEqual(b.greeting)
    await send(alice, threadId, 'two')
    await again.next('message:received')
    expect(texts(again)).toEqual(['two'])
    // It has its threads again, and nobody saw it go.
    a.emit('typing:start', { threadId })
    await again.next('typing:update')
    await a.settled()
    expect(a.names().filter((name) => name === 'presence:sync').length).toBeLessThan(2)
  })

  test('twice, each time where it left off', async () => {
    const { alice, bob, threadId } = await pair()
    const b = await Client.open(bob)
    await lose(b)
    await parked(bob)
    await send(alice, threadId, 'one')
    const second = await back(bob, b)
    expect(texts(second)).toEqual(['one'])
    await lose(second)
    await parked(bob)
    await send(alice, threadId, 'two')
    const third = await back(bob, second)
    expect([third.greeting, texts(third)]).toEqual([b.greeting, ['two']])
  })

  test('finds a thread that was made, and what moderators and others said of none', async () => {
    const { alice, bob } = await pair()
    const admin = await signIn('Ada', { role: 'admin' })
    const b = await Client.open(bob)
    await lose(b)
    await parked(bob)
    const { id } = await aGroup(alice, [bob], { title: 'New' })
    await send(alice, id, 'welcome')
    await call(admin, 'POST', '/admin/notifications', {
      ...{ recipientId: bob.id, type: 'news', title: 'News', message: 'Hear, hear' },
    })
    const a = await Client.open(alice)
    a.emit('presence:update', { status: 'away' })
    await a.settled()
    const again = await back(bob, b)
    await again.next(
      'notification:received',
      (data) => (data['notification'] as Data)['title'] === 'News',
    )
    expect(texts(again)).toEqual(['welcome'])
    expect(await again.next('presence:sync')).toEqual({
      ...{ userId: alice.id, status: 'away', lastSeen: null },
    })
  })

  test('with other devices there is told the same', async () => {
    const { alice, bob, threadId } = await pair()
    const [phone, b] = [await socket(bob), await Client.open(bob)]
    await lose(b)
    await parked(bob)
    await send(alice, threadId, 'one')
    await phone.event('message.created')
    await send(alice, threadId, 'two')
    await phone.event('message.created', ({ content }) => content === 'two')
    const again = await back(bob, b)
    expect(texts(again)).toEqual(['one', 'two'])
  })
})

describe('a client starts afresh', () => {
  test('after two minutes, after a goodbye, with the memory of somebody else', async () => {
    const { alice, bob, threadId } = await pair()
    const b = await Client.open(bob)
    await lose(b)
    await parked(bob)
    await send(alice, threadId, 'one')
    const a = await Client.open(alice, { auth: b.memory })
    await a.settled()
    expect([a.greeting['pid'], texts(a)]).toEqual([a.id, []])
    await runInDurableObject(userObject(bob), (_, { storage }) => {
      storage.sql.exec('UPDATE sessions SET parked_at = parked_at - 121000')
    })
    await evictDurableObject(userObject(bob))
    const late = await back(bob, b)
    expect([late.greeting['pid'], texts(late)]).toEqual([late.id, []])
    late.raw('41')
    late.close()
    await late.closed
    const gone = await back(bob, late)
    expect(gone.greeting['pid']).toBe(gone.id)
    const rows = await runInDurableObject(userObject(bob), (_, { storage }) => [
      storage.sql.exec('SELECT id FROM sessions').toArray(),
      storage.sql.exec('SELECT * FROM missed').toArray(),
    ])
    expect(rows).toEqual([[{ id: gone.id }], []])
  })
})
