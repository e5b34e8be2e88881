// A device says what it got, where no socket tells it.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Receipt } from '../../src/contract/message.ts'
import { aGroup, call, refusal, send, signIn, socket, threadObject } from './fixtures.ts'

const stage = async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [bob])
  const sent = []
  // oxlint-disable-next-line no-await-in-loop
  for (const text of ['one', 'two', 'three']) sent.push(await send(alice, id, text))
  return { alice, bob, id, sent, path: `/threads/${id}/delivered` }
}

test('the cursor moves forward only, and the senders hear from where to where', async () => {
  const { alice, bob, id, sent, path } = await stage()
  const wire = await socket(alice)
  const first = await call(bob, 'POST', path, { seq: 2 })
  expect([first.status, first.body]).toEqual([200, { deliveredSeq: 2 }])
  const said = await wire.event('delivered.updated')
  expect(said.data).toEqual({ userId: bob.id, deliveredSeq: 2, after: 0 })
  await evictDurableObject(threadObject(id))
  expect((await call(bob, 'POST', path, { seq: 1 })).body).toEqual({ deliveredSeq: 2 })
  expect((await call(bob, 'POST', path)).body).toEqual({ deliveredSeq: 3 })
  expect((await call(bob, 'POST', path, { seq: 99 })).body).toEqual({ deliveredSeq: 3 })
  const last = await wire.event('delivered.updated', ({ deliveredSeq }) => deliveredSeq === 3)
  expect(last.data).toEqual({ userId: bob.id, deliveredSeq: 3, after: 2 })
  await wire.ask('ack', {})
  expect(wire.names().filter((name) => name === 'delivered.updated').length).toBe(2)
  const { body } = await call<{ items: Receipt[] }>(
    alice,
    'GET',
    `/messages/${sent[2]?.id}/receipts`,
  )
  expect(body.items).toEqual([
    { userId: bob.id, deliveredAt: expect.stringMatching(/Z$/), readAt: null },
  ])
})

test('what was read was delivered, and a large thread keeps no such cursors', async () => {
  const { bob, id, path } = await stage()
  await call(bob, 'POST', `/threads/${id}/read`, { seq: 2 })
  expect((await call(bob, 'POST', path, { seq: 1 })).body).toEqual({ deliveredSeq: 2 })
  const owner = await signIn('Owner')
  const crowd = Array.from({ length: 20 }, (_, n) => `m${n}`)
  const large = await call<{ id: string }>(owner, 'POST', '/threads', {
    participants: [...crowd, bob.id],
  })
  await send(owner, large.body.id, 'hello')
  const none = await call(bob, 'POST', `/threads/${large.body.id}/delivered`)
  expect(none.body).toEqual({ deliveredSeq: 0 })
})

test('is for members, and takes a place in the thread', async () => {
  const { bob, path } = await stage()
  const eve = await signIn('Eve')
  expect(refusal(await call(eve, 'POST', path))).toEqual([404, 'not_found'])
  for (const seq of [-1, 1.5, '2'])
    // oxlint-disable-next-line no-await-in-loop
    expect(refusal(await call(bob, 'POST', path, { seq }))).toEqual([400, 'invalid'])
})
