// Domain events: in the documented shape, on the queue after the commit, at least once.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, test, vi } from 'vitest'
import { DomainEvent } from '../../../src/contract/domain.ts'
import { aGroup, aThread, aToken, call, send, signIn, threadObject } from '../fixtures.ts'

/** Runs the alarm that brings them, and waits for what the consumer got of one thread. */
async function eventsOf(threadId: string, count: number): Promise<DomainEvent[]> {
  await runDurableObjectAlarm(threadObject(threadId))
  return vi.waitFor(
    async () => {
      const all = await taken(threadId)
      if (all.length < count) throw new Error(`${all.length} of ${count} came`)
      return all
    },
    { timeout: 8000 },
  )
}

async function taken(threadId: string): Promise<DomainEvent[]> {
  const response = await env.CONSUMER.fetch('http://consumer')
  const all = DomainEvent.array().parse(await response.json())
  return all.filter(({ data }) => data.conversationId === threadId)
}

const time = expect.stringMatching(/^\d{4}-.*Z$/)
const two = async () => [await signIn('Alice'), await signIn('Bob')] as const

describe('each in its shape', () => {
  test('a conversation, its messages, and who read them', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob], { type: 'direct', title: 'Session' })
    const first = await send(alice, id, 'Hello')
    const metadata = { fileUrl: 'https://files.example/a.pdf' }
    const second = await send(alice, id, 'Look', { kind: 'file', metadata, replyTo: first.id })
    await call(bob, 'POST', `/messages/${second.id}/read`)
    const events = await eventsOf(id, 4)
    const conversationId = id
    const sent = { conversationId, senderId: alice.id, sentAt: time, recipientIds: [bob.id] }
    expect(events.map(({ type, data }) => [type, data])).toEqual([
      [
        'ConversationCreated',
        {
          conversationId,
          createdBy: alice.id,
          participantIds: expect.arrayContaining([alice.id, bob.id]),
          conversationType: 'direct',
          title: 'Session',
          isPrivate: true,
        },
      ],
      ['MessageSent', { ...sent, messageId: first.id, content: 'Hello', messageType: 'text' }],
      [
        'MessageSent',
        {
          ...{ ...sent, messageId: second.id, content: 'Look', messageType: 'file' },
          replyToMessageId: first.id,
          fileAttachments: [metadata.fileUrl],
        },
      ],
      [
        'MessageRead',
        {
          ...{ messageId: second.id, readBy: bob.id, readAt: time, conversationId },
          messagesSinceLastRead: 2,
        },
      ],
    ])
    expect(new Set(events.map((event) => event.id)).size).toBe(4)
  })

  // What was taken back before anybody was told did not happen, either.
  test('reading is told move by move, and going back is none', async () => {
    const [alice, bob] = await two()
    const { id } = await aGroup(alice, [bob], { type: 'community' })
    for (const text of ['1', '2', '3']) await send(alice, id, text)
    await call(bob, 'POST', `/threads/${id}/read`, { seq: 1 })
    await call(bob, 'POST', `/threads/${id}/read`, { seq: 3 })
    await eventsOf(id, 6)
    await call(bob, 'POST', `/threads/${id}/unread`, { seq: 2 })
    await send(bob, id, 'answer')
    await send(alice, id, '5')
    await call(bob, 'POST', `/threads/${id}/read`)
    const events = await eventsOf(id, 9)
    const reads = events.flatMap(({ type, data }) => (type === 'MessageRead' ? [data] : []))
    expect(reads.map((data) => 'messagesSinceLastRead' in data && data)).toMatchObject([
      { messageId: expect.stringMatching(/-1$/), messagesSinceLastRead: 1 },
      { messageId: expect.stringMatching(/-3$/), messagesSinceLastRead: 2 },
      { messageId: expect.stringMatching(/-5$/), messagesSinceLastRead: 1 },
    ])
    expect(events[0]?.data).toMatchObject({ conversationType: 'community', isPrivate: false })
  })

  test('what nobody else sees, and what was imported, did not happen', async () => {
    const [alice, bob] = await two()
    const { id } = await aGroup(alice, [bob])
    const mod = await signIn('Mod', { role: 'moderator' })
    await call(mod, 'PUT', `/admin/bans/${bob.id}`, { reason: 'x', shadow: true })
    await send(bob, id, 'unseen')
    await send(alice, id, 'seen')
    const events = await eventsOf(id, 2)
    expect(events.map(({ type }) => type)).toEqual(['ConversationCreated', 'MessageSent'])
    const admin = { ...alice, token: await aToken({ sub: alice.id, role: 'admin' }) }
    const at = '2020-01-01T00:00:00Z'
    const line = JSON.stringify({ log: 'old', line: 1, at, nick: 'nick', text: 'long ago' })
    expect((await call(admin, 'POST', '/admin/import', line)).status).toBe(200)
    const list = await call<{ items: { id: string }[] }>(admin, 'GET', '/threads')
    const archive = list.body.items.find((one) => one.id !== id)?.id ?? ''
    const told = await eventsOf(archive, 1)
    expect(told.map(({ type }) => type)).toEqual(['ConversationCreated'])
  })
})

describe('at least once', () => {
  const working = env.EVENTS
  type Holder = { env: { EVENTS: Queue } }
  const setQueue = (id: string, queue: unknown) =>
    runInDurableObject(threadObject(id), (thread) => {
      const holder = (thread as unknown as Holder).env
      Object.defineProperty(holder, 'EVENTS', { value: queue, configurable: true })
    })
  const down = {
    sendBatch: () => Promise.reject(new Error('the queue is down')),
  }

  test('a queue that is down delays nothing and loses nothing, through any sleep', async () => {
    const [alice, bob] = await two()
    const { id } = await aGroup(alice, [bob])
    await setQueue(id, down)
    await send(alice, id, 'one')
    await runDurableObjectAlarm(threadObject(id))
    await evictDurableObject(threadObject(id))
    expect(await taken(id)).toEqual([])
    await setQueue(id, working)
    await send(bob, id, 'two')
    const events = await eventsOf(id, 3)
    expect(events.map(({ data }) => 'content' in data && data.content)).toEqual([
      false,
      'one',
      'two',
    ])
  })

  test('a batch that may have got through comes again under the same ids', async () => {
    const [alice] = await two()
    const { id } = await aGroup(alice, [])
    await send(alice, id, 'once')
    // It got through, and we never heard of it.
    await setQueue(id, {
      sendBatch: async (batch: MessageSendRequest[]) => {
        await working.sendBatch(batch)
        throw new Error('lost on the way')
      },
    })
    await runDurableObjectAlarm(threadObject(id))
    await evictDurableObject(threadObject(id))
    await setQueue(id, working)
    await call(alice, 'GET', `/threads/${id}`)
    const events = await eventsOf(id, 4)
    expect(events.slice(2)).toEqual(events.slice(0, 2))
    // What was told is told: another look sends nothing.
    await evictDurableObject(threadObject(id))
    await call(alice, 'GET', `/threads/${id}`)
    await runDurableObjectAlarm(threadObject(id))
    await send(alice, id, 'last')
    expect((await eventsOf(id, 5)).map(({ data }) => 'content' in data && data.content)).toEqual([
      ...[false, 'once', false, 'once'],
      'last',
    ])
  })

  test('a thread from before domain events were wanted tells what comes from then on', async () => {
    const [alice] = await two()
    const { id } = await aGroup(alice, [])
    await send(alice, id, 'before')
    await eventsOf(id, 2)
    await runInDurableObject(threadObject(id), (_, { storage }) => {
      storage.sql.exec('UPDATE thread SET told = NULL')
    })
    await evictDurableObject(threadObject(id))
    await call(alice, 'GET', `/threads/${id}`)
    await send(alice, id, 'after')
    await evictDurableObject(threadObject(id))
    await call(alice, 'GET', `/threads/${id}`)
    const events = await eventsOf(id, 3)
    expect(events[2]?.data).toMatchObject({ content: 'after' })
  })

  test('many messages come in batches', async () => {
    const [alice] = await two()
    const { id } = await aGroup(alice, [])
    await runInDurableObject(threadObject(id), (_, { storage }) => {
      storage.sql.exec(`WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n
          WHERE seq < 250)
        INSERT INTO messages (seq, born, version, sender, kind, format, content, created_at, door)
        SELECT seq, seq + 100, seq + 100, '${alice.id}', 'text', 'plain', 'm' || seq, 1, 'rest'
        FROM n`)
    })
    await evictDurableObject(threadObject(id))
    await call(alice, 'GET', `/threads/${id}`)
    const events = await eventsOf(id, 251)
    const sent = events.flatMap(({ data }) => ('content' in data ? data.content : []))
    expect(sent.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1)))).toEqual(
      Array.from({ length: 250 }, (_, n) => `m${n + 1}`),
    )
  })
})
