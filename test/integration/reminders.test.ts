// Reminders: one's own, at their time, with what may then be seen of the message.
import { abortAllDurableObjects, evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Notification } from '../../src/contract/notification.ts'
import type { Reminder } from '../../src/contract/reminder.ts'
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
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString()
const remind = (user: Someone, messageId: string, remindAt: unknown = inHours(1)) =>
  call<Reminder>(user, 'PUT', `/messages/${messageId}/reminder`, { remindAt })
const reminders = async (user: Someone, query = '') =>
  (await call<Page<Reminder>>(user, 'GET', `/reminders${query}`)).body
const reminded = async (user: Someone) => {
  const { items } = (await call<Page<Notification>>(user, 'GET', '/notifications')).body
  return items.filter(({ type }) => type === 'reminder')
}
const two = () => Promise.all([signIn('Alice'), signIn('Bob')] as const)
const time = expect.stringMatching(/^\d{4}-.*Z$/)

describe('a reminder', () => {
  test('arrives once, as a notification, on all devices', async () => {
    const [alice, bob] = await two()
    const { id } = await aGroup(alice, [bob], { title: 'Trip' })
    const sent = await send(alice, id, 'bring <b>the tent</b>', { format: 'html' })
    const device = await socket(bob)
    const remindAt = inHours(3)
    const { status, body } = await remind(bob, sent.id, remindAt)
    const reminder = { messageId: sent.id, threadId: id, remindAt, createdAt: time }
    expect([status, body]).toEqual([200, reminder])
    await device.event('reminder.updated', (told) => told.remindAt === remindAt)
    expect((await remind(bob, sent.id, remindAt)).body).toEqual(body)
    await evictDurableObject(userObject(bob))
    expect(await reminders(bob)).toEqual({ items: [body], nextCursor: null })
    expect((await reminders(alice)).items).toEqual([])

    await evictDurableObject(threadObject(id))
    await passTime(userObject(bob))
    const { data } = await device.event('notification.created', ({ type }) => type === 'reminder')
    expect(data).toEqual({
      id: expect.any(String),
      type: 'reminder',
      title: 'Trip',
      message: 'bring the tent',
      threadId: id,
      messageId: sent.id,
      sender: sent.sender,
      count: 1,
      read: false,
      readAt: null,
      createdAt: time,
    })
    await device.event('reminder.updated', (told) => told.remindAt === null)
    expect(await reminded(bob)).toEqual([data])
    expect(await reminders(bob)).toEqual({ items: [], nextCursor: null })
    await evictDurableObject(userObject(bob))
    await passTime(userObject(bob))
    expect(await reminded(bob)).toEqual([data])
    const read = await call<Notification>(bob, 'POST', `/notifications/${data.id}/read`)
    expect(read.body).toEqual({ ...data, read: true, readAt: time })
    expect((await call(bob, 'DELETE', `/notifications/${data.id}`)).status).toBe(204)
    expect(await reminded(bob)).toEqual([])
    device.close()
  })

  test('is moved and removed; the next one comes first in the list', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const ids: string[] = []
    for (const content of ['a', 'b', 'c']) ids.push((await send(alice, id, content)).id)
    const [a = '', b = '', c = ''] = ids
    for (const [index, each] of ids.entries()) await remind(alice, each, inHours(index + 2))
    await remind(alice, c, inHours(1))
    const first = await reminders(alice, '?limit=2')
    expect(first.items.map(({ messageId }) => messageId)).toEqual([c, a])
    const rest = await reminders(alice, `?limit=2&cursor=${first.nextCursor}`)
    expect(rest.items.map(({ messageId }) => messageId)).toEqual([b])
    expect((await call(alice, 'DELETE', `/messages/${a}/reminder`)).status).toBe(204)
    expect(refusal(await call(alice, 'DELETE', `/messages/${a}/reminder`))).toEqual([
      404,
      'not_found',
    ])
    await passTime(userObject(alice))
    const messages = (await reminded(alice)).map(({ message }) => message)
    expect(messages.toSorted()).toEqual(['b', 'c'])
  })

  test('says nothing of a message that one may not see any more', async () => {
    const [alice, bob] = await two()
    const direct = await aThread(alice, [bob])
    const left = await aGroup(alice, [bob], { title: 'Secret plans' })
    const gone = await send(alice, direct.id, 'gone before')
    const later = await send(alice, direct.id, 'gone after')
    const hidden = await send(alice, direct.id, 'hidden')
    const parted = await send(alice, left.id, 'not for those who left')
    for (const { id } of [gone, later, hidden, parted]) await remind(bob, id)
    await call(alice, 'DELETE', `/messages/${gone.id}`)
    await call(bob, 'DELETE', `/messages/${hidden.id}?for=me`)
    await call(bob, 'DELETE', `/threads/${left.id}`)
    const device = await socket(bob)
    await passTime(userObject(bob))
    await device.event('notification.created', ({ message }) => message === 'gone after')
    const wordless = { title: null, message: null, sender: null, messageId: null }
    const said = await reminded(bob)
    expect(said).toHaveLength(4)
    expect(said.filter(({ message }) => message === null)).toMatchObject([
      wordless,
      wordless,
      wordless,
    ])
    await call(alice, 'DELETE', `/messages/${later.id}`)
    await evictDurableObject(userObject(bob))
    expect(await reminded(bob)).toMatchObject([wordless, wordless, wordless, wordless])
    const all = JSON.stringify([device.items, await reminded(bob)])
    for (const words of ['gone before', 'hidden', 'Secret', 'not for'])
      expect(all).not.toContain(words)
    device.close()
  })

  test('arrives once, however often the objects are aborted meanwhile', async () => {
    const [alice, bob] = await two()
    const threads = [await aThread(alice, [bob]), await aGroup(alice, [bob])]
    for (let n = 0; n < 12; n++)
      await remind(bob, (await send(alice, threads[n % 2]?.id ?? '', `${n}`)).id)
    let rounds = 0
    for (let left = 12; left > 0; left = (await reminders(bob)).items.length) {
      expect(++rounds).toBeLessThan(60)
      const firing = passTime(userObject(bob)).catch(() => 'cut off')
      for (let turn = 0; turn < rounds % 6; turn++) await call(alice, 'GET', '/unread')
      await abortAllDurableObjects()
      await firing
    }
    const numbers = (await reminded(bob)).map(({ message }) => Number(message))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n))
  })

  test('is refused for what is no time, no message or not mine', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'x')
    for (const at of [inHours(-1), inHours(24 * 400), 'soon', null, 5])
      expect(refusal(await remind(bob, sent.id, at))).toEqual([400, 'invalid'])
    const eve = await signIn('Eve')
    expect(refusal(await remind(eve, sent.id))).toEqual([404, 'not_found'])
    for (const messageId of ['nothing', `${sent.id}9`, 'm0aaaaaaaaaaaaaaaaaaaaaa-1'])
      expect(refusal(await remind(bob, messageId))).toEqual([404, 'not_found'])
    await call(alice, 'DELETE', `/messages/${sent.id}`)
    expect(refusal(await remind(bob, sent.id))).toEqual([404, 'not_found'])
    expect(refusal(await call(bob, 'GET', '/reminders?cursor=x'))).toEqual([400, 'invalid'])
    expect(refusal(await call(null, 'GET', '/reminders'))).toEqual([401, 'unauthenticated'])
    expect(await reminders(bob)).toEqual({ items: [], nextCursor: null })
  })
})
