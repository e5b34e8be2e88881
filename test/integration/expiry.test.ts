// Messages that vanish: gone for everybody at their time, whether or not the alarm was in time.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Draft } from '../../src/contract/draft.ts'
import type { Message } from '../../src/contract/message.ts'
import type { Output } from '../../src/contract/operations.ts'
import { bytesOf } from '../../src/core/bytes.ts'
import type { SyncPage, Thread } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  call,
  readModel,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'
import { anAttachment, download, stored } from './uploads.ts'

type Page = { items: Message[] }

const start = Date.now()
/** Seconds after the start of the test. */
const passTo = (seconds: number) => vi.setSystemTime(start + seconds * 1000)
const messages = async (user: Someone, id: string) =>
  (await call<Page>(user, 'GET', `/threads/${id}/messages`)).body.items
const contents = async (user: Someone, id: string) =>
  (await messages(user, id)).map(({ content }) => content)
const two = () => Promise.all([signIn('Alice'), signIn('Bob')] as const)
const read = async <T>(user: Someone, at: string) => (await call<T>(user, 'GET', at)).body
const found = async (user: Someone, q: string) =>
  (await call<Output<'message.search'>>(user, 'GET', `/search?q=${q}`)).body.items.length

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: start })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('a message that vanishes', () => {
  test('is shown to nobody from its time on, though the alarm be late', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    await send(alice, id, 'stays')
    const more = { expiresIn: 60, mentions: [bob.id], metadata: { a: 1 } }
    const sent = await send(alice, id, 'the secret', more)
    expect(Date.parse(sent.expiresAt ?? '') - Date.parse(sent.createdAt)).toBe(60_000)
    await call(alice, 'PATCH', `/messages/${sent.id}`, { content: 'the other secret' })
    await call(bob, 'PUT', `/messages/${sent.id}/reactions/x`)
    const reactions = `/threads/${id}/reactions?from=1&to=9`
    expect(await read(bob, reactions)).toMatchObject({ items: [{ messageId: sent.id }] })
    await runDurableObjectAlarm(threadObject(id))
    expect(await found(bob, 'secret')).toBe(1)
    expect((await messages(bob, id))[1]).toMatchObject({
      content: 'the other secret',
      expiresAt: sent.expiresAt,
    })

    passTo(60)
    await evictDurableObject(threadObject(id))
    const tombstone = { content: null, metadata: null, mentions: [], deletedAt: sent.expiresAt }
    const path = `/messages/${sent.id}`
    const gone = await read<Message>(bob, path)
    expect(gone).toMatchObject(tombstone)
    expect(gone).not.toHaveProperty('expiresAt')
    expect(await messages(bob, id)).toMatchObject([{ content: 'stays' }, tombstone])
    expect((await read<Thread>(bob, `/threads/${id}`)).lastMessage).toMatchObject(tombstone)
    const listed = await read<{ items: Thread[] }>(bob, '/threads')
    expect(listed.items).toMatchObject([{ lastMessage: tombstone, unread: 1, mentions: 0 }])
    expect(await read(bob, '/unread')).toMatchObject({ total: 1, mentions: 0 })
    expect((await read<SyncPage>(bob, `/threads/${id}/sync`)).messages[1]).toMatchObject(tombstone)
    const notifications = await read<Output<'notification.list'>>(bob, '/notifications')
    expect(notifications.items).toMatchObject([{ message: 'stays', count: 1 }])
    expect(await read(bob, '/mentions')).toMatchObject({ items: [] })
    expect((await read<Page>(alice, '/sent')).items.map(({ content }) => content)).toEqual([
      'stays',
    ])
    expect(await found(bob, 'secret')).toBe(0)
    expect(await read(bob, `${path}/history`)).toEqual({ items: [] })
    expect(await read(bob, reactions)).toEqual({ items: [] })
    for (const [user, method, at, body] of [
      [alice, 'PATCH', '', { content: 'x' }],
      [bob, 'PUT', '/reactions/x', {}],
      [bob, 'POST', '/forward', { threadIds: [id] }],
    ] as const)
      expect(refusal(await call(user, method, path + at, body))).toEqual([409, 'conflict'])
  })

  test('is deleted for all by the alarm: live, in sync, in the read model and in search', async () => {
    const [alice, bob] = await two()
    const { id } = await aGroup(alice, [bob])
    const device = await socket(bob)
    const sent = await send(alice, id, 'the secret', { expiresIn: 10 })
    await call(bob, 'PUT', `/messages/${sent.id}/reactions/x`)
    const { cursor } = (await call<SyncPage>(bob, 'GET', `/threads/${id}/sync`)).body
    passTo(9)
    await evictDurableObject(threadObject(id))
    await runDurableObjectAlarm(threadObject(id))
    expect(await contents(bob, id)).toEqual(['the secret'])
    passTo(11)
    await evictDurableObject(threadObject(id))
    await runDurableObjectAlarm(threadObject(id))
    const { data, version } = await device.event('message.deleted')
    expect(data).toMatchObject({ id: sent.id, content: null, deletedAt: sent.expiresAt })
    const { body } = await call<SyncPage>(bob, 'GET', `/threads/${id}/sync?cursor=${cursor}`)
    expect(body.messages).toEqual([{ ...data, version }])
    await threadObject(id).settle()
    await runDurableObjectAlarm(threadObject(id))
    const model = await readModel(id)
    expect(model.messages).toMatchObject([
      { content: null, reactions: '[]', deleted_at: Date.parse(sent.expiresAt ?? '') },
    ])
    expect(await found(bob, 'secret')).toBe(0)
    expect(await dueKinds(id)).toEqual([])
    device.close()
  })

  test('takes its files along: shown to nobody from then on, erased by the alarm', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const file = await anAttachment(alice, bytesOf('{\\rtf1 for your eyes}'), 'a.rtf')
    await send(alice, id, 'look', { expiresIn: 10, attachments: [file.id] })
    expect((await download(bob, file.url)).status).toBe(200)
    passTo(11)
    await evictDurableObject(threadObject(id))
    expect((await download(bob, file.url)).status).toBe(404)
    expect((await messages(bob, id))[0]?.attachments).toEqual([])
    expect(await stored()).toContain(`files/${file.id}`)
    await runDurableObjectAlarm(threadObject(id))
    expect(await stored()).not.toContain(`files/${file.id}`)
  })

  test('goes at its own time, one after the other', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    for (const expiresIn of [30, 10, 20]) await send(alice, id, `${expiresIn}`, { expiresIn })
    expect(await dueKinds(id)).toEqual(['expiry'])
    for (const [time, left] of [
      [10, ['30', null, '20']],
      [25, ['30', null, null]],
      [31, [null, null, null]],
    ] as const) {
      passTo(time)
      await evictDurableObject(threadObject(id))
      await runDurableObjectAlarm(threadObject(id))
      expect(await contents(bob, id)).toEqual(left)
      const written = await runInDurableObject(threadObject(id), (_, { storage }) =>
        storage.sql.exec('SELECT content FROM messages ORDER BY seq').toArray(),
      )
      expect(written.map(({ content }) => content)).toEqual(left)
    }
    expect(await dueKinds(id)).toEqual([])
  })

  test('is still the first answer to its clientId, and its copies go with it', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const other = await aGroup(alice, [bob])
    const key = { clientId: 'c1', expiresIn: 60 }
    const sent = await send(alice, id, 'once', key)
    passTo(20)
    const path = `/messages/${sent.id}/forward`
    await call(alice, 'POST', path, { threadIds: [other.id] })
    expect((await messages(bob, other.id))[0]?.expiresAt).toBe(sent.expiresAt)
    passTo(61)
    const again = await call<Message>(alice, 'POST', `/threads/${id}/messages`, {
      content: 'once',
      ...key,
    })
    expect([again.status, again.body]).toMatchObject([200, { id: sent.id, content: null }])
    await evictDurableObject(threadObject(id))
    await runDurableObjectAlarm(threadObject(id))
    expect(await contents(bob, other.id)).toEqual([null])
    expect(await contents(bob, id)).toEqual([null])
  })

  test('as a draft counts from when it is sent', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const input = { draft: true, content: 'soon', expiresIn: 5 }
    const { body } = await call<Draft>(alice, 'POST', `/threads/${id}/messages`, input)
    expect(body).toMatchObject({ expiresIn: 5 })
    passTo(100)
    const sent = await call<Message>(alice, 'POST', `/messages/${body.id}/send`, { expiresIn: 7 })
    expect(Date.parse(sent.body.expiresAt ?? '')).toBe(start + 107_000)
  })

  test('is refused with a time that is none', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    for (const expiresIn of [0, -1, 1.5, '60', 366 * 86_400, null, true]) {
      const answer = await call(alice, 'POST', `/threads/${id}/messages`, {
        content: 'x',
        expiresIn,
      })
      expect(refusal(answer)).toEqual([400, 'invalid'])
      expect(answer.body).toMatchObject({ error: { details: [{ path: 'expiresIn' }] } })
    }
    expect(await messages(bob, id)).toEqual([])
  })

  test('costs a row more in an index, the first of them another for its time; others cost nothing', async () => {
    const [alice, bob] = await two()
    const root = await signIn('Root', { role: 'admin' })
    const { id } = await aThread(alice, [bob])
    const object = async () =>
      (await call<Output<'admin.rows'>>(root, 'GET', '/admin/rows')).body.object
    const cost = async (clientId: string, expiresIn?: number) => {
      const before = await object()
      await send(alice, id, clientId, { clientId, expiresIn })
      return (await object()) - before
    }
    await send(alice, id, 'the alarm is set')
    const costs = [await cost('stays'), await cost('goes', 10), await cost('goes too', 20)]
    // The message and its clientId.
    expect(costs).toEqual([2, 4, 3])
  })
})

const dueKinds = (id: string) =>
  runInDurableObject(threadObject(id), (_, { storage }) =>
    storage.sql
      .exec<{ kind: string }>('SELECT kind FROM due')
      .toArray()
      .map(({ kind }) => kind),
  )
