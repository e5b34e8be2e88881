// Notifications: derived from what is unread, written only where somebody said something of their own.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Notification } from '../../src/contract/notification.ts'
import {
  aGroup,
  aThread,
  call,
  passTime,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type List = { items: Notification[]; nextCursor: string | null; unread: number }
const time = expect.stringMatching(/^\d{4}-.*Z$/)
const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
const list = async (user: Someone, query = '') =>
  (await call<List>(user, 'GET', `/notifications${query}`)).body
const items = async (user: Someone, query = '') => (await list(user, query)).items
const only = async (user: Someone): Promise<Notification> => {
  const all = await items(user)
  const [first] = all
  if (!first || all.length > 1) throw new Error(`not one: ${JSON.stringify(all)}`)
  return first
}
const rowsOf = (user: Someone) =>
  runInDurableObject(userObject(user), (_, { storage }) => {
    const count = (table: string) => storage.sql.exec(`SELECT * FROM ${table}`).toArray().length
    return count('notifications') + count('noticed')
  })

afterEach(() => {
  vi.useRealTimers()
})

describe('messages', () => {
  test('make one notification for each thread, without a row', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aThread(alice, [bob])
    const group = await aGroup(alice, [bob, cleo], { title: 'Trip' })
    await send(alice, id, 'first')
    const sent = await send(alice, id, 'and <b>second</b>')
    const planned = await send(cleo, group.id, '<p>on <b>Monday</b></p>', { format: 'html' })
    const ofThread = {
      id: `n${id}`,
      type: 'message',
      title: 'Alice',
      message: 'and <b>second</b>',
      threadId: id,
      messageId: sent.id,
      sender: sent.sender,
      count: 2,
      read: false,
      readAt: null,
      createdAt: sent.createdAt,
    }
    const ofGroup = {
      ...ofThread,
      id: `n${group.id}`,
      title: 'Trip',
      message: 'on Monday',
      threadId: group.id,
      messageId: planned.id,
      sender: planned.sender,
      count: 1,
      createdAt: planned.createdAt,
    }
    const { items, nextCursor, unread } = await list(bob)
    expect(items).toEqual(expect.arrayContaining([ofThread, ofGroup]))
    expect([items.length, nextCursor, unread]).toEqual([2, null, 2])
    const page = await list(bob, '?limit=1')
    expect(page.items).toEqual(items.slice(0, 1))
    expect(await list(bob, `?limit=1&cursor=${page.nextCursor}`)).toEqual({
      items: items.slice(1),
      nextCursor: null,
      unread: 2,
    })
    const bad = await call(bob, 'GET', '/notifications?cursor=x')
    expect(refusal(bad)).toEqual([400, 'invalid'])
    expect(await list(alice)).toMatchObject({ items: [{ threadId: group.id }], unread: 1 })
    expect(await rowsOf(bob)).toBe(0)
  })

  test('that were read have none any more', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, '1')
    await call(bob, 'POST', `/threads/${id}/read`)
    expect(await list(bob)).toEqual({ items: [], nextCursor: null, unread: 0 })
    await send(alice, id, '2')
    expect(await only(bob)).toMatchObject({ count: 1, message: '2' })
    await send(bob, id, 'answered')
    expect(await items(bob)).toEqual([])
  })

  test('are done with one by one, without reading the thread', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, '1')
    const path = `/notifications/n${id}`
    const read = await call<Notification>(bob, 'POST', `${path}/read`)
    expect([read.status, read.body]).toMatchObject([
      200,
      { id: `n${id}`, read: true, readAt: time, message: '1' },
    ])
    await evictDurableObject(userObject(bob))
    expect(await items(bob, '?read=false')).toEqual([])
    expect(await items(bob, '?read=true')).toMatchObject([
      { id: `n${id}`, read: true, message: '1' },
    ])
    expect((await list(bob)).unread).toBe(0)
    expect((await call<{ total: number }>(bob, 'GET', '/unread')).body.total).toBe(1)
    await send(alice, id, '2')
    expect(await only(bob)).toMatchObject({ read: false, count: 1, message: '2' })
    expect((await call(bob, 'DELETE', path)).status).toBe(204)
    expect(await items(bob)).toEqual([])
    expect(refusal(await call(bob, 'DELETE', path))).toEqual([404, 'not_found'])
    await send(alice, id, '3')
    expect(await only(bob)).toMatchObject({ read: false, count: 1, message: '3' })
    expect(await rowsOf(bob)).toBe(1)
  })

  test('make none where the thread is muted, also not when it is loud again', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await call(bob, 'POST', `/threads/${id}/mute`, { duration: '1h' })
    await send(alice, id, 'psst')
    expect(await items(bob)).toEqual([])
    await call(bob, 'POST', `/threads/${id}/unmute`)
    expect(await items(bob)).toEqual([])
    await send(alice, id, 'hey')
    expect(await only(bob)).toMatchObject({ count: 1, message: 'hey' })
    await call(bob, 'POST', `/threads/${id}/mute`, { duration: 1 })
    await send(alice, id, 'psst again')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2000 })
    await passTime(threadObject(id) as never)
    await send(alice, id, 'hey again')
    expect(await only(bob)).toMatchObject({ count: 1, message: 'hey again' })
  })

  test('make none for who is looking, nor of whom they block', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    const device = await socket(bob)
    const screen = await threadSocket(bob, id)
    await send(alice, id, 'seen')
    await screen.event('message.created')
    expect(await items(bob)).toEqual([])
    screen.close()
    await screen.closed
    await evictDurableObject(threadObject(id))
    expect(await items(bob)).toEqual([])
    await call(bob, 'PUT', `/blocks/${cleo.id}`)
    await send(cleo, id, 'hidden')
    expect(await items(bob)).toEqual([])
    await send(alice, id, 'missed')
    expect(await only(bob)).toMatchObject({ count: 1, message: 'missed' })
    const told = await device.event('notification.created')
    expect(told.data).toMatchObject({ message: 'missed', count: 1 })
    expect(device.names().filter((name) => name === 'notification.created').length).toBe(1)
  })

  test('of a thread that was left leave a notification without their words', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo], { title: 'Secret plans' })
    const sent = await send(alice, id, 'the secret')
    await call(alice, 'DELETE', `/threads/${id}/members/${bob.id}`)
    await evictDurableObject(userObject(bob))
    expect(await only(bob)).toEqual({
      id: `n${id}`,
      type: 'message',
      title: null,
      message: null,
      threadId: id,
      messageId: null,
      sender: null,
      count: 1,
      read: false,
      readAt: null,
      createdAt: sent.createdAt,
    })
    await send(alice, id, 'among us')
    expect(await only(bob)).toMatchObject({ count: 1, message: null })
    const read = await call<Notification>(bob, 'POST', `/notifications/n${id}/read`)
    expect(read.body).toMatchObject({ read: true, message: null })
    await call(alice, 'POST', `/threads/${id}/members`, { userId: bob.id })
    await send(alice, id, 'welcome back')
    expect(await only(bob)).toMatchObject({ read: false, count: 1, message: 'welcome back' })
    expect(await only(cleo)).toMatchObject({ count: 3 })
  })

  test('that are no one’s of mine are not found', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'x')
    for (const name of [`n${id}`, 'n', 'nope', id])
      for (const [method, tail] of [
        ['POST', '/read'],
        ['DELETE', ''],
      ] as const)
        expect(refusal(await call(cleo, method, `/notifications/${name}${tail}`))).toEqual([
          404,
          'not_found',
        ])
  })
})

describe('a device', () => {
  test('hears of a thread’s notification as it grows, and when it is read elsewhere', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, '1')
    const device = await socket(bob)
    await send(alice, id, '2')
    const first = await device.event('notification.created')
    expect(first.data).toEqual(await only(bob))
    expect(first.data).toMatchObject({ count: 2, message: '2' })
    await send(alice, id, '3')
    await device.event('notification.created', ({ count }) => count === 3)
    await evictDurableObject(userObject(bob))
    await send(alice, id, '4')
    await device.event(
      'notification.created',
      ({ count, message }) => count === 4 && message === '4',
    )
    await call(bob, 'POST', `/threads/${id}/read`)
    const gone = await device.event('notification.updated')
    expect(gone.data).toEqual({ id: `n${id}`, read: true, readAt: time })
    await send(alice, id, '5')
    await device.event(
      'notification.created',
      ({ count, message }) => count === 1 && message === '5',
    )
  })

  test('hears when its notification was read or taken off the list, or its message deleted', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const device = await socket(bob)
    const sent = await send(alice, id, '1')
    await device.event('notification.created')
    await call(alice, 'DELETE', `/messages/${sent.id}`)
    await device.event('notification.updated', ({ deleted }) => deleted === true)
    await send(alice, id, '2')
    await device.event(
      'notification.created',
      ({ count, message }) => count === 1 && message === '2',
    )
    await call(bob, 'POST', `/notifications/n${id}/read`)
    await device.event('notification.updated', ({ deleted }) => deleted === undefined)
    await send(alice, id, '3')
    await device.event(
      'notification.created',
      ({ count, message }) => count === 1 && message === '3',
    )
  })

  test('hears nothing of muted threads, and of its own messages', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const [a, b] = [await socket(alice), await socket(bob)]
    await call(bob, 'POST', `/threads/${id}/mute`, { duration: 'forever' })
    await send(alice, id, 'psst')
    await b.event('message.created')
    await call(bob, 'POST', `/threads/${id}/unmute`)
    await send(alice, id, 'hey')
    const told = await b.event('notification.created')
    expect(told.data).toMatchObject({ count: 1, message: 'hey' })
    await a.event('message.created', ({ content }) => content === 'hey')
    expect(a.names()).not.toContain('notification.created')
  })

  test('is told once of a burst, with all of it counted', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    const device = await socket(bob)
    await Promise.all(
      Array.from({ length: 20 }, (_, n) => send(n % 2 === 0 ? alice : cleo, id, `${n}`)),
    )
    await device.event('notification.created', ({ count }) => count === 20)
    expect(await only(bob)).toMatchObject({ count: 20 })
  })
})

describe('an admin', () => {
  const notice = { type: 'announcement', title: 'Maintenance', message: 'Tonight at ten' }

  test('notifies somebody, on their devices and in their list', async () => {
    const [, bob] = await three()
    const admin = await signIn('Root', { role: 'admin' })
    const device = await socket(bob)
    const body = { recipientId: bob.id, ...notice }
    const sent = await call<Notification>(admin, 'POST', '/admin/notifications', body)
    expect([sent.status, sent.body]).toEqual([
      201,
      {
        id: expect.any(String),
        ...notice,
        threadId: null,
        messageId: null,
        sender: null,
        count: 1,
        read: false,
        readAt: null,
        createdAt: time,
      },
    ])
    expect((await device.event('notification.created')).data).toEqual(sent.body)
    await evictDurableObject(userObject(bob))
    expect(await only(bob)).toEqual(sent.body)
    const path = `/notifications/${sent.body.id}`
    const read = await call<Notification>(bob, 'POST', `${path}/read`)
    expect(read.body).toEqual({ ...sent.body, read: true, readAt: time })
    expect((await call(bob, 'POST', `${path}/read`)).body).toEqual(read.body)
    expect((await device.event('notification.updated')).data).toEqual({
      id: sent.body.id,
      read: true,
      readAt: read.body.readAt,
    })
    expect((await call(bob, 'DELETE', path)).status).toBe(204)
    expect(refusal(await call(bob, 'DELETE', path))).toEqual([404, 'not_found'])
    expect(await items(bob)).toEqual([])
  })

  test('and nobody else', async () => {
    const [alice, bob] = await three()
    const moderator = await signIn('Mod', { role: 'moderator' })
    const body = { recipientId: bob.id, ...notice }
    for (const one of [alice, moderator])
      expect(refusal(await call(one, 'POST', '/admin/notifications', body))).toEqual([
        403,
        'forbidden',
      ])
    const admin = await signIn('Root', { role: 'admin' })
    const bad = await call(admin, 'POST', '/admin/notifications', { ...body, title: '' })
    expect(refusal(bad)).toEqual([400, 'invalid'])
  })
})

describe('preferences', () => {
  test('are as everybody’s until they are changed, one by one', async () => {
    const [alice] = await three()
    const path = '/notifications/preferences'
    const on = {
      emailEnabled: true,
      pushEnabled: true,
      soundEnabled: true,
      mentionsThroughMute: false,
      quietHours: null,
      threads: {},
    }
    expect((await call(alice, 'GET', path)).body).toEqual(on)
    const changed = { ...on, soundEnabled: false }
    expect((await call(alice, 'PATCH', path, { soundEnabled: false })).body).toEqual(changed)
    await evictDurableObject(userObject(alice))
    expect((await call(alice, 'GET', path)).body).toEqual(changed)
    expect(refusal(await call(alice, 'PATCH', path, { soundEnabled: 'no' }))).toEqual([
      400,
      'invalid',
    ])
  })
})
