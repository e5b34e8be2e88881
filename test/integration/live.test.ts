// What comes over a socket unasked: every event, to whom it belongs, with the objects put to sleep.
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Thread } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  call,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
const later = (ms: number) => vi.setSystemTime(Date.now() + ms)

afterEach(() => {
  vi.useRealTimers()
})

/** Only the date: waiting itself stays real. */
const ownDate = () => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })

describe.each(['user', 'thread'] as const)('on the socket of a %s', (kind) => {
  const open = (user: Someone, id: string) =>
    kind === 'user' ? socket(user) : threadSocket(user, id)
  async function group() {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo], { title: 'Trip' })
    const [a, b] = [await open(alice, id), await open(bob, id)]
    const sleep = async (...people: Someone[]) => {
      await evictDurableObject(threadObject(id))
      if (kind === 'user') for (const one of people) await evictDurableObject(userObject(one))
    }
    return { alice, bob, cleo, id, a, b, sleep }
  }

  test('everyone hears of messages, their changes and reactions, the sender’s devices too', async () => {
    const { alice, bob, id, a, b, sleep } = await group()
    const sent = await send(alice, id, 'hi', { clientId: 'c1' })
    const created = { event: 'message.created', threadId: id, version: sent.version, data: sent }
    expect(await a.event('message.created')).toEqual(created)
    expect(await b.event('message.created')).toEqual(created)
    await sleep(alice, bob)
    const edited = await call<Message>(alice, 'PATCH', `/messages/${sent.id}`, { content: 'ho' })
    expect(await b.event('message.updated')).toEqual({
      event: 'message.updated',
      threadId: id,
      version: edited.body.version,
      data: edited.body,
    })
    const reacted = await call<Message>(bob, 'PUT', `/messages/${sent.id}/reactions/x`)
    expect(await a.event('message.reactions')).toEqual({
      event: 'message.reactions',
      threadId: id,
      version: reacted.body.version,
      data: {
        messageId: sent.id,
        reactions: [{ emoji: 'x', count: 1, userIds: [bob.id] }],
        change: { user: { id: bob.id, name: 'Bob', avatarUrl: null }, added: 'x', removed: [] },
      },
    })
    await sleep(alice, bob)
    await call(alice, 'DELETE', `/messages/${sent.id}`)
    const { data } = await b.event('message.deleted')
    expect(data).toEqual((await call(bob, 'GET', `/messages/${sent.id}`)).body)
    expect(data).toMatchObject({ content: null, reactions: [], deletedAt: expect.any(String) })
  })

  test('only I hear of what I deleted for me, pinned, muted and archived', async () => {
    const { alice, bob, id, a, b, sleep } = await group()
    const sent = await send(alice, id, 'hi')
    await call(bob, 'DELETE', `/messages/${sent.id}?for=me`)
    expect((await b.event('message.deleted')).data).toEqual({ id: sent.id, seq: 1, hidden: true })
    await sleep(alice, bob)
    const pinned = await call<Thread>(bob, 'POST', `/threads/${id}/pin`)
    const { data } = await b.event('thread.updated')
    expect(data).toMatchObject({ pinnedAt: pinned.body.pinnedAt, unread: 0 })
    await send(bob, id, 'done')
    await a.event('message.created', ({ content }) => content === 'done')
    expect(a.names()).not.toContain('message.deleted')
    expect(a.names()).not.toContain('thread.updated')
  })

  test('everyone hears of a new title, of roles, of who comes and who goes', async () => {
    const { alice, bob, cleo, id, a, b, sleep } = await group()
    const dan = await signIn('Dan')
    await call(dan, 'GET', '/me')
    const d = await socket(dan)
    await call(alice, 'PATCH', `/threads/${id}`, { title: 'Tour', metadata: { a: 1 } })
    expect((await b.event('thread.updated')).data).toEqual({
      title: 'Tour',
      metadata: { a: 1 },
      status: 'active',
    })
    await sleep(alice, bob)
    await call(alice, 'POST', `/threads/${id}/members`, { userId: dan.id })
    const joined = await b.event('member.joined')
    expect(joined.data).toMatchObject({ userId: dan.id, role: 'member', leftAt: null })
    const opened = await d.event('thread.created')
    expect(opened.data).toMatchObject({ id, title: 'Tour', memberCount: 4, unread: 0 })
    await call(alice, 'PATCH', `/threads/${id}/members/${dan.id}`, { role: 'admin' })
    expect((await b.event('member.updated')).data).toMatchObject({ userId: dan.id, role: 'admin' })
    await sleep(alice, bob)
    await call(cleo, 'DELETE', `/threads/${id}`)
    const left = { userId: cleo.id, leftAt: expect.any(String) }
    expect((await a.event('member.left')).data).toMatchObject(left)
    expect((await b.event('member.left')).data).toMatchObject(left)
  })

  test('who is taken out hears it last, and no more', async () => {
    const { alice, bob, id, a, b, sleep } = await group()
    await sleep(alice, bob)
    await call(alice, 'DELETE', `/threads/${id}/members/${bob.id}`)
    await b.event('member.left')
    if (kind === 'thread') expect((await b.closed).code).toBe(4504)
    await send(alice, id, 'among us')
    await a.event('message.created')
    if (kind === 'user') await b.ask('ack', {})
    expect(b.names()).not.toContain('message.created')
  })

  test('everyone hears of cursors', async () => {
    const { alice, bob, cleo, id, a, sleep } = await group()
    const sent = await send(alice, id, 'hi')
    const got = await a.event('delivered.updated', ({ userId }) => userId === bob.id)
    expect(got.data).toEqual({ userId: bob.id, deliveredSeq: 1, after: 0 })
    await sleep(alice, bob)
    await call(cleo, 'POST', `/threads/${id}/read`)
    const { data } = await a.event('read.updated')
    expect(data).toEqual({ userId: cleo.id, readSeq: 1 })
    const receipts = await call<{ items: object[] }>(alice, 'GET', `/messages/${sent.id}/receipts`)
    expect(receipts.body.items).toMatchObject([
      { userId: bob.id, deliveredAt: expect.any(String), readAt: null },
      { userId: cleo.id, deliveredAt: expect.any(String), readAt: expect.any(String) },
    ])
  })

  test('everyone hears who types, until they send', async () => {
    const { bob, id, a, b } = await group()
    await b.ask('typing.set', { threadId: id, typing: true })
    const typing = await a.event('typing.updated')
    expect(typing).toMatchObject({ threadId: id, data: { userIds: [bob.id] } })
    await b.ask('message.send', { threadId: id, content: 'there' })
    await a.event('typing.updated', ({ userIds }) => userIds.length === 0)
  })

  test('typing ends after ten seconds, by the alarm', async () => {
    ownDate()
    const { bob, id, a, b } = await group()
    await b.ask('typing.set', { threadId: id, typing: true })
    await a.event('typing.updated', ({ userIds }) => userIds.includes(bob.id))
    later(9_000)
    await runDurableObjectAlarm(threadObject(id))
    const over = () => a.names().filter((name) => name === 'typing.updated').length
    expect(over()).toBe(1)
    later(1_001)
    await runDurableObjectAlarm(threadObject(id))
    await a.event('typing.updated', ({ userIds }) => userIds.length === 0)
    expect(over()).toBe(2)
  })

  test('typing ends with the socket, with leaving, and with an eviction', async () => {
    const { alice, bob, cleo, id, a, b, sleep } = await group()
    const empty = async () => {
      await a.event('typing.updated', ({ userIds }) => userIds.length === 0)
      a.items.length = 0
    }
    const types = async (one: typeof b, user: Someone) => {
      await one.ask('typing.set', { threadId: id, typing: true })
      await a.event('typing.updated', ({ userIds }) => userIds.includes(user.id))
    }
    await types(b, bob)
    b.close(1000)
    await empty()
    const c = await open(cleo, id)
    await types(c, cleo)
    await sleep(alice, cleo)
    await send(alice, id, 'wake')
    await runDurableObjectAlarm(threadObject(id))
    await empty()
    await types(c, cleo)
    await call(alice, 'DELETE', `/threads/${id}/members/${cleo.id}`)
    await empty()
  })
})

describe('what time brings', () => {
  test('a mute that is over is told to its owner', async () => {
    ownDate()
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const b = await socket(bob)
    await call(bob, 'POST', `/threads/${id}/mute`, { duration: 60 })
    await b.event('thread.updated', ({ mutedUntil }) => typeof mutedUntil === 'string')
    await evictDurableObject(threadObject(id))
    later(60_001)
    await runDurableObjectAlarm(threadObject(id))
    await b.event('thread.updated', ({ mutedUntil }) => mutedUntil === null)
    const { body } = await call<Thread>(bob, 'GET', `/threads/${id}`)
    expect(body.mutedUntil).toBe(null)
  })

  test('what a socket was sent stays delivered when it is gone', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const b = await threadSocket(bob, id)
    const sent = await send(alice, id, 'hi')
    await b.event('message.created')
    await evictDurableObject(threadObject(id))
    b.close(1000)
    await b.closed
    await evictDurableObject(threadObject(id))
    const { body } = await call<{ items: object[] }>(alice, 'GET', `/messages/${sent.id}/receipts`)
    expect(body.items).toEqual([{ userId: bob.id, deliveredAt: expect.any(String), readAt: null }])
  })
})
