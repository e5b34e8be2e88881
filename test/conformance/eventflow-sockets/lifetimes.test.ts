// Whatever falls asleep, and however often a client is lost: everyone hears every message once, in order.
import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { aGroup, aThread, call, send, signIn } from '../../integration/fixtures.ts'
import { socket, threadObject, userObject } from '../../integration/fixtures.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { Client } from '../sockets.ts'
import type { Data } from '../sockets.ts'

const objectOf = ({ id }: Client) => env.CONNECTION.get(env.CONNECTION.idFromString(id))

const texts = (clients: Client[]) =>
  clients.flatMap(({ heard }) =>
    heard
      .filter(({ event }) => event === 'message:received')
      .map(({ args }) => String(((args[0] as Data)['message'] as Data)['content'])),
  )

type Step =
  | { by: number; does: 'send'; count: number; place: number }
  | { by: number; does: 'lose' | 'vanish' | 'return' }
  | { by: number; does: 'sleep'; what: 'session' | 'user' | 'thread' }

const who = fc.nat(2)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      by: who,
      does: fc.constant('send'),
      count: fc.integer({ min: 1, max: 4 }),
      place: fc.nat(1),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ by: who, does: fc.constantFrom('lose', 'vanish', 'return', 'return') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ by: who, does: fc.constant('sleep') },
      what: fc.constantFrom('session', 'user', 'thread'),
    }),
  },
) as fc.Arbitrary<Step>

/** Somebody with all the connections they have had, the present one last. */
type Guest = { user: Someone; clients: Client[] }

async function sleep(stub: Parameters<typeof evictDurableObject>[0]): Promise<void> {
  try {
    await evictDurableObject(stub)
  } catch (error) {
    // It sleeps already.
    if (!String(error).includes('not currently running')) throw error
  }
}

async function takeSteps(steps: Step[]): Promise<void> {
  const users = await Promise.all(['Alice', 'Bob', 'Cleo'].map((name) => signIn(name)))
  const [first, ...others] = users
  if (!first) throw new Error('nobody')
  const places = [await aGroup(first, others), await aGroup(first, others)].map(({ id }) => id)
  const guests: Guest[] = []
  for (const user of users) guests.push({ user, clients: [await Client.open(user)] })
  const sent: string[][] = places.map(() => [])
  for (const one of steps) {
    const guest = guests[one.by]
    const client = guest?.clients.at(-1)
    if (!guest || !client) continue
    const gone = client.gone
    if (one.does === 'send') {
      if (gone) continue
      const asked = Array.from({ length: one.count }, () => {
        const said = sent[one.place]
        const content = `${said?.length} by ${guest.user.name} in ${one.place}`
        said?.push(content)
        return client.ask('message:send', { threadId: places[one.place], content })
      })
      for (const [answer] of await Promise.all(asked)) expect(answer).toHaveProperty('message')
    } else if (one.does === 'sleep') {
      if (one.what === 'session') await sleep(objectOf(client))
      if (one.what === 'user') await sleep(userObject(guest.user))
      if (one.what === 'thread') await sleep(threadObject(places[one.by % 2] ?? ''))
    } else if (one.does === 'return') {
      if (gone) guest.clients.push(await Client.open(guest.user, { auth: client.memory }))
    } else {
      client.vanish()
      // One who vanished without a word is not known to be gone when they come back.
      if (one.does === 'lose') client.close()
    }
  }
  for (const { user, clients } of guests) {
    const last = clients.at(-1)
    if (last?.gone) clients.push(await Client.open(user, { auth: last.memory }))
  }
  for (const { clients } of guests) {
    await clients.at(-1)?.until(() => texts(clients).length >= sent.flat().length)
    for (const [place, said] of sent.entries())
      expect(texts(clients).filter((text) => text.endsWith(String(place)))).toEqual(said)
    expect(texts(clients).length).toBe(sent.flat().length)
  }
}

test('random steps by three people', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), takeSteps), {
    numRuns: 10,
    endOnFailure: true,
  })
}, 120_000)

test('a session that died with its object is forgotten; its client starts afresh', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id: threadId } = await aThread(alice, [bob])
  const b = await Client.open(bob)
  await evictDurableObject(objectOf(b), { webSockets: 'close' })
  await send(alice, threadId, 'one')
  const again = await Client.open(bob, { auth: b.memory })
  await again.settled()
  expect(again.greeting['pid']).toBe(again.id)
  await send(alice, threadId, 'two')
  await again.next('message:received')
  expect(texts([again])).toEqual(['two'])
})

test('native sockets and sessions of one person hear the same', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id: threadId } = await aThread(alice, [bob])
  const [native, io] = [await socket(bob), await Client.open(bob)]
  await call(alice, 'POST', `/threads/${threadId}/messages`, { content: 'one' })
  await evictDurableObject(userObject(bob))
  io.emit('message:send', { threadId, content: 'two' })
  await native.event('message.created', ({ content }) => content === 'two')
  await io.until(() => texts([io]).length === 2)
  expect(texts([io])).toEqual(['one', 'two'])
  // A message that a session was told of is delivered.
  const delivered = await native.event('delivered.updated', (one) => one.userId === bob.id)
  expect(delivered.data.deliveredSeq).toBe(1)
})
