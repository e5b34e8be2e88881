// Sent once: the same clientId, five hundred times at once, over every door.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aThread, call, signIn, socket, threadObject, threadSocket } from './fixtures.ts'

const rows = (id: string) =>
  runInDurableObject(threadObject(id), (_, { storage }) =>
    storage.sql.exec('SELECT seq, content FROM messages ORDER BY seq').toArray(),
  )

test('five hundred at once are one message, with one answer', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const wires = await Promise.all([
    ...Array.from({ length: 2 }, () => socket(alice)),
    ...Array.from({ length: 2 }, () => threadSocket(alice, id)),
  ])
  const input = { threadId: id, clientId: 'once', content: 'hi' }
  const overRest = Array.from({ length: 140 }, () =>
    call<Message>(alice, 'POST', `/threads/${id}/messages`, input),
  )
  const overSockets = wires.flatMap((wire, at) =>
    Array.from({ length: 90 }, async (_, n) => {
      wire.say({ id: `${at}.${n}`, op: 'message.send', input })
      return wire.answer(`${at}.${n}`)
    }),
  )
  const [answers, replies] = [await Promise.all(overRest), await Promise.all(overSockets)]
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 201).length).toBeLessThanOrEqual(1)
  expect(new Set(statuses)).toEqual(new Set(statuses.includes(201) ? [200, 201] : [200]))
  const all = [
    ...answers.map(({ body }) => body),
    ...replies.map((reply) => ('ok' in reply ? reply.ok : reply.error)),
  ]
  expect(all.length).toBe(500)
  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1)
  expect(all[0]).toMatchObject({ seq: 1, content: 'hi', clientId: 'once' })
  expect(await rows(id)).toEqual([{ seq: 1, content: 'hi' }])
  for (const wire of wires)
    expect(wire.names().filter((name) => name === 'message.created').length).toBeLessThan(2)
  await evictDurableObject(threadObject(id))
  const late = await call<Message>(alice, 'POST', `/threads/${id}/messages`, input)
  expect([late.status, late.body]).toEqual([200, all[0]])
})

test('of two contents under one key, one is sent and the other is a conflict', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) =>
      call(alice, 'POST', `/threads/${id}/messages`, { clientId: 'k', content: n % 2 ? 'a' : 'b' }),
    ),
  )
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b)
  expect(statuses).toEqual([...Array(19).fill(200), 201, ...Array(20).fill(409)])
  expect((await rows(id)).length).toBe(1)
})

test('many senders at once get seqs without holes, the same for all', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, (_, n) => signIn(`P${n}`)))
  const [first, ...others] = people
  if (!first) throw new Error('nobody')
  const { id } = await aThread(first, others, { type: 'group' })
  const wire = await threadSocket(first, id)
  const answers = await Promise.all(
    people.flatMap((one) =>
      Array.from({ length: 10 }, (_, n) =>
        call<Message>(one, 'POST', `/threads/${id}/messages`, { content: `${one.id} ${n}` }),
      ),
    ),
  )
  const seqs = answers.map(({ body }) => body.seq).toSorted((a, b) => a - b)
  expect(seqs).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  await wire.event('message.created', ({ seq }) => seq === 200)
  const live = wire.events().flatMap((one) => (one.event === 'message.created' ? one.data : []))
  expect(live.map(({ seq }) => seq)).toEqual(seqs)
  const stored = await rows(id)
  expect(live.map(({ content }) => content)).toEqual(stored.map(({ content }) => content))
})
