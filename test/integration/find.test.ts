// Threads found by what they are about, or by who is in them.
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Thread, ThreadFacts } from '../../src/contract/thread.ts'
import { aGroup, aThread, call, refusal, signIn } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

const two = async () => [await signIn('Alice'), await signIn('Bob')] as const

async function about(user: Someone, path: string): Promise<string[]> {
  const { body } = await call<{ items: Thread[] }>(user, 'GET', `/subjects/${path}`)
  return body.items.map(({ id }) => id)
}

test('my threads about a subject, and nobody else’s', async () => {
  const [alice, bob] = await two()
  const subject = { type: 'post', id: 'post 7' }
  const post = await aGroup(alice, [bob], { type: 'post', subject })
  const support = await aGroup(bob, [alice], { type: 'support', subject })
  const other = { type: 'booking', id: 'post 7' }
  const booking = await aGroup(alice, [], { subject: other })
  await aGroup(alice, [bob], { subject: { type: 'post', id: 'post 8' } })
  await aGroup(alice, [bob])
  const path = 'post%207/threads'
  expect(new Set(await about(alice, path))).toEqual(new Set([post.id, support.id, booking.id]))
  expect(await about(alice, `${path}?type=post`)).toEqual([post.id])
  expect(await about(alice, `${path}?subjectType=booking`)).toEqual([booking.id])
  expect(new Set(await about(bob, path))).toEqual(new Set([post.id, support.id]))
  // Out of sight in an archive, and still there.
  await call(bob, 'POST', `/threads/${post.id}/archive`)
  expect(await about(bob, `${path}?type=post`)).toEqual([post.id])
  expect(await about(await signIn('Eve'), path)).toEqual([])
  const wrong = await call(alice, 'GET', `/subjects/${path}?type=club`)
  expect(refusal(wrong)).toEqual([400, 'invalid'])
})

test('they are found by an index, whatever the number of threads', async () => {
  const { results } = await env.DB.prepare(
    `EXPLAIN QUERY PLAN SELECT t.id FROM threads t WHERE t.subject IS NOT NULL
     AND t.subject ->> 'id' = ?`,
  )
    .bind('7')
    .all<{ detail: string }>()
  expect(results[0]?.detail).toContain('USING INDEX threads_subject')
})

test('the id of a direct thread is known before there is one', async () => {
  const [alice, bob] = await two()
  const { body } = await call<{ threadId: string }>(alice, 'GET', `/users/${bob.id}/thread`)
  expect(refusal(await call(alice, 'GET', `/threads/${body.threadId}`))).toEqual([404, 'not_found'])
  const { id } = await aThread(bob, [alice])
  expect(body).toEqual({ threadId: id })
  expect(refusal(await call(alice, 'GET', `/users/${alice.id}/thread`))).toEqual([400, 'invalid'])
})

const facts = async (user: Someone, id: string) =>
  (await call<ThreadFacts>(user, 'GET', `/threads/${id}/facts`)).body

test('what never changes of a thread', async () => {
  const [alice, bob] = await two()
  const direct = await aThread(alice, [bob])
  const subject = { type: 'community', id: 'c1' }
  const community = await aGroup(bob, [alice], { type: 'community', subject })
  const { id, createdAt } = direct
  expect(await facts(bob, id)).toEqual({
    ...{ id, createdAt, type: 'direct', subject: null, createdBy: alice.id },
    pair: expect.arrayContaining([alice.id, bob.id]),
  })
  expect(await facts(alice, community.id)).toMatchObject({ subject, createdBy: bob.id, pair: [] })
  const eve = await signIn('Eve')
  expect(refusal(await call(eve, 'GET', `/threads/${id}/facts`))).toEqual([404, 'not_found'])
})
