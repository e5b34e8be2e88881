// Whatever people do, in any order, with evictions at any point: no holes, no drift, no stale client.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import {
  apply,
  applyPage,
  emptyTimeline,
  membersOf,
  messagesOf,
} from '../../src/client/timeline.ts'
import type { Timeline } from '../../src/client/timeline.ts'
import { messageId } from '../../src/contract/ids.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Member, SyncPage, Thread } from '../../src/contract/thread.ts'
import { aGroup, call, signIn, socket, threadObject, threadSocket } from './fixtures.ts'
import type { Socket, Someone } from './fixtures.ts'

afterEach(() => {
  vi.useRealTimers()
})

const who = fc.nat(2)
const place = fc.nat(30)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const), who }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('edit', 'delete', 'hide', 'react', 'unreact', 'read', 'unread'),
      who,
      place,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('leave', 'join', 'sync', 'deaf', 'evict'), who }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('block', 'unblock'), who, whom: who }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** What a client holds, and what the rules say its owner has not read. */
type Client = {
  user: Someone
  wire: Socket
  heard: number
  timeline: Timeline
  present: boolean
  readSeq: number
  hidden: Set<number>
  blocks: Map<string, number>
}

const get = async <T>({ user }: Client, path: string) => (await call<T>(user, 'GET', path)).body

function fold(client: Client) {
  const events = client.wire.events()
  client.timeline = events.slice(client.heard).reduce(apply, client.timeline)
  client.heard = events.length
}

async function open(steps: Step[]) {
  const start = Date.now()
  const people = await Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
  const [alice, bob, cleo] = people
  const { id } = await aGroup(alice, [bob, cleo])
  const clientOf = async (user: Someone): Promise<Client> => ({
    user,
    // Bob looks at the thread; the others hear of it with all of theirs.
    wire: user === bob ? await threadSocket(user, id) : await socket(user),
    heard: 0,
    timeline: emptyTimeline(id),
    present: true,
    readSeq: 0,
    hidden: new Set(),
    blocks: new Map(),
  })
  const clients = await Promise.all(people.map(clientOf))
  const sent: { sender: string; at: number; deleted: boolean }[] = []

  async function sync(client: Client) {
    if (!client.present) return
    for (let more = true; more;) {
      const { cursor } = client.timeline
      const query = cursor === null ? '' : `?cursor=${cursor}`
      const page = await get<SyncPage>(client, `/threads/${id}/sync${query}`)
      fold(client)
      client.timeline = applyPage(client.timeline, page)
      more = page.more
    }
  }

  async function carryOut(one: Step, now: number) {
    const client = clients[one.who]
    if (!client) return
    const { user } = client
    const seq = 1 + ('place' in one ? one.place % Math.max(1, sent.length) : 0)
    const message = sent[seq - 1]
    const path = `/messages/${messageId(id, seq)}`
    const ask = async (method: string, at: string, body?: unknown) =>
      (await call(user, method, at, body)).status < 300
    switch (one.do) {
      case 'send':
        if (!(await ask('POST', `/threads/${id}/messages`, { content: `${now}` }))) return
        sent.push({ sender: user.id, at: now, deleted: false })
        client.readSeq = sent.length
        return
      case 'edit':
        await ask('PATCH', path, { content: `edited ${now}` })
        return
      case 'delete':
        if ((await ask('DELETE', path)) && message) message.deleted = true
        return
      case 'hide':
        if (await ask('DELETE', `${path}?for=me`)) client.hidden.add(seq)
        return
      case 'react':
        await ask('PUT', `${path}/reactions/x`)
        return
      case 'unreact':
        await ask('DELETE', `${path}/reactions/x`)
        return
      case 'read':
        if (await ask('POST', `/threads/${id}/read`, { seq }))
          client.readSeq = Math.max(client.readSeq, Math.min(seq, sent.length))
        return
      case 'unread':
        if (await ask('POST', `/threads/${id}/unread`, { seq }))
          client.readSeq = Math.max(0, Math.min(seq, sent.length) - 1)
        return
      case 'leave':
        if (user === alice || !(await ask('DELETE', `/threads/${id}`))) return
        client.present = false
        return
      case 'join':
        if (client.present) return
        await call(alice, 'POST', `/threads/${id}/members`, { userId: user.id })
        client.present = true
        client.readSeq = sent.length
        if (user !== bob) return
        fold(client)
        client.wire = await threadSocket(user, id)
        client.heard = 0
        return
      case 'block': {
        const whom = clients[one.whom]?.user
        if (!whom || whom === user || client.blocks.has(whom.id)) return
        if (await ask('PUT', `/blocks/${whom.id}`)) client.blocks.set(whom.id, now)
        return
      }
      case 'unblock': {
        const whom = clients[one.whom]?.user
        if (!whom || !client.blocks.delete(whom.id)) return
        await ask('DELETE', `/blocks/${whom.id}`)
        // What was said meanwhile may be seen again: such a client opens the thread anew.
        fold(client)
        client.timeline = emptyTimeline(id)
        return
      }
      case 'sync':
        return sync(client)
      case 'deaf':
        client.heard = client.wire.events().length
        return
      default:
        // Only who is awake can be put to sleep.
        await threadObject(id).attended(user.id)
        await evictDurableObject(threadObject(id))
    }
  }

  async function check(client: Client) {
    if (!client.present) return
    const items = async <T>(path: string) => (await get<{ items: T[] }>(client, path)).items
    const history = await items<Message>(`/threads/${id}/messages?limit=100`)
    expect(messagesOf(client.timeline)).toEqual(history)
    const members = await items<Member>(`/threads/${id}/members`)
    const { user, blocks, hidden, readSeq } = client
    expect(membersOf(client.timeline)).toEqual(members)
    const counted = sent.filter(
      ({ sender, at, deleted }, index) =>
        index >= readSeq &&
        sender !== user.id &&
        !deleted &&
        !hidden.has(index + 1) &&
        !((blocks.get(sender) ?? Infinity) <= at),
    )
    const unread = counted.length
    const thread = await get<Thread>(client, `/threads/${id}`)
    expect({ unread: thread.unread, readSeq: thread.readSeq }).toEqual({ unread, readSeq })
    const [listed] = await items<Thread>('/threads')
    expect({ unread: listed?.unread, readSeq: listed?.readSeq }).toEqual({ unread, readSeq })
    expect(await get(client, '/unread')).toEqual({
      total: unread,
      mentions: 0,
      items: unread === 0 ? [] : [{ threadId: id, unread, mentions: 0 }],
    })
  }

  for (const [at, one] of steps.entries()) {
    // Every step has a time of its own, so that "before" and "after" are never the same.
    vi.setSystemTime(start + (at + 1) * 10)
    await carryOut(one, start + (at + 1) * 10)
  }
  // Twice: the first sync of each moves a delivered cursor that the others then hear of.
  for (const client of [...clients, ...clients]) await sync(client)
  await runInDurableObject(threadObject(id), (thread) => thread.settle())
  const seqs = await runInDurableObject(threadObject(id), (_, { storage }) =>
    storage.sql.exec<{ seq: number }>('SELECT seq FROM messages ORDER BY seq').toArray(),
  )
  expect(seqs.map(({ seq }) => seq)).toEqual(sent.map((_, index) => index + 1))
  for (const client of clients) await check(client)
  for (const { wire } of clients) wire.close(1000)
}

test('after any steps clients, history, cursors and the read model agree', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), open), {
    numRuns: 40,
  })
}, 120_000)
