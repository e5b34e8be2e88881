// One conversation, every dialect at once: five people, each with another system's client, and one
// with the native socket. All of them see the same messages in the same order.
import { evictDurableObject } from 'cloudflare:test'
import { afterAll, expect, test } from 'vitest'
import { dialects } from '../../src/dialects/all.ts'
import { aGroup, send, signIn, socket, threadObject } from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'
import { request } from './fixtures.ts'
import { Client } from './sockets.ts'
import type { Data } from './sockets.ts'

type Seen = [id: unknown, content: unknown]

/** How a client of a system says something, and where it finds what was said. */
type System = {
  namespace?: string
  join?: (threadId: string) => [event: string, data: object]
  say: (client: Client, me: Someone, threadId: string, content: string) => Promise<unknown>
  /** Events that bring a message, the sender's own included; and the message in what they carry. */
  brings: string[]
  message: (data: Data) => Data
  /** The newest page, as REST lists it. */
  list: (threadId: string) => string
  listed: (body: Data) => Data[]
}

const inside = (data: Data) => data['message'] as Data
const itself = (data: Data) => data

const systems: Record<string, System> = {
  eventflow: {
    join: (threadId) => ['thread:join', { threadId }],
    say: (client, _me, threadId, content) => client.ask('message:send', { threadId, content }),
    brings: ['message:received'],
    message: inside,
    list: (id) => `/api/v2/messages/${id}?limit=100`,
    listed: ({ messages }) => messages as Data[],
  },
  booking: {
    join: (conversationId) => ['join_conversation', { conversationId }],
    say: (_client, me, id, content) =>
      request(me, 'POST', `/booking/messaging/conversations/${id}/messages`, { content }),
    brings: ['new_message', 'message_sent'],
    message: inside,
    list: (id) => `/messaging/conversations/${id}/messages?limit=100`,
    listed: ({ data }) => (data as Data)['messages'] as Data[],
  },
  marketplace: {
    namespace: '/chat',
    join: (conversationId) => ['join_conversation', { conversationId }],
    say: (client, _me, conversationId, content) =>
      client.ask('send_message', { conversationId, message: { content, type: 'text' } }),
    brings: ['new_message'],
    message: inside,
    list: (id) => `/api/conversations/${id}/messages?limit=100`,
    listed: ({ data }) => data as Data[],
  },
  therapy: {
    namespace: '/messaging',
    join: (conversationId) => ['join_conversation', { conversationId }],
    say: (_client, me, id, content) =>
      request(me, 'POST', `/therapy/api/messaging/conversations/${id}/messages`, { content }),
    brings: ['new_message'],
    message: itself,
    list: (id) => `/messaging/conversations/${id}/messages?limit=100`,
    listed: (body) => body as unknown as Data[],
  },
  mentorship: {
    join: (roomId) => ['join_room', { roomId }],
    say: (client, _me, roomId, content) => client.ask('send_room_message', { roomId, content }),
    brings: ['new_room_message'],
    message: itself,
    list: (id) => `/api/messages/room/${id}?limit=100`,
    listed: ({ messages }) => messages as Data[],
  },
}

const idOf = (message: Data) => message['_id'] ?? message['id']
const seen = (message: Data): Seen => [idOf(message), message['content']]

/** Messages of the test; the room's own words are not counted. */
const said = ([, content]: Seen) => /^\w+ says \d+$/.test(String(content))

const turns = 6
const report: string[] = []

test('every dialect is here', () => {
  expect(Object.keys(systems).toSorted()).toEqual([...dialects.keys()].toSorted())
})

test('all clients see the same messages in the same order', async () => {
  const names = Object.keys(systems)
  const people = await Promise.all(names.map((name) => signIn(name)))
  const native = await signIn('native')
  const { id } = await aGroup(native, people)
  const own = await socket(native)
  const clients = await Promise.all(
    people.map(async (me, n) => {
      const name = names[n] ?? ''
      const { namespace, join } = systems[name] as System
      const client = await Client.open(me, { prefix: `/${name}`, namespace })
      if (join) await client.ask(...join(id))
      return { me, name, client, system: systems[name] as System }
    }),
  )
  for (let turn = 0; turn < turns; turn++) {
    // All at once, with a thread that falls asleep in the middle.
    // oxlint-disable-next-line no-await-in-loop
    await Promise.all([
      send(native, id, `native says ${turn}`),
      ...clients.map(({ me, name, client, system }) =>
        system.say(client, me, id, `${name} says ${turn}`),
      ),
    ])
    // oxlint-disable-next-line no-await-in-loop
    if (turn === turns / 2) await evictDurableObject(threadObject(id))
  }
  const count = turns * (clients.length + 1)

  const heardBy = ({ client, system }: (typeof clients)[number]): Seen[] =>
    client.heard
      .filter(({ event }) => system.brings.includes(event))
      .map(({ args }) => seen(system.message((args[0] ?? {}) as Data)))
      .filter(said)
  for (const one of clients)
    // oxlint-disable-next-line no-await-in-loop
    await one.client.until(() => heardBy(one).length >= count)
  const created = () => own.events().filter((event) => event.event === 'message.created')
  await own.until(() => created().length >= count)
  const order = created()
    .map(({ data }): Seen => [data.id, data.content])
    .filter(said)
  expect(order.length).toBe(count)
  expect(new Set(order.map(([messageId]) => messageId)).size).toBe(count)
  for (const one of clients) {
    expect([one.name, heardBy(one)]).toEqual([one.name, order])
    // oxlint-disable-next-line no-await-in-loop
    const { body } = await request(one.me, 'GET', `/${one.name}${one.system.list(id)}`)
    const listed = one.system.listed(body).map(seen).filter(said)
    expect([one.name, listed]).toEqual([one.name, order])
    report.push(`${one.name}: ${count} heard by socket, ${listed.length} listed by REST, one order`)
  }
})

afterAll(() => console.log(report.join('\n')))
