// One thread for a subject, whoever asks for it first, and who else is let in.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Thread } from '../../src/contract/thread.ts'
import { call, readModel, refusal, send, signIn, socket, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

const alice = await signIn('Alice')
const bob = await signIn('Bob')
const ada = await signIn('Ada', { role: 'admin' })

let bookings = 0
const aBooking = () => ({ type: 'booking', id: `b${++bookings}` })
const open = (user: Someone, subject: object, more: object = {}) =>
  call<Thread>(user, 'POST', '/threads', { type: 'support', subject, once: true, ...more })
const roles = ({ members }: Thread) => members.map(({ userId, role }) => [userId, role])

test('there is one, also when it is asked for many times at once', async () => {
  const subject = aBooking()
  const all = await Promise.all(Array.from({ length: 8 }, () => open(alice, subject)))
  expect(new Set(all.map(({ body }) => body.id)).size).toBe(1)
  expect(all.map(({ status }) => status).toSorted()).toEqual([...Array(7).fill(200), 201])
  expect(all[0]?.body).toMatchObject({ type: 'support', subject, memberCount: 1 })
  const other = await open(alice, aBooking())
  expect([other.status, other.body.id === all[0]?.body.id]).toEqual([201, false])
})

test('every admin comes in by asking, and another customer does not', async () => {
  const subject = aBooking()
  const { body: first } = await open(alice, subject)
  expect(roles(first)).toEqual([[alice.id, 'member']])
  const said = await send(alice, first.id, 'Is it paid?')
  expect(refusal(await open(bob, subject))).toEqual([403, 'forbidden'])
  expect(refusal(await call(ada, 'GET', `/threads/${first.id}`))).toEqual([404, 'not_found'])
  await evictDurableObject(threadObject(first.id))
  const wire = await socket(alice)
  const joined = await open(ada, subject)
  expect([joined.status, joined.body.lastMessage]).toEqual([200, said])
  expect(roles(joined.body)).toEqual([
    [alice.id, 'member'],
    [ada.id, 'admin'],
  ])
  expect((await wire.event('member.joined')).data).toMatchObject({ userId: ada.id, role: 'admin' })
  wire.close()
  const members = (await readModel(first.id)).members
  expect(members.map(({ user_id, role }) => [user_id, role]).toSorted()).toEqual(
    roles(joined.body).toSorted(),
  )
  expect((await open(ada, subject)).body.memberCount).toBe(2)
})

test('an admin who asks first leaves the customer’s place free; one customer takes it', async () => {
  const subject = aBooking()
  const { body: first } = await open(ada, subject)
  expect(roles(first)).toEqual([[ada.id, 'admin']])
  const both = await Promise.all([open(alice, subject), open(bob, subject)])
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 403])
})

test('who was taken out stays out, and nobody inherits what nobody owns', async () => {
  const subject = aBooking()
  const { body: first } = await open(alice, subject)
  await open(ada, subject)
  expect((await call(ada, 'DELETE', `/threads/${first.id}/members/${alice.id}`)).status).toBe(204)
  for (const customer of [alice, bob])
    expect(refusal(await open(customer, subject))).toEqual([403, 'forbidden'])
  expect(roles((await open(ada, subject)).body)).toEqual([[ada.id, 'admin']])
})

test('of another type it is another thread, and closed to all but its members', async () => {
  const subject = aBooking()
  const { body: support } = await open(alice, subject)
  const { body: group } = await open(bob, subject, { type: 'group' })
  expect(group.id).not.toBe(support.id)
  expect(roles(group)).toEqual([[bob.id, 'owner']])
  expect(refusal(await open(ada, subject, { type: 'group' }))).toEqual([403, 'forbidden'])
})

test('it goes with a subject', async () => {
  const body = { type: 'support', once: true }
  expect(refusal(await call(alice, 'POST', '/threads', body))).toEqual([400, 'invalid'])
  const direct = { type: 'direct', once: true, subject: aBooking(), participants: [bob.id] }
  expect(refusal(await call(alice, 'POST', '/threads', direct))).toEqual([400, 'invalid'])
})
