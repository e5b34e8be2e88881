// Receipts of a page of messages at once, as the lists of several source documents show them.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Receipt } from '../../src/contract/message.ts'
import { aGroup, call, refusal, send, signIn, threadObject } from './fixtures.ts'

type Page = { items: { messageId: string; receipts: Receipt[] }[] }

test('a stretch of messages has the receipts that each has alone', async () => {
  const [alice, bob, carol] = [await signIn('Alice'), await signIn('Bob'), await signIn('Carol')]
  const { id } = await aGroup(alice, [bob, carol])
  const sent = [
    await send(alice, id, 'one'),
    await send(bob, id, 'two'),
    await send(alice, id, '3'),
  ]
  await call(carol, 'POST', `/messages/${sent[1]?.id}/read`)
  await call(bob, 'DELETE', `/messages/${sent[1]?.id}?for=me`)
  await evictDurableObject(threadObject(id))
  const { body } = await call<Page>(carol, 'GET', `/threads/${id}/receipts?from=1&to=3`)
  const alone = await Promise.all(
    sent.map(async ({ id: messageId }) => {
      const one = await call<{ items: Receipt[] }>(carol, 'GET', `/messages/${messageId}/receipts`)
      return { messageId, receipts: one.body.items }
    }),
  )
  expect(body.items).toEqual(alone)
  const read = body.items.map(({ receipts }) =>
    receipts.filter(({ readAt }) => readAt !== null).map(({ userId }) => userId),
  )
  // Bob answered the first one, so he had read it; Alice read the second when she wrote the third.
  expect(read).toEqual([[bob.id, carol.id].toSorted(), [alice.id, carol.id].toSorted(), []])
  const bobs = await call<Page>(bob, 'GET', `/threads/${id}/receipts?from=1&to=3`)
  expect(bobs.body.items.map(({ messageId }) => messageId)).toEqual([sent[0]?.id, sent[2]?.id])
})

test('a stretch is bounded, and for members only', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [])
  const path = `/threads/${id}/receipts`
  expect(refusal(await call(alice, 'GET', `${path}?from=1&to=1001`))).toEqual([400, 'invalid'])
  expect((await call(alice, 'GET', `${path}?from=1&to=1000`)).body).toEqual({ items: [] })
  expect(refusal(await call(bob, 'GET', `${path}?from=1&to=2`))).toEqual([404, 'not_found'])
})
