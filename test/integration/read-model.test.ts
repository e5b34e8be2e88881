// The read model: it may stop, it may be lost, it may hear everything twice. Threads do not care.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Output } from '../../src/contract/operations.ts'
import type { Thread } from '../../src/contract/thread.ts'
import { putBlocks, writeSnapshot } from '../../src/store/model/projection.ts'
import { ThreadLog } from '../../src/store/log/log.ts'
import { snapshotSince } from '../../src/store/log/snapshot.ts'
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
  threadSocket,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
const root = () => signIn('Root', { role: 'admin' })
const lists = async (...people: Someone[]) =>
  Promise.all(
    people.flatMap((one) =>
      ['/threads', '/threads?status=archived', '/unread', '/blocks', `/users/${one.id}`].map(
        async (path) => (await call(one, 'GET', path)).body,
      ),
    ),
  )

/** `rank` only says in which order a list is, and is as good one way as another. */
const withoutRank = ({ members, ...model }: Awaited<ReturnType<typeof readModel>>) => ({
  ...model,
  members: members.map((row) => ({ ...row, rank: null })),
})

async function rebuildAll(admin: Someone) {
  const sum = { threads: 0, users: 0, messages: 0 }
  let cursor: string | null | undefined
  while (cursor !== null) {
    const body = cursor === undefined ? {} : { cursor }
    const page = await call<Output<'admin.rebuild'>>(admin, 'POST', '/admin/rebuild', body)
    expect(page.status).toBe(200)
    sum.threads += page.body.threads
    sum.users += page.body.users
    sum.messages += page.body.messages
    cursor = page.body.nextCursor
  }
  return sum
}

/** A thread with one of everything in it. */
async function aFullThread() {
  const [alice, bob, cleo] = await three()
  await Promise.all([bob, cleo].map((one) => call(one, 'GET', '/me')))
  const { id } = await aGroup(alice, [bob, cleo], { title: 'Trip', metadata: { a: 1 } })
  const sent: Message[] = []
  for (const one of [alice, bob, cleo, alice]) {
    const content = `${sent.length} from ${one.name}`
    sent.push(await send(one, id, content, { mentions: [bob.id], metadata: { n: 1 } }))
  }
  const [first, second, third] = sent
  await call(bob, 'PUT', `/messages/${first?.id}/reactions/x`)
  await call(bob, 'PATCH', `/messages/${second?.id}`, { content: 'edited' })
  await call(cleo, 'DELETE', `/messages/${third?.id}`)
  await call(bob, 'DELETE', `/messages/${first?.id}?for=me`)
  await call(bob, 'POST', `/threads/${id}/read`, { seq: 2 })
  await call(bob, 'POST', `/threads/${id}/pin`)
  await call(cleo, 'POST', `/threads/${id}/mute`, { duration: 'forever' })
  await call(cleo, 'POST', `/threads/${id}/archive`)
  await call(alice, 'PUT', `/blocks/${bob.id}`)
  await send(bob, id, 'unseen by alice')
  return { alice, bob, cleo, id }
}

describe('while D1 does not answer', () => {
  type Holder = { env: { DB: D1Database } }
  const down = new Proxy({} as D1Database, {
    get: () => () => {
      throw new Error('D1_ERROR: the database is down')
    },
  })
  const setDatabase = (id: string, db: D1Database) =>
    runInDurableObject(threadObject(id), (thread) => {
      const holder = (thread as unknown as Holder).env
      Object.defineProperty(holder, 'DB', { value: db, configurable: true, enumerable: true })
    })

  afterEach(() => {
    vi.useRealTimers()
  })

  test('sends answer and arrive, and the read model gets all of it later', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob])
    const working = env.DB
    const wires = [await socket(bob), await threadSocket(bob, id)]
    const before = await readModel(id)
    await setDatabase(id, down)
    const sent = [await send(alice, id, 'one'), await send(bob, id, 'two')]
    for (const wire of wires)
      for (const one of sent) await wire.event('message.created', ({ seq }) => seq === one.seq)
    await call(bob, 'POST', `/threads/${id}/read`)
    expect((await call(alice, 'POST', `/threads/${id}/members`, { userId: cleo.id })).status).toBe(
      201,
    )
    await runDurableObjectAlarm(threadObject(id))
    await evictDurableObject(threadObject(id))
    await setDatabase(id, down)
    sent.push(await send(cleo, id, 'three'))
    await runDurableObjectAlarm(threadObject(id))
    await setDatabase(id, working)
    expect(await readModel(id)).toEqual(before)
    // The next attempt comes by itself, within a minute.
    vi.setSystemTime(Date.now() + 60_000)
    await runDurableObjectAlarm(threadObject(id))
    const model = await readModel(id)
    expect(model.messages.map(({ content, seq }) => [seq, content])).toEqual([
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ])
    expect(model.members.map(({ user_id }) => user_id)).toEqual([alice.id, bob.id, cleo.id])
    await runInDurableObject(threadObject(id), (thread) => thread.rebuild())
    expect(withoutRank(await readModel(id))).toEqual(withoutRank(model))
    const { body } = await call<Page<Thread>>(cleo, 'GET', '/threads')
    expect(body.items).toMatchObject([{ id, headSeq: 3, lastMessage: { content: 'three' } }])
  })
})

describe('the read model', () => {
  test('is what a rebuild makes of nothing', async () => {
    const admin = await root()
    const { alice, bob, cleo, id } = await aFullThread()
    const direct = await aThread(alice, [cleo])
    await send(cleo, direct.id, 'hi')
    const [model, seen] = [await readModel(id), await lists(alice, bob, cleo)]
    const tables = ['threads', 'members', 'messages', 'hidden', 'profiles', 'blocks']
    await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)))
    expect((await readModel(id)).messages).toEqual([])
    const sum = await rebuildAll(admin)
    expect(sum.threads).toBeGreaterThanOrEqual(2)
    expect(sum.messages).toBeGreaterThanOrEqual(6)
    expect(withoutRank(await readModel(id))).toEqual(withoutRank(model))
    expect(await lists(alice, bob, cleo)).toEqual(seen)
    // And once more, over what is there.
    await evictDurableObject(threadObject(id))
    expect(await rebuildAll(admin)).toEqual(sum)
    expect(withoutRank(await readModel(id))).toEqual(withoutRank(model))
    expect(await lists(alice, bob, cleo)).toEqual(seen)
  })

  test('takes the same batch twice, and a late one, as if nothing was said', async () => {
    const { alice, bob, cleo, id } = await aFullThread()
    const [model, seen] = [await readModel(id), await lists(alice, bob, cleo)]
    const snapshots = await runInDurableObject(threadObject(id), (_, { storage }) => {
      const log = ThreadLog.open(storage.sql)
      return log ? [0, 3, log.version - 1].map((since) => snapshotSince(log, since)) : []
    })
    expect(snapshots.length).toBe(3)
    const [early] = snapshots
    for (const snapshot of [...snapshots, ...snapshots]) await writeSnapshot(env.DB, snapshot)
    const stale = early && { ...early, messages: early.messages.map((m) => ({ ...m, version: 1 })) }
    if (stale) await writeSnapshot(env.DB, { ...stale, upTo: 2 })
    await env.DB.batch(putBlocks(env.DB, 'nobody', []))
    expect(withoutRank(await readModel(id))).toEqual(withoutRank(model))
    expect(await lists(alice, bob, cleo)).toEqual(seen)
  })

  test('is rebuilt by admins alone', async () => {
    const [alice] = await three()
    const moderator = await signIn('Mo', { role: 'moderator' })
    for (const one of [alice, moderator])
      expect(refusal(await call(one, 'POST', '/admin/rebuild'))).toEqual([403, 'forbidden'])
    const bad = await call(await root(), 'POST', '/admin/rebuild', { cursor: 'x:y' })
    expect(refusal(bad)).toEqual([400, 'invalid'])
  })
})

const line = (n: number, nick: string, more: object = {}) => ({
  ...{ log: 'july', line: n, at: new Date(1.2e12 + n * 60_000).toISOString() },
  ...{ nick, text: `line ${n}`, ...more },
})
const ndjson = (lines: object[]) => lines.map((one) => JSON.stringify(one)).join('\n')

describe('an import', () => {
  test('keeps order, times and replies, and adds nothing the second time', async () => {
    const admin = await root()
    const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]
    const lines = [
      line(3, ann.id),
      line(5, ben.id, { replyTo: 3 }),
      line(6, ann.id, { action: true }),
      line(9, ben.id, { replyTo: 5, text: 'ümläut 🎈' }),
    ]
    const path = '/admin/import?source=irc'
    const first = await call(admin, 'POST', path, ndjson(lines))
    expect(first.body).toEqual({ threads: 1, messages: 4, replies: 2, skipped: 0 })
    const { body: list } = await call<Page<Thread>>(ann, 'GET', '/threads')
    const thread = list.items[0]
    expect(thread).toMatchObject({ title: 'july', headSeq: 4, unread: 0, memberCount: 3 })
    await evictDurableObject(threadObject(thread?.id ?? ''))
    const second = await call(admin, 'POST', path, ndjson([...lines, line(12, ann.id)]))
    expect(second.body).toEqual({ threads: 0, messages: 1, replies: 0, skipped: 4 })
    const messages = `/threads/${thread?.id}/messages`
    const { items } = (await call<Page<Message>>(ben, 'GET', messages)).body
    expect(
      items.map(({ seq, content, createdAt, sender, metadata, replyTo }) => [
        ...[seq, content, createdAt, sender.id, metadata, replyTo],
      ]),
    ).toEqual([
      [1, 'line 3', lines[0]?.at, ann.id, null, null],
      [2, 'line 5', lines[1]?.at, ben.id, null, items[0]?.id],
      [3, 'line 6', lines[2]?.at, ann.id, { action: true }, null],
      [4, 'ümläut 🎈', lines[3]?.at, ben.id, null, items[1]?.id],
      [5, 'line 12', line(12, '').at, ann.id, null, null],
    ])
  })

  test('stops at a bad line with its number, keeps what came before, and is for admins', async () => {
    const admin = await root()
    const [ann] = await three()
    const lines = [line(1, ann.id), line(2, ann.id, { at: 'yesterday' })]
    const path = '/admin/import?source=bad'
    const answer = await call(admin, 'POST', path, ndjson(lines))
    expect(refusal(answer)).toEqual([400, 'invalid'])
    expect(JSON.stringify(answer.body)).toContain('line 2: at')
    expect(refusal(await call(ann, 'POST', path, ndjson(lines)))).toEqual([403, 'forbidden'])
    const wrong = await call(admin, 'POST', '/admin/import?source=a%20b', '')
    expect(refusal(wrong)).toEqual([400, 'invalid'])
  })
})

test('a thread holds ten thousand members, and not one more', async () => {
  const [alice, bob, cleo] = await three()
  const { id } = await aGroup(alice, [])
  await runInDurableObject(threadObject(id), (_, { storage }) => {
    storage.sql
      .exec(`INSERT INTO members SELECT 'm' || value, name, avatar_url, 'member', joined_at,
      left_at, from_seq, read_seq, read_base, delivered_seq, marks, pinned_at, muted_until,
      archived_at, archived_seq, hidden_seq, subscribed, version, read_version, first_name,
      last_name, user_role
      FROM members, (WITH RECURSIVE n(value) AS
        (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < 9998) SELECT value FROM n)`)
  })
  await evictDurableObject(threadObject(id))
  const path = `/threads/${id}/members`
  expect((await call(alice, 'POST', path, { userId: bob.id })).status).toBe(201)
  const { body } = await call<Thread>(bob, 'GET', `/threads/${id}`)
  expect([body.memberCount, body.members.length]).toEqual([10_000, 50])
  expect(refusal(await call(alice, 'POST', path, { userId: cleo.id }))).toEqual([409, 'conflict'])
  const wire = await socket(bob)
  const sent = await send(alice, id, 'to all')
  await wire.ask('sync', { cursors: { [id]: null } })
  await send(alice, id, 'to those who asked')
  await wire.event('message.created', ({ content }) => content === 'to those who asked')
  expect(sent.seq).toBe(1)
})
