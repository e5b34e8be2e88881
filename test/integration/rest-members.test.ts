// Members over REST: who is in a thread, and as what.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Member, Thread } from '../../src/contract/thread.ts'
import { aGroup, aThread, call, refusal, send, signIn, threadObject } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])

describe('members', () => {
  test('are added, given roles and taken out by owner and admins', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob])
    const path = `/threads/${id}/members`
    expect(refusal(await call(bob, 'POST', path, { userId: cleo.id }))).toEqual([403, 'forbidden'])
    const added = await call<Page<Member>>(alice, 'POST', path, { userId: cleo.id, role: 'admin' })
    expect(added.status).toBe(201)
    expect(added.body.items.map(({ userId, role }) => [userId, role])).toEqual([[cleo.id, 'admin']])
    await evictDurableObject(threadObject(id))
    const grant = await call(cleo, 'PATCH', `${path}/${bob.id}`, { role: 'owner' })
    expect(refusal(grant)).toEqual([403, 'forbidden'])
    const lower = await call(cleo, 'PATCH', `${path}/${alice.id}`, { role: 'member' })
    expect(refusal(lower)).toEqual([403, 'forbidden'])
    const alone = await call(alice, 'PATCH', `${path}/${alice.id}`, { role: 'member' })
    expect(refusal(alone)).toEqual([409, 'conflict'])
    expect(refusal(await call(cleo, 'DELETE', `${path}/${alice.id}`))).toEqual([403, 'forbidden'])
    expect((await call(cleo, 'DELETE', `${path}/${bob.id}`)).status).toBe(204)
    expect(refusal(await call(cleo, 'DELETE', `${path}/${bob.id}`))).toEqual([404, 'not_found'])
    expect(refusal(await call(bob, 'GET', `/threads/${id}`))).toEqual([404, 'not_found'])
    expect((await call<Page<Thread>>(bob, 'GET', '/threads')).body.items).toEqual([])
    const { body } = await call<Page<Member>>(alice, 'GET', path)
    expect(body.items.map(({ userId }) => userId)).toEqual([alice.id, cleo.id])
  })

  test('list in pages', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    const first = await call<Page<Member>>(bob, 'GET', `/threads/${id}/members?limit=2`)
    expect(first.body.items.length).toBe(2)
    const rest = await call<Page<Member>>(
      bob,
      'GET',
      `/threads/${id}/members?limit=2&cursor=${first.body.nextCursor}`,
    )
    expect([...first.body.items, ...rest.body.items].map(({ userId }) => userId)).toEqual([
      alice.id,
      bob.id,
      cleo.id,
    ])
    expect(rest.body.nextCursor).toBe(null)
  })

  test('who leave hand the thread on, and who come back start at the head', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    await send(alice, id, 'one')
    expect((await call(alice, 'DELETE', `/threads/${id}`)).status).toBe(204)
    expect(refusal(await call(alice, 'GET', `/threads/${id}/messages`))).toEqual([404, 'not_found'])
    const { body } = await call<Page<Member>>(cleo, 'GET', `/threads/${id}/members`)
    expect(body.items.map(({ userId, role }) => [userId, role])).toEqual([
      [bob.id, 'owner'],
      [cleo.id, 'member'],
    ])
    await send(cleo, id, 'two')
    await call(bob, 'POST', `/threads/${id}/members`, { userIds: [alice.id, cleo.id] })
    await evictDurableObject(threadObject(id))
    const back = await call<Thread>(alice, 'GET', `/threads/${id}`)
    expect([back.body.unread, back.body.readSeq]).toEqual([0, 2])
    const history = await call<Page<unknown>>(alice, 'GET', `/threads/${id}/messages`)
    expect(history.body.items.length).toBe(2)
  })

  test('who join later see only what is later where the thread says so', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob], { metadata: { historyFrom: 'join' } })
    const early = await send(alice, id, 'before')
    await call(alice, 'POST', `/threads/${id}/members`, { userId: cleo.id })
    const late = await send(alice, id, 'after')
    await evictDurableObject(threadObject(id))
    const { body } = await call<Page<unknown>>(cleo, 'GET', `/threads/${id}/messages`)
    expect(body.items).toEqual([late])
    expect(refusal(await call(cleo, 'GET', `/messages/${early.id}`))).toEqual([404, 'not_found'])
  })

  test('of a direct thread stay the two they are', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aThread(alice, [bob])
    const path = `/threads/${id}/members`
    const answer = await call(alice, 'POST', path, { userId: cleo.id })
    expect([403, 409]).toContain(answer.status)
    expect([403, 409]).toContain((await call(alice, 'DELETE', `${path}/${bob.id}`)).status)
  })

  test.each([
    ['userId', {}],
    ['userId', { userId: '' }],
    ['userIds', { userIds: Array<string>(1001).fill('x') }],
    ['role', { userId: 'x', role: 'king' }],
  ])('with a bad %s are refused by name: %#', async (field, body) => {
    const [alice, bob] = await three()
    const { id } = await aGroup(alice, [bob])
    const path = `/threads/${id}/members`
    const answer = await call<{ error: { message: string } }>(alice, 'POST', path, body)
    expect(refusal(answer as never)).toEqual([400, 'invalid'])
    expect(answer.body.error.message).toMatch(new RegExp(`^${field}`))
  })
})
