// Forwarding: to many at once, each with a result of its own, once however often it is asked.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Output } from '../../src/contract/operations.ts'
import type { Thread } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  call,
  readModel,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Results = Output<'message.forward'>
const four = () => Promise.all(['Alice', 'Bob', 'Cleo', 'Dora'].map((name) => signIn(name)))
const forward = (user: Someone, id: string, body: object, headers = {}) =>
  call<Results>(user, 'POST', `/messages/${id}/forward`, body, headers)
const listed = async (user: Someone, threadId: string) =>
  (await call<{ items: Message[] }>(user, 'GET', `/threads/${threadId}/messages`)).body.items
const messageIn = (item: Results['items'][number] | undefined): Message => {
  if (!item || !('message' in item)) throw new Error(`not sent: ${JSON.stringify(item)}`)
  return item.message
}

async function aSource() {
  const [alice, bob, cleo, dora] = (await four()) as [Someone, Someone, Someone, Someone]
  const { id } = await aGroup(alice, [bob])
  const content = '<b>news</b>'
  const more = { metadata: { a: 1 }, mentions: [bob.id] }
  const source = await send(alice, id, content, { format: 'html', ...more })
  return { alice, bob, cleo, dora, id, source }
}

test('goes to people and threads, with its author’s name and the note before it', async () => {
  const { alice, bob, cleo, dora, id, source } = await aSource()
  const group = await aGroup(bob, [dora])
  const ears = await socket(cleo)
  const body = { recipientIds: [cleo.id, cleo.id], threadIds: [group.id], note: 'look' }
  const answer = await forward(bob, source.id, body)
  expect(answer.status).toBe(201)
  const [one, two] = answer.body.items
  expect(answer.body.items).toMatchObject([
    { recipientId: cleo.id, note: { content: 'look', seq: 1, forwardedFrom: null } },
    { threadId: group.id, note: { content: 'look', seq: 1 } },
  ])
  const message = messageIn(one)
  expect(message).toMatchObject({
    seq: 2,
    sender: { id: bob.id },
    content: '<b>news</b>',
    format: 'html',
    metadata: { a: 1 },
    mentions: [],
    forwardedFrom: {
      messageId: source.id,
      sender: { id: alice.id, name: 'Alice' },
      createdAt: source.createdAt,
    },
  })
  expect((await ears.event('message.created', ({ seq }) => seq === 2)).data).toEqual(message)
  await evictDurableObject(threadObject(message.threadId))
  expect((await listed(cleo, message.threadId)).at(-1)).toEqual(message)
  const lists = await call<{ items: Thread[] }>(cleo, 'GET', '/threads')
  expect(lists.body.items).toMatchObject([{ type: 'direct', lastMessage: message }])
  const model = await readModel(message.threadId)
  expect(model.messages.map(({ forwarded }) => forwarded !== null)).toEqual([false, true])

  // On and on: the first author is named, and their words stay as they were.
  const next = await forward(cleo, messageIn(one).id, { recipientIds: [dora.id] })
  expect(messageIn(next.body.items[0]).forwardedFrom).toEqual(message.forwardedFrom)
  const edit = await call(bob, 'PATCH', `/messages/${messageIn(two).id}`, { content: 'x' })
  expect(refusal(edit)).toEqual([403, 'forbidden'])
  await call(bob, 'DELETE', `/messages/${messageIn(two).id}`)
  expect((await listed(dora, group.id)).at(-1)).toMatchObject({
    content: null,
    forwardedFrom: null,
  })
  expect((await listed(alice, id)).length).toBe(1)
  ears.close()
})

test('uses the direct thread that there is, and a thread named twice once', async () => {
  const { bob, cleo, source } = await aSource()
  const direct = await aThread(cleo, [bob])
  const body = { recipientIds: [cleo.id], threadIds: [direct.id] }
  const { body: results } = await forward(bob, source.id, body)
  expect(results.items.map((item) => messageIn(item).threadId)).toEqual([direct.id])
})

test('a refusal is of one target, and the others get theirs', async () => {
  const { alice, bob, cleo, dora, source } = await aSource()
  const strange = await aGroup(alice, [dora])
  const silent = await aThread(bob, [dora])
  await call(cleo, 'PUT', `/blocks/${bob.id}`)
  await call(bob, 'PUT', `/blocks/${dora.id}`)
  const { status, body } = await forward(bob, source.id, {
    recipientIds: [cleo.id, dora.id, bob.id, alice.id],
    threadIds: [strange.id, 'nonsense', silent.id],
  })
  expect(status).toBe(201)
  const codes = body.items.map((item) => ('error' in item ? item.error.code : 'ok'))
  expect(codes).toEqual(['blocked', 'blocked', 'invalid', 'ok', 'not_found', 'not_found'])
  const threads = await call<{ items: Thread[] }>(cleo, 'GET', '/threads')
  expect(threads.body.items).toEqual([])
})

test('is done once under its key, also what failed half-way the first time', async () => {
  const { alice, bob, cleo, dora, source } = await aSource()
  const key = { 'Idempotency-Key': 'x'.repeat(64) }
  await call(dora, 'PUT', `/blocks/${bob.id}`)
  const body = { recipientIds: [cleo.id, dora.id, alice.id], note: 'look' }
  const first = await forward(bob, source.id, body, key)
  await call(dora, 'DELETE', `/blocks/${bob.id}`)
  await evictDurableObject(threadObject(messageIn(first.body.items[0]).threadId))
  const second = await forward(bob, source.id, body, key)
  expect([second.status, second.body.items[0]]).toEqual([201, first.body.items[0]])
  expect(messageIn(second.body.items[1]).seq).toBe(2)
  const third = await forward(bob, source.id, body, key)
  expect([third.status, third.body]).toEqual([200, second.body])
  expect((await listed(cleo, messageIn(first.body.items[0]).threadId)).length).toBe(2)
  const other = await send(bob, source.threadId, 'something else')
  const mixed = await forward(bob, other.id, body, key)
  for (const item of mixed.body.items)
    expect(item).toMatchObject({ error: { code: 'idempotency_mismatch' } })
})

test('counts as one, and is spam as one', async () => {
  const { bob, cleo, dora, id, source } = await aSource()
  const to = { recipientIds: [cleo.id, dora.id] }
  const spam = await forward(bob, source.id, { ...to, note: 'viagra cialis casino' })
  expect(refusal(spam)).toEqual([422, 'spam'])
  for (let n = 0; n < 29; n++) await send(bob, id, `message ${n}`)
  const answer = await forward(bob, source.id, { ...to, note: 'look' })
  expect(answer.body.items.map((item) => messageIn(item).seq)).toEqual([2, 2])
  const late = await forward(bob, source.id, to)
  expect([refusal(late), late.headers.has('Retry-After')]).toEqual([[429, 'rate_limited'], true])
})

test('the same once more a moment later is a duplicate, the same note is none', async () => {
  const { bob, cleo, id, source } = await aSource()
  const to = { recipientIds: [cleo.id], note: 'look' }
  await forward(bob, source.id, to)
  const again = await forward(bob, source.id, { recipientIds: [cleo.id] })
  expect(again.body.items).toMatchObject([{ error: { code: 'spam' } }])
  const other = await send(bob, id, 'more news')
  const next = await forward(bob, other.id, to)
  expect(next.body.items).toMatchObject([{ note: { content: 'look' } }])
})

test('only what I may see, what is there, and what fits', async () => {
  const { alice, bob, cleo, dora, source } = await aSource()
  const to = { recipientIds: [dora.id] }
  expect(refusal(await forward(cleo, source.id, to))).toEqual([404, 'not_found'])
  expect(refusal(await forward(cleo, 'nonsense', to))).toEqual([404, 'not_found'])
  for (const [field, body] of [
    ['recipientIds', {}],
    ['recipientIds', { recipientIds: Array(21).fill('x') }],
    ['recipientIds', { recipientIds: [...Array(20).keys()].map(String), threadIds: ['x'] }],
    ['note', { ...to, note: 'x'.repeat(10_001) }],
    ['threadIds', { threadIds: 'x' }],
  ] as const) {
    const answer = await forward(bob, source.id, body)
    expect(refusal(answer)).toEqual([400, 'invalid'])
    expect(JSON.stringify(answer.body)).toContain(`${field}: `)
  }
  await call(alice, 'DELETE', `/messages/${source.id}`)
  expect(refusal(await forward(bob, source.id, to))).toEqual([409, 'conflict'])
})
