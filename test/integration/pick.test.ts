// Some messages of a thread at once, and what never changes of one.
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aGroup, call, refusal, send, signIn } from './fixtures.ts'

test('those that are there, and that I may see, in their order', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [bob])
  const elsewhere = await send(alice, (await aGroup(alice, [bob])).id, 'elsewhere')
  const [one, two, three] = [
    await send(alice, id, 'one'),
    await send(bob, id, 'two'),
    await send(alice, id, 'three'),
  ]
  await call(bob, 'DELETE', `/messages/${two.id}?for=me`)
  const path = `/threads/${id}/messages/some`
  const some = async (user: typeof alice, ids: string[]) =>
    (await call<{ items: Message[] }>(user, 'GET', `${path}?messageIds=${ids.join(',')}`)).body
  const all = [three.id, two.id, elsewhere.id, one.id, 'nonsense', `m${id.slice(1)}-99`]
  expect((await some(alice, all)).items).toEqual([one, two, three])
  expect((await some(bob, all)).items).toEqual([one, three])
  expect(refusal(await call(alice, 'GET', path))).toEqual([400, 'invalid'])
  const eve = await signIn('Eve')
  const none = await call(eve, 'GET', `${path}?messageIds=${one.id}`)
  expect(refusal(none)).toEqual([404, 'not_found'])
})

test('what never changes of a message', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id: threadId } = await aGroup(alice, [bob])
  const { id, seq, kind, createdAt } = await send(alice, threadId, 'one')
  await call(alice, 'PATCH', `/messages/${id}`, { content: 'two' })
  const facts = await call(bob, 'GET', `/messages/${id}/facts`)
  expect(facts.body).toEqual({ id, threadId, seq, kind, createdAt, senderId: alice.id })
  const eve = await signIn('Eve')
  expect(refusal(await call(eve, 'GET', `/messages/${id}/facts`))).toEqual([404, 'not_found'])
})
