// One transaction for all that comes together: who is refused takes nothing from the others.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Thread } from '../../src/contract/thread.ts'
import { aThread, aToken, call, refusal, signIn, threadObject, threadSocket } from './fixtures.ts'

test('a refusal after a write takes back that write alone', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  // Her new name is written with the first operation, which is then refused, with the name.
  const renamed = {
    ...alice,
    name: 'Alicia',
    token: await aToken({ sub: alice.id, name: 'Alicia' }),
  }
  const wire = await threadSocket(renamed, id)
  const watch = await threadSocket(bob, id)
  const nameOf = async () => {
    const { body } = await call<Thread>(bob, 'GET', `/threads/${id}`)
    return body.members.find(({ userId }) => userId === alice.id)?.name
  }
  wire.say([
    { id: 1, op: 'message.edit', input: { messageId: `${id}.9`, content: 'no such message' } },
    { id: 2, op: 'message.send', input: { threadId: id, content: 'one' } },
    { id: 3, op: 'reaction.add', input: { messageId: `${id}.9`, emoji: '👍' } },
    { id: 4, op: 'message.send', input: { threadId: id, content: 'two' } },
  ])
  expect(await wire.answer(1)).toMatchObject({ error: { code: 'not_found' } })
  expect(await wire.answer(2)).toMatchObject({ ok: { seq: 1, sender: { name: 'Alicia' } } })
  expect(await wire.answer(3)).toMatchObject({ error: { code: 'not_found' } })
  expect(await wire.answer(4)).toMatchObject({ ok: { seq: 2 } })
  await watch.event('message.created', ({ seq }) => seq === 2)
  const seen = watch.events().flatMap((one) => (one.event === 'message.created' ? one.data : []))
  expect(seen.map(({ seq, content }) => [seq, content])).toEqual([
    [1, 'one'],
    [2, 'two'],
  ])
  await evictDurableObject(threadObject(id))
  expect(await nameOf()).toBe('Alicia')
  const { body } = await call<{ items: Message[] }>(bob, 'GET', `/threads/${id}/messages`)
  expect(body.items.map(({ content }) => content)).toEqual(['one', 'two'])
})

test('a taken clientId is answered before anything that would refuse it now', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const path = `/threads/${id}/messages`
  const first = await call<Message>(alice, 'POST', path, { clientId: 'a', content: 'hi' })
  expect(first.status).toBe(201)
  // The same text under a key of its own is spam, and from a blocked person it is refused anyhow.
  expect(refusal(await call(alice, 'POST', path, { clientId: 'b', content: 'hi' }))[1]).toBe('spam')
  await call(bob, 'PUT', `/blocks/${alice.id}`)
  const again = await call<Message>(alice, 'POST', path, { clientId: 'a', content: 'hi' })
  expect([again.status, again.body]).toEqual([200, first.body])
  const other = await call(alice, 'POST', path, { clientId: 'a', content: 'ho' })
  expect(refusal(other)).toEqual([409, 'idempotency_mismatch'])
  expect(refusal(await call(alice, 'POST', path, { content: 'new' }))).toEqual([403, 'blocked'])
})
