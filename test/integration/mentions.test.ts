// Mentions: by name, of everyone, of whoever is there; counted, listed, and heard through a mute.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Draft } from '../../src/contract/draft.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Notification, Preferences } from '../../src/contract/notification.ts'
import type { Output } from '../../src/contract/operations.ts'
import type { Thread } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  call,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page = { items: Message[]; nextCursor: string | null }

const mentionsOf = async (user: Someone, query = '') =>
  (await call<Page>(user, 'GET', `/mentions${query}`)).body
const texts = async (user: Someone) => (await mentionsOf(user)).items.map(({ content }) => content)
const unread = async (user: Someone) =>
  (await call<Output<'unread.get'>>(user, 'GET', '/unread')).body
const notifications = async (user: Someone) =>
  (await call<{ items: Notification[] }>(user, 'GET', '/notifications')).body.items
const newestFirst = (a: Message, b: Message) =>
  compare(b.createdAt, a.createdAt) || compare(b.threadId, a.threadId) || b.seq - a.seq
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
const four = () =>
  Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo'), signIn('Dan')] as const)

test('@all calls every member, whoever came later not; counts are those of the threads', async () => {
  const [alice, bob, cleo, dan] = await four()
  const { id } = await aGroup(alice, [bob, cleo])
  const said = await send(bob, id, 'to all', { everyone: 'all' })
  expect(said).toMatchObject({ everyone: 'all', mentions: [] })
  await send(bob, id, 'to cleo', { mentions: [cleo.id, 'nobody'] })
  await send(bob, id, 'to nobody')
  await evictDurableObject(threadObject(id))
  await call(alice, 'POST', `/threads/${id}/members`, { userId: dan.id })
  for (const [user, count] of [
    [alice, 1],
    [cleo, 2],
  ] as const) {
    const items = [{ threadId: id, unread: 3, mentions: count }]
    expect(await unread(user)).toEqual({ total: 3, mentions: count, items })
    const one = (await call<Thread>(user, 'GET', `/threads/${id}`)).body
    const [listed] = (await call<{ items: Thread[] }>(user, 'GET', '/threads')).body.items
    expect([one.mentions, listed?.mentions]).toEqual([count, count])
  }
  // Dan makes everything unread, and was called by nothing of it.
  await call(dan, 'POST', `/threads/${id}/unread`, { seq: 1 })
  expect(await unread(dan)).toMatchObject({ total: 3, mentions: 0 })
  expect(await texts(dan)).toEqual([])
  expect(await unread(bob)).toMatchObject({ total: 0, mentions: 0 })
})

test('@here calls whoever has a device in use, wherever it is', async () => {
  const [alice, bob, cleo, dan] = await four()
  const { id } = await aGroup(alice, [bob, cleo, dan])
  const [atHome, onScreen, away] = [
    await socket(bob),
    await threadSocket(cleo, id),
    await socket(dan),
  ]
  await away.ask('presence.set', { status: 'away' })
  await evictDurableObject(threadObject(id))
  const said = await send(alice, id, 'who is there?', { everyone: 'here' })
  expect(said).toMatchObject({ everyone: 'here', mentions: [] })
  const heard = await atHome.event('message.created')
  expect(heard.data).toEqual(said)
  // Who is there is nobody's business.
  expect(JSON.stringify([said, heard])).not.toContain(cleo.id)
  const counts = await Promise.all([alice, bob, cleo, dan].map(unread))
  expect(counts.map(({ mentions }) => mentions)).toEqual([0, 1, 1, 0])
  const list = await call<Page>(dan, 'GET', `/threads/${id}/messages`)
  expect(list.body.items).toEqual([said])
  for (const device of [atHome, onScreen, away]) device.close()
})

test('in a large thread only owners and admins call everyone', async () => {
  const [alice, bob, cleo, dan] = await four()
  const crowd = Array.from({ length: 18 }, (_, n) => `crowd-${n}`)
  const { id } = await aGroup(alice, [bob, cleo])
  await call(alice, 'POST', `/threads/${id}/members`, { userId: dan.id, role: 'guest' })
  const path = `/threads/${id}/messages`
  expect((await call(bob, 'POST', path, { content: 'x', everyone: 'all' })).status).toBe(201)
  expect(refusal(await call(dan, 'POST', path, { content: 'x', everyone: 'all' }))).toEqual([
    403,
    'forbidden',
  ])
  await call(alice, 'POST', `/threads/${id}/members`, { userIds: crowd })
  await call(alice, 'PATCH', `/threads/${id}/members/${cleo.id}`, { role: 'admin' })
  for (const everyone of ['all', 'here'] as const) {
    const content = `to ${everyone}`
    const refused = await call(bob, 'POST', path, { content, everyone })
    expect(refusal(refused)).toEqual([403, 'forbidden'])
    expect(refused.body).toMatchObject({ error: { message: expect.stringContaining('20') } })
    expect((await call(cleo, 'POST', path, { content, everyone })).status).toBe(201)
  }
  for (const everyone of ['everyone', true, ['all']])
    expect(refusal(await call(alice, 'POST', path, { content: 'x', everyone }))).toEqual([
      400,
      'invalid',
    ])
  const { items } = (await call<Page>(alice, 'GET', path)).body
  expect(items.map(({ content }) => content)).toEqual(['x', 'to all', 'to here'])
})

test('the list is of all my threads, newest first, in pages, without what I may not see', async () => {
  const [alice, bob, cleo] = await four()
  const threads = [await aThread(alice, [bob]), await aGroup(alice, [bob, cleo])]
  const group = threads[1]?.id ?? ''
  const said: Message[] = []
  for (let n = 0; n < 9; n++) {
    const { id = '' } = threads[n % 2] ?? {}
    await send(n % 4 === 3 ? bob : alice, id, `plain ${n}`)
    said.push(await send(alice, id, `for bob ${n}`, { mentions: [bob.id] }))
  }
  const expected = said.toSorted(newestFirst).map(({ id }) => id)
  const ids: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Page = await mentionsOf(bob, `?limit=2${cursor && `&cursor=${cursor}`}`)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(ids).toEqual(expected)
  expect(await mentionsOf(alice)).toEqual({ items: [], nextCursor: null })
  expect(refusal(await call(bob, 'GET', '/mentions?cursor=x'))).toEqual([400, 'invalid'])
  expect(refusal(await call(null, 'GET', '/mentions'))).toEqual([401, 'unauthenticated'])

  const [first = '', second = '', ...rest] = expected
  await call(alice, 'DELETE', `/messages/${first}`)
  await call(bob, 'DELETE', `/messages/${second}?for=me`)
  expect((await mentionsOf(bob)).items.map(({ id }) => id)).toEqual(rest)
  await call(bob, 'PUT', `/blocks/${cleo.id}`)
  await send(cleo, group, 'from the blocked', { mentions: [bob.id] })
  expect((await mentionsOf(bob)).items.map(({ id }) => id)).toEqual(rest)
  await call(bob, 'DELETE', `/threads/${group}`)
  const direct = threads[0]?.id
  expect((await mentionsOf(bob)).items.every(({ threadId }) => threadId === direct)).toBe(true)
})

test('a mention is heard through a mute only where it is wanted', async () => {
  const [alice, bob, cleo] = await four()
  const { id } = await aGroup(alice, [bob, cleo], { title: 'Trip' })
  const path = '/notifications/preferences'
  expect((await call<Preferences>(bob, 'GET', path)).body.mentionsThroughMute).toBe(false)
  await call(bob, 'POST', `/threads/${id}/mute`, { duration: 'forever' })
  const device = await socket(bob)
  const one = await send(alice, id, 'psst', { mentions: [bob.id] })
  await device.event('message.created', (message) => message.id === one.id)
  expect(await notifications(bob)).toEqual([])
  expect(await unread(bob)).toMatchObject({ total: 0, mentions: 0, items: [{ mentions: 1 }] })

  await call(bob, 'PATCH', path, { mentionsThroughMute: true })
  await evictDurableObject(userObject(bob))
  await evictDurableObject(threadObject(id))
  expect(await notifications(bob)).toMatchObject([{ threadId: id, count: 1, message: 'psst' }])
  expect(await unread(bob)).toMatchObject({ total: 1, mentions: 1 })
  await send(cleo, id, 'just talking')
  await send(cleo, id, 'all of you', { everyone: 'all' })
  const told = await device.event('notification.created', ({ count }) => count === 2)
  expect(told.data).toMatchObject({ threadId: id, title: 'Trip', message: 'all of you' })
  await send(alice, id, 'more talk')
  await send(alice, id, 'and you', { mentions: [bob.id] })
  await device.event('notification.created', ({ count }) => count === 3)
  const created = device.events().filter(({ event }) => event === 'notification.created')
  expect(JSON.stringify(created)).not.toContain('talk')
  expect(await notifications(bob)).toMatchObject([{ count: 3, message: 'and you' }])
  expect(await unread(bob)).toMatchObject({ total: 3, mentions: 3, items: [{ unread: 5 }] })
  expect(refusal(await call(bob, 'PATCH', path, { mentionsThroughMute: 1 }))).toEqual([
    400,
    'invalid',
  ])
  device.close()
})

test('a draft keeps whom it calls, and calls them when it is sent', async () => {
  const [alice, bob] = await four()
  const { id } = await aThread(alice, [bob])
  const input = { draft: true, content: 'soon', everyone: 'all' }
  const { body } = await call<Draft>(alice, 'POST', `/threads/${id}/messages`, input)
  expect(body.everyone).toBe('all')
  await call(alice, 'PATCH', `/messages/${body.id}`, { everyone: null })
  await call(alice, 'PATCH', `/messages/${body.id}`, { everyone: 'all' })
  expect(await unread(bob)).toMatchObject({ mentions: 0 })
  await call(alice, 'POST', `/messages/${body.id}/send`)
  expect(await unread(bob)).toMatchObject({ mentions: 1 })
  expect(await texts(bob)).toEqual(['soon'])
})
