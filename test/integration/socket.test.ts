// The native sockets themselves: upgrade, frames, limits, closing.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { nobodyKnown } from '../../src/store/log/rows.ts'
import {
  aGroup,
  aThread,
  aToken,
  call,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
  upgrade,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

const two = () => Promise.all([signIn('Alice'), signIn('Bob')])
const evict = {
  user: (user: Someone) => evictDurableObject(userObject(user)),
  thread: (id: string) => evictDurableObject(threadObject(id)),
}

const status = async (path: string, headers: Record<string, string>) =>
  (await upgrade(path, headers)).status

const sends = (id: string, n: number) => ({
  id: n,
  op: 'message.send',
  input: { threadId: id, content: `m${n}`, clientId: `c${n}` },
})

const many = (length: number, from: number) =>
  Array.from({ length }, (_, n) => ({ id: from + n, op: 'nope' }))

describe('an upgrade', () => {
  test('takes the token as subprotocol, and names only skein.v1', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    for (const path of ['/ws', `/threads/${id}/ws`]) {
      const response = await upgrade(path, {
        'Sec-WebSocket-Protocol': `skein.v1, bearer.${alice.token}`,
      })
      expect(response.status).toBe(101)
      expect(response.headers.get('Sec-WebSocket-Protocol')).toBe('skein.v1')
      response.webSocket?.accept()
      response.webSocket?.close()
    }
  })

  test('takes nobody’s word for who they are', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const forged = encodeURIComponent(
      JSON.stringify({ id: bob.id, role: 'admin', expiresAt: null }),
    )
    for (const path of ['/ws', `/threads/${id}/ws`]) {
      const wire = await socket(alice, path, { 'x-skein-actor': forged })
      const sent = await wire.ask('message.send', { threadId: id, content: `me on ${path}` })
      expect(sent.sender.id).toBe(alice.id)
    }
  })

  test('is refused without a good token, from a foreign page, and to strangers', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const eve = await signIn('Eve')
    const bearer = { Authorization: `Bearer ${alice.token}` }
    const cookie = { Cookie: `skein_session=${alice.token}` }
    for (const path of ['/ws', `/threads/${id}/ws`]) {
      expect(await status(path, {})).toBe(401)
      expect(await status(path, { Authorization: 'Bearer x.y.z' })).toBe(401)
      expect(await status(path, { ...bearer, Origin: 'https://evil.test' })).toBe(403)
      expect(await status(path, cookie)).toBe(403)
      expect(await status(path, { ...cookie, Origin: 'https://evil.test' })).toBe(403)
      expect(await status(path, { ...cookie, Origin: 'http://skein.test' })).toBe(101)
    }
    const stranger = { Authorization: `Bearer ${eve.token}` }
    expect(await status(`/threads/${id}/ws`, stranger)).toBe(404)
    expect(await status('/threads/nonsense/ws', stranger)).toBe(404)
    expect((await call(alice, 'GET', '/ws')).status).toBe(400)
  })
})

describe.each(['user', 'thread'] as const)('the socket of a %s', (kind) => {
  async function open() {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const wire = kind === 'user' ? await socket(alice) : await threadSocket(alice, id)
    const sleep = () => (kind === 'user' ? evict.user(alice) : evict.thread(id))
    return { alice, bob, id, wire, sleep }
  }
  test('answers ping by pong, asleep too', async () => {
    const { wire, sleep } = await open()
    wire.say('ping')
    await wire.until(() => wire.texts.includes('pong'))
    await sleep()
    wire.say('ping')
    await wire.until(() => wire.texts.filter((text) => text === 'pong').length === 2)
  })

  test('answers one ask and arrays of them, in order, with an eviction in between', async () => {
    const { wire, id, sleep, bob } = await open()
    wire.say(sends(id, 1))
    expect(await wire.answer(1)).toMatchObject({ id: 1, ok: { content: 'm1', seq: 1 } })
    await sleep()
    wire.say([sends(id, 2), { id: 'get', op: 'thread.get', input: { threadId: id } }, sends(id, 3)])
    expect(await wire.answer('get')).toMatchObject({ ok: { headSeq: 2 } })
    expect(await wire.answer(3)).toMatchObject({ ok: { seq: 3 } })
    for (let n = 4; n <= 20; n++) wire.say(sends(id, n))
    await wire.answer(20)
    const { body } = await call<{ items: Message[] }>(bob, 'GET', `/threads/${id}/messages`)
    expect(body.items.map(({ content }) => content)).toEqual(
      Array.from({ length: 20 }, (_, n) => `m${n + 1}`),
    )
    const answered = wire.items.flatMap((item) =>
      'id' in item && item.id !== 'get' ? item.id : [],
    )
    expect(answered).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    for (const text of wire.texts) expect(text).toMatch(/^\[/)
  })

  test('says nothing to an ask without an id, but its errors', async () => {
    const { wire, id } = await open()
    wire.say({ op: 'message.send', input: { threadId: id, content: 'x' } })
    wire.say({ op: 'message.send', input: { threadId: id, content: '' } })
    expect(await wire.answer(null)).toMatchObject({ id: null, error: { code: 'invalid' } })
    await wire.event('message.created')
    expect(wire.items.filter((item) => 'id' in item).length).toBe(1)
  })

  test.each([
    ['malformed JSON', '{"id":1', { id: null, error: { code: 'invalid' } }],
    ['a bare number', '7', { id: null, error: { code: 'invalid' } }],
    ['null', 'null', { id: null, error: { code: 'invalid' } }],
    ['an empty array', '[]', { id: null, error: { code: 'invalid' } }],
    ['wrong types', { id: 1, op: 7 }, { id: 1, error: { code: 'invalid' } }],
    ['an object as id', { id: {}, op: 'ack' }, { id: null, error: { code: 'invalid' } }],
    ['an unknown op', { id: 1, op: 'message.explode' }, { id: 1, error: { code: 'not_found' } }],
    ['a name of Object’s', { id: 1, op: 'toString' }, { id: 1, error: { code: 'not_found' } }],
    ['an op of admins', { id: 1, op: 'admin.rebuild' }, { id: 1, error: { code: 'forbidden' } }],
    [
      'a bad input',
      { id: 1, op: 'thread.read', input: { threadId: 'x', seq: -1 } },
      { id: 1, error: { code: 'invalid', message: expect.stringMatching(/^seq/) } },
    ],
    [
      'a thread that is not mine',
      { id: 1, op: 'thread.get', input: { threadId: 't00000000000000000000000' } },
      { id: 1, error: { code: 'not_found' } },
    ],
    [
      'no thread id at all',
      { id: 1, op: 'thread.get', input: { threadId: 'x' } },
      { id: 1, error: { code: 'not_found' } },
    ],
    [
      'too many at once',
      Array.from({ length: 101 }, () => ({ op: 'ack' })),
      { id: null, error: { code: 'invalid' } },
    ],
    ['70 KB', 'x'.repeat(70_000), { id: null, error: { code: 'too_large' } }],
  ])('answers %s by an error, and stays', async (_, frame, answer) => {
    const { wire, sleep, id } = await open()
    wire.say(frame)
    await wire.until(() => wire.items.length > 0)
    expect(wire.items).toMatchObject([answer])
    await sleep()
    expect((await wire.ask('thread.get', { threadId: id })).id).toBe(id)
  })

  test('answers binary by an error, and stays', async () => {
    const { wire, id } = await open()
    wire.sayBinary(new Uint8Array([1, 2, 3]).buffer)
    expect(await wire.answer(null)).toMatchObject({ error: { code: 'invalid' } })
    expect((await wire.ask('thread.get', { threadId: id })).id).toBe(id)
  })

  test('carries out the good of an array, and refuses the bad', async () => {
    const { wire, id } = await open()
    wire.say([sends(id, 1), { id: 'bad' }, { id: 'none', op: 'nope' }, sends(id, 2)])
    await wire.answer(2)
    expect(await wire.answer('bad')).toMatchObject({ error: { code: 'invalid' } })
    expect(await wire.answer('none')).toMatchObject({ error: { code: 'not_found' } })
  })

  test('closes at a megabyte', async () => {
    const { wire } = await open()
    wire.say('x'.repeat(1024 * 1024 + 1))
    expect((await wire.closed).code).toBe(4413)
  })

  test.each([
    [1000, 1000],
    [undefined, 1005],
    [4001, 4001],
  ])('answers a close with %s', async (code, echoed) => {
    const { wire, sleep } = await open()
    await sleep()
    wire.close(code, code === undefined ? undefined : 'bye')
    const answered = (await wire.closed).code
    expect([echoed, 1000]).toContain(answered)
  })

  test('closes by 4501 when its token is over', async () => {
    const { wire, alice, id, sleep } = await open()
    const stub = kind === 'user' ? userObject(alice) : threadObject(id)
    await runInDurableObject(stub, (_, state) => {
      for (const one of state.getWebSockets()) {
        const kept = one.deserializeAttachment() as { actor: object }
        one.serializeAttachment({ ...kept, actor: { ...kept.actor, expiresAt: 1 } })
      }
    })
    await sleep()
    wire.say({ id: 1, op: 'ack' })
    const { code, reason } = await wire.closed
    expect([code, reason]).toEqual([4501, expect.stringContaining('token')])
  })

  test('refuses events over a hundred a minute, then closes the flood by 4429', async () => {
    const { wire, sleep } = await open()
    wire.say(many(100, 1))
    await wire.until(() => wire.items.length === 100)
    await sleep()
    wire.say(many(50, 101))
    const refused = await wire.answer(101)
    expect(refused).toMatchObject({ error: { code: 'rate_limited' } })
    wire.say(many(51, 201))
    expect((await wire.closed).code).toBe(4429)
  })

  test('counts what it cannot read, too', async () => {
    const { wire } = await open()
    for (let n = 0; n < 201; n++) wire.say(n % 2 ? '{' : '[{"id":1}]')
    expect((await wire.closed).code).toBe(4429)
  })
})

describe('a slow reader', () => {
  test.each(['events', 'bytes'])(
    'is told behind after too many %s, and catches up',
    async (how) => {
      const [alice, bob] = await two()
      const { id } = await aGroup(alice, [bob])
      const sent = await send(alice, id, 'x')
      const slow = await threadSocket(bob, id)
      const [times, length] = how === 'events' ? [10_001, 1] : [1200, 4000]
      // A profile's new name is told to everyone, and counts against nobody's limits.
      await runInDurableObject(threadObject(id), (thread) => {
        for (let n = 0; n < times; n++)
          thread.rename(alice.id, { ...nobodyKnown, name: `${n}`.padEnd(length, '.') })
      })
      await slow.until(() => slow.names().includes('behind'))
      const before = slow.items.length
      expect(slow.items.at(-1)).toEqual({ event: 'behind' })
      await call(alice, 'PATCH', `/messages/${sent.id}`, { content: 'last' })
      expect(slow.items.length).toBe(before)
      await evict.thread(id)
      await call(alice, 'PATCH', `/messages/${sent.id}`, { content: 'really last' })
      expect(slow.items.length).toBe(before)
      const { threads } = await slow.ask('sync', { cursors: { [id]: null } })
      expect(threads[id]).toMatchObject({ messages: [{ content: 'really last' }], more: false })
      await call(alice, 'PATCH', `/messages/${sent.id}`, { content: 'live' })
      await slow.event('message.updated', ({ content }) => content === 'live')
      expect(slow.names().filter((name) => name === 'behind')).toEqual(['behind'])
    },
  )
})

test('a token within the tolerance of clocks serves a request, but holds no socket', async () => {
  const token = await aToken({ sub: 'late' }, -10)
  const late = { id: 'late', name: 'Late', token }
  expect((await call(late, 'GET', '/me')).status).toBe(200)
  const wire = await socket(late)
  wire.say({ id: 1, op: 'ack' })
  expect((await wire.closed).code).toBe(4501)
})
