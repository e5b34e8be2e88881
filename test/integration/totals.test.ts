// How many there are in all: the same as leafing through all pages would count.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Thread } from '../../src/contract/thread.ts'
import { aGroup, call, send, signIn, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null; total?: number; deleted?: number }

const counted = async (user: Someone, id: string) => {
  const { body } = await call<Page<Message>>(
    user,
    'GET',
    `/threads/${id}/messages?total=true&limit=1`,
  )
  const { body: all } = await call<Page<Message>>(user, 'GET', `/threads/${id}/messages`)
  const deleted = all.items.filter(({ deletedAt }) => deletedAt !== null).length
  expect([body.total, body.deleted]).toEqual([all.items.length, deleted])
  expect(all).not.toHaveProperty('total')
  return body.total
}

describe('messages of a thread', () => {
  test('but for what is hidden, said by the blocked or the shadow-banned, or before I came', async () => {
    const [ann, bob, cleo, dan] = [
      await signIn('Ann'),
      await signIn('Bob'),
      await signIn('Cleo'),
      await signIn('Dan'),
    ]
    const admin = await signIn('Ada', { role: 'admin' })
    const { id } = await aGroup(ann, [bob, cleo], { metadata: { historyFrom: 'join' } })
    const sent = []
    for (const [n, user] of [ann, bob, cleo, ann, bob].entries())
      sent.push(await send(user, id, `m${n}`))
    await call(admin, 'PUT', `/admin/bans/${cleo.id}`, { shadow: true })
    await send(cleo, id, 'unseen')
    await call(cleo, 'DELETE', `/messages/${sent[2]?.id}?for=me`)
    await call(bob, 'DELETE', `/messages/${sent[3]?.id}?for=me`)
    await call(ann, 'DELETE', `/messages/${sent[3]?.id}`)
    await call(ann, 'DELETE', `/messages/${sent[0]?.id}`)
    await call(ann, 'POST', `/threads/${id}/members`, { userId: dan.id })
    await call(dan, 'PUT', `/blocks/${bob.id}`)
    await send(bob, id, 'not for Dan')
    await send(ann, id, 'for all')
    await evictDurableObject(threadObject(id))
    const totals = []
    for (const user of [ann, bob, cleo, dan]) totals.push(await counted(user, id))
    expect(totals).toEqual([7, 6, 7, 1])
  })
})

test('threads: active, archived, open and closed', async () => {
  const ann = await signIn('Ann')
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push((await aGroup(ann, [], { title: `t${n}` })).id)
  await call(ann, 'POST', `/threads/${ids[0]}/archive`)
  await call(ann, 'PATCH', `/threads/${ids[1]}`, { status: 'closed' })
  await call(ann, 'PATCH', `/threads/${ids[2]}`, { status: 'closed' })
  await call(ann, 'POST', `/threads/${ids[2]}/archive`)
  await call(ann, 'POST', `/threads/${ids[3]}/hide`)
  const list = async (status: string) => {
    const path = `/threads?status=${status}&total=true`
    const { body } = await call<Page<Thread>>(ann, 'GET', path)
    expect(body.total).toBe(body.items.length)
    return body.items.map(({ title }) => title).toSorted()
  }
  expect(await list('active')).toEqual(['t1', 't4'])
  expect(await list('archived')).toEqual(['t0', 't2'])
  expect(await list('open')).toEqual(['t4'])
  expect(await list('closed')).toEqual(['t1', 't2'])
})
