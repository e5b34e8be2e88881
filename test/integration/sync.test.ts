// Sync: everything since a cursor, in pages, whatever happened in between.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { SyncPage } from '../../src/contract/thread.ts'
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
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
const sync = async (user: Someone, id: string, query = '') =>
  (await call<SyncPage>(user, 'GET', `/threads/${id}/sync${query}`)).body
const since = (user: Someone, id: string, cursor: string) => sync(user, id, `?cursor=${cursor}`)
const history = async (user: Someone, id: string) => {
  const path = `/threads/${id}/messages?limit=100`
  return (await call<{ items: Message[] }>(user, 'GET', path)).body.items
}

describe('a sync', () => {
  test('from the start has all of a thread', async () => {
    const [alice, bob] = await three()
    await call(bob, 'GET', '/me')
    const thread = await aThread(alice, [bob], { metadata: { a: 1 } })
    const sent = await send(alice, thread.id, 'hi')
    const page = await sync(bob, thread.id)
    const member = (id: string, readSeq: number, deliveredSeq: number) => ({
      ...thread.members.find(({ userId }) => userId === id),
      readSeq,
      deliveredSeq,
    })
    expect(page).toEqual({
      cursor: expect.stringMatching(new RegExp(`^${thread.epoch}\\.\\d+$`)),
      more: false,
      epoch: thread.epoch,
      headSeq: 1,
      newFrom: 1,
      messages: [sent],
      members: [member(alice.id, 1, 1), member(bob.id, 0, expect.any(Number))],
      reads: [
        { userId: alice.id, readSeq: 1, deliveredSeq: 1 },
        { userId: bob.id, readSeq: 0, deliveredSeq: 1 },
      ],
      thread: { type: 'direct', title: null, metadata: { a: 1 }, subject: null },
      me: {
        unread: 1,
        mentions: 0,
        readSeq: 0,
        pinnedAt: null,
        mutedUntil: null,
        archivedAt: null,
      },
    })
    const again = await since(bob, thread.id, page.cursor)
    expect(again).toEqual({
      ...{ ...page, newFrom: 2, messages: [], members: [], reads: [] },
      thread: undefined,
    })
  })

  test('from a cursor has what changed since, each once, as it is now', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob])
    const [one, two, three_] = [
      await send(alice, id, 'one'),
      await send(alice, id, 'two'),
      await send(bob, id, 'three'),
    ]
    const { cursor } = await sync(bob, id)
    await call(alice, 'PATCH', `/messages/${two.id}`, { content: 'two!' })
    await call(bob, 'PUT', `/messages/${two.id}/reactions/x`)
    await evictDurableObject(threadObject(id))
    await call(alice, 'DELETE', `/messages/${one.id}`)
    await call(bob, 'DELETE', `/messages/${three_.id}?for=me`)
    await call(alice, 'POST', `/threads/${id}/members`, { userId: cleo.id })
    await call(cleo, 'POST', `/threads/${id}/unread`, { seq: 2 })
    const four = await send(cleo, id, 'four')
    await call(alice, 'PATCH', `/threads/${id}`, { title: 'Trip' })
    await evictDurableObject(threadObject(id))
    const page = await since(bob, id, cursor)
    const [dead, changed] = await history(bob, id)
    expect(page.messages).toEqual([
      changed,
      dead,
      { id: three_.id, seq: 3, version: expect.any(Number), hidden: true },
      four,
    ])
    expect(dead).toMatchObject({ id: one.id, content: null })
    expect(page.newFrom).toBe(4)
    const versions = page.messages.map(({ version }) => version)
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    expect(page.members.map(({ userId }) => userId)).toEqual([cleo.id])
    expect(page.reads.find(({ userId }) => userId === cleo.id)).toMatchObject({ readSeq: 4 })
    expect(page.thread).toMatchObject({ title: 'Trip' })
    await call(alice, 'DELETE', `/threads/${id}/members/${cleo.id}`)
    const gone = await since(bob, id, page.cursor)
    expect(gone.members).toMatchObject([{ userId: cleo.id, leftAt: expect.any(String) }])
  })

  test('from the latest starts with the newest fifty', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const sent: Message[] = []
    for (let n = 1; n <= 28; n++) sent.push(await send(alice, id, `a${n}`))
    for (let n = 1; n <= 28; n++) sent.push(await send(bob, id, `b${n}`))
    const page = await sync(bob, id, '?from=latest')
    expect(page).toMatchObject({ more: false, headSeq: 56, thread: { type: 'direct' } })
    expect(page.messages).toEqual(sent.slice(-50))
    const next = await send(alice, id, 'next').catch(() => send(bob, id, 'next'))
    expect((await since(bob, id, page.cursor)).messages).toEqual([next])
  })

  test('of another epoch, or of a time to come, starts over', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'hi')
    const { cursor, epoch } = await sync(alice, id)
    const ahead = await since(alice, id, `${epoch}.99999`)
    expect(ahead).toMatchObject({ reset: true, messages: [sent], cursor: expect.any(String) })
    await runInDurableObject(threadObject(id), (_, { storage }) => {
      storage.sql.exec("UPDATE thread SET epoch = 'restored'")
    })
    await evictDurableObject(threadObject(id))
    const restored = await since(alice, id, cursor)
    expect(restored).toMatchObject({ reset: true, epoch: 'restored', messages: [sent] })
    const [, version] = cursor.split('.')
    expect(restored.cursor).toBe(`restored.${version}`)
    expect((await since(alice, id, restored.cursor)).reset).toBe(undefined)
  })

  test.each(['x', '.1', 'x.', 'x.y', 'x.-1', 'x.1.2', 'x.1e3x'])('refuses %s', async (cursor) => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const answer = await call(alice, 'GET', `/threads/${id}/sync?cursor=${cursor}`)
    expect(refusal(answer)).toEqual([400, 'invalid'])
    expect(JSON.stringify(answer.body)).toContain('cursor')
  })

  test('on a socket answers several threads, each for itself', async () => {
    const [alice, bob, eve] = await three()
    const [here, there] = [await aThread(alice, [bob]), await aGroup(eve, [bob])]
    const sent = await send(alice, here.id, 'hi')
    for (const wire of [await socket(alice), await threadSocket(alice, here.id)]) {
      const cursors = { [here.id]: null, [there.id]: null, nonsense: null }
      const { threads } = await wire.ask('sync', { cursors })
      expect(threads[here.id]).toMatchObject({ messages: [sent], more: false })
      expect(threads[there.id]).toMatchObject({ error: { code: 'not_found' } })
      expect(threads.nonsense).toMatchObject({ error: { code: 'not_found' } })
      const page = threads[here.id] as SyncPage
      const bad = wire.ask('sync', { cursors: { [here.id]: 'x' } })
      expect((await bad).threads[here.id]).toMatchObject({ error: { code: 'invalid' } })
      const same = await wire.ask('sync', { cursors: { [here.id]: page.cursor } })
      expect(same.threads[here.id]).toMatchObject({ messages: [], cursor: page.cursor })
    }
  })
})

describe('a long history', () => {
  test('comes in pages that together are all of it, with changes in between', async () => {
    const admin = await signIn('Root', { role: 'admin' })
    const bob = await signIn('Bob')
    const lines = Array.from({ length: 1203 }, (_, line) => ({
      ...{ log: 'long', line, at: new Date(1e12 + line * 1000).toISOString() },
      ...{ nick: line % 2 ? bob.id : 'someone', text: `m${line}` },
    }))
    const body = lines.map((line) => JSON.stringify(line)).join('\n')
    await call(admin, 'POST', '/admin/import', body)
    const { body: list } = await call<{ items: { id: string }[] }>(bob, 'GET', '/threads')
    const id = list.items[0]?.id ?? ''
    const found = new Map<string, unknown>()
    const counts: number[] = []
    let cursor = ''
    for (let more = true; more;) {
      const page = await sync(bob, id, cursor && `?cursor=${cursor}`)
      for (const message of page.messages) found.set(message.id, message)
      counts.push(page.messages.length)
      more = page.more
      cursor = page.cursor
      if (counts.length === 1) {
        const [first] = page.messages
        await call(bob, 'PUT', `/messages/${first?.id}/reactions/x`)
        await evictDurableObject(threadObject(id))
      }
    }
    expect(counts.length).toBeGreaterThan(2)
    expect(Math.max(...counts)).toBeLessThanOrEqual(500)
    const all: Message[] = []
    for (let after = 0; after < 1203; after = all.at(-1)?.seq ?? Infinity) {
      const path = `/threads/${id}/messages?after=${after}&limit=100`
      all.push(...(await call<{ items: Message[] }>(bob, 'GET', path)).body.items)
    }
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 1203 }, (_, n) => n + 1))
    expect(all.map((message) => found.get(message.id))).toEqual(all)
    expect(found.size).toBe(1203)
  })
})
