// Who gets in by Socket.IO, and what ends a connection.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import {
  aThread,
  aToken,
  call,
  origin,
  passTime,
  send,
  signIn,
} from '../../integration/fixtures.ts'
import { socket, userObject } from '../../integration/fixtures.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { Client } from '../sockets.ts'
import type { Data } from '../sockets.ts'

const alice = await signIn('Alice')
const admin = await signIn('Ada', { role: 'admin' })
const objectOf = ({ id }: Client) => env.CONNECTION.get(env.CONNECTION.idFromString(id))

const handshake = (headers: Record<string, string>, query = 'transport=polling') =>
  exports.default.fetch(`${origin}/socket.io/?EIO=4&${query}`, { headers })

/** Connected as this person, by whatever the headers say. */
async function comesInAs(user: Someone, headers: Record<string, string>): Promise<void> {
  const client = await Client.open(null, { headers })
  client.emit('auth', {})
  expect(await client.next('auth:success')).toEqual({ userId: user.id })
}

/** The document's refusal, and then the end of the namespace. */
async function refused(client: Client, code: string): Promise<void> {
  expect(await client.next('auth:error')).toMatchObject({ success: false, code })
  await client.dismissed
}

describe('a token', () => {
  test('in the handshake’s auth, in a Bearer header, or in the cookie of an allowed page', async () => {
    for (const token of [alice.token, `Bearer ${alice.token}`]) {
      const client = await Client.open(null, { auth: { token } })
      expect(client.greeting).toEqual({ sid: expect.any(String), pid: client.id })
    }
    await comesInAs(alice, { Authorization: `Bearer ${alice.token}` })
    const Cookie = `skein_session=${alice.token}`
    await comesInAs(alice, { Cookie, Origin: origin })
  })

  test('in a cookie alone is not enough', async () => {
    const Cookie = `skein_session=${alice.token}`
    await expect(Client.dial({ headers: { Cookie } })).rejects.toThrow('no socket: 403')
    const page = async (headers: Record<string, string>) => {
      const opened = await handshake({ Cookie, ...headers })
      const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string }
      const url = `${origin}/socket.io/?EIO=4&transport=polling&sid=${sid}`
      await exports.default.fetch(url, { method: 'POST', body: '40' })
      return (await exports.default.fetch(url)).text()
    }
    expect(await page({})).toContain('auth:error')
    expect(await page({ 'Sec-Fetch-Site': 'cross-site' })).toContain('auth:error')
    // A page of ours polls without naming its Origin; the browser says so in another way.
    expect(await page({ 'Sec-Fetch-Site': 'same-origin' })).toMatch(/^40\{"sid"/)
    expect(await page({ 'Sec-Fetch-Site': 'same-origin' })).not.toContain('auth:error')
  })

  test('that is missing, bad or over is refused in the document’s words', async () => {
    const over = await aToken({ sub: alice.id }, -60)
    const bad: Data[] = [{}, { token: 'nonsense' }, { token: over }, { token: 7 }]
    for (const auth of bad) await refused(await Client.open(null, { auth }), 'unauthenticated')
    // A bad token is no reason to look for another.
    const headers = { Authorization: `Bearer ${alice.token}` }
    await refused(await Client.open(null, { auth: { token: 'x' }, headers }), 'unauthenticated')
  })

  test('that ends meanwhile ends the connection', async () => {
    const bob = await signIn('Bob')
    const { id } = await aThread(alice, [bob])
    for (const cause of ['speaks', 'is spoken to']) {
      const token = await aToken({ sub: bob.id, name: 'Bob' }, 3600)
      const client = await Client.open({ ...bob, token })
      await runInDurableObject(objectOf(client), (object) => {
        const visit = Object.values(object['session']?.kept.own.namespaces ?? {})[0]?.data
        if (visit) visit.actor.expiresAt = 1
      })
      if (cause === 'speaks') client.emit('thread:join', { threadId: id })
      else await send(alice, id, `hello ${cause}`)
      await refused(client, 'unauthenticated')
      expect(client.names()).not.toContain('message:received')
    }
  })
})

describe('an origin', () => {
  test('that may not connect is refused before any session', async () => {
    const Origin = 'https://evil.example'
    const answer = await handshake({ Origin, Authorization: `Bearer ${alice.token}` })
    expect([answer.status, await answer.json()]).toEqual([403, { code: 4, message: 'Forbidden' }])
    expect(answer.headers.get('Access-Control-Allow-Origin')).toBe(null)
    await expect(Client.dial({ headers: { Origin } })).rejects.toThrow('no socket: 403')
  })

  test('of our own gets CORS headers, once each', async () => {
    const { headers } = await handshake({ Origin: origin })
    expect(headers.get('Access-Control-Allow-Origin')).toBe(origin)
    expect(headers.get('Access-Control-Allow-Credentials')).toBe('true')
    expect(headers.get('Vary')).toBe('Origin')
  })
})

describe('an address', () => {
  test('of a dialect by its prefix, and no other', async () => {
    const client = await Client.open(alice, { prefix: '/eventflow' })
    client.emit('auth', {})
    await client.next('auth:success')
    const strange = await exports.default.fetch(`${origin}/nonsense/socket.io/?EIO=4`)
    expect(await strange.text()).not.toContain('"code":')
  })

  test('has the namespace of its dialect alone', async () => {
    const client = await Client.open(alice, { namespace: '/elsewhere' })
    expect(await client.refused).toEqual({ message: 'Invalid namespace' })
  })
})

describe('a ban', () => {
  test('closes every connection, before it is answered, asleep or not', async () => {
    const bob = await signIn('Bob')
    const clients = [await Client.open(bob), await Client.open(bob)]
    await evictDurableObject(userObject(bob))
    for (const client of clients) await evictDurableObject(objectOf(client))
    await call(admin, 'PUT', `/admin/bans/${bob.id}`, { reason: 'enough' })
    for (const client of clients) {
      await refused(client, 'banned')
      await client.closed
    }
    await refused(await Client.open(bob), 'banned')
  })

  test('that nobody may notice hides what they send, from connections that are open too', async () => {
    const bob = await signIn('Bob')
    const { id: threadId } = await aThread(alice, [bob])
    const [a, b] = [await Client.open(alice), await Client.open(bob)]
    await call(admin, 'PUT', `/admin/bans/${bob.id}`, { reason: 'x', shadow: true })
    await evictDurableObject(objectOf(b))
    const late = await Client.open(bob)
    b.emit('message:send', { threadId, content: 'one' })
    late.emit('message:send', { threadId, content: 'two' })
    for (const one of [b, late])
      await one.next('message:received', (data) => (data['message'] as Data)['content'] === 'two')
    await a.settled()
    expect(a.names()).not.toContain('message:received')
  })
})

describe('limits', () => {
  // Reading 10: the 101st event in a minute is answered and not executed; after 100 more it closes.
  test('of events in a minute', async () => {
    const bob = await signIn('Bob')
    const { id: threadId } = await aThread(bob, [alice])
    const client = await Client.open(bob)
    for (let n = 0; n < 50; n++) client.emit('auth', {})
    await client.ask('thread:join', { threadId })
    await evictDurableObject(objectOf(client))
    for (let n = 0; n < 49; n++) client.emit('auth', {})
    await client.until(() => client.names().filter((name) => name === 'auth:success').length === 99)
    client.emit('message:send', { threadId, content: 'one too many' })
    expect(await client.next('error')).toMatchObject({
      code: 'rate_limited',
      retryAfter: expect.any(Number),
    })
    const { body } = await call<{ items: unknown[] }>(bob, 'GET', `/threads/${threadId}/messages`)
    expect(body.items).toEqual([])
    for (let n = 0; n < 100; n++) client.emit('auth', {})
    await client.closed
    const errors = client.heard.filter(({ event }) => event === 'error')
    expect(errors.length).toBe(100)
  })

  test('of connections at a time; those that are gone without a word do not count', async () => {
    const bob = await signIn('Bob')
    const clients = await Promise.all(Array.from({ length: 32 }, () => Client.open(bob)))
    await refused(await Client.open(bob), 'rate_limited')
    const [first] = clients
    if (!first) throw new Error('nobody')
    await evictDurableObject(objectOf(first), { webSockets: 'close' })
    const last = await Client.open(bob)
    expect(last.names()).toEqual([])
  })
})

async function count(): Promise<number> {
  const { connections } = (await call<Data>(admin, 'GET', '/admin/metrics')).body
  return Number(connections)
}

test('connections are counted while they are open', async () => {
  const bob = await signIn('Bob')
  const before = await count()
  const clients = [await Client.open(bob), await Client.open(bob)]
  await expect.poll(count).toBe(before + 2)
  for (const client of clients) client.close()
  await expect.poll(count).toBe(before)
})

describe('presence', () => {
  test('follows a client that vanished: no pong, no more session, offline after the grace', async () => {
    const bob = await signIn('Bob')
    await aThread(alice, [bob])
    const [a, b] = [await Client.open(alice), await Client.open(bob)]
    const online = { userId: bob.id, status: 'online', lastSeen: null }
    expect(await a.next('presence:sync', ({ userId }) => userId === bob.id)).toEqual(online)
    await evictDurableObject(objectOf(b))
    // It is pinged and does not answer; then its time is over.
    await runDurableObjectAlarm(objectOf(b))
    await evictDurableObject(objectOf(b))
    await runInDurableObject(objectOf(b), (object) => {
      const pulse = object['session']?.pulse
      if (pulse) Object.assign(pulse, { heardAt: 1, pingAt: 2 })
    })
    await runDurableObjectAlarm(objectOf(b))
    await b.closed
    await evictDurableObject(userObject(bob))
    await passTime(userObject(bob))
    expect(await a.next('presence:sync', ({ status }) => status === 'offline')).toEqual({
      ...{ userId: bob.id, status: 'offline', lastSeen: expect.any(String) },
    })
  })

  test('is asked of sessions whose object was lost with all that it held', async () => {
    const bob = await signIn('Bob')
    await aThread(alice, [bob])
    const b = await Client.open(bob)
    const status = async () => {
      const path = `/presence?userIds=${bob.id}`
      return (await call<{ items: { status: string }[] }>(alice, 'GET', path)).body.items[0]?.status
    }
    expect(await status()).toBe('online')
    await evictDurableObject(objectOf(b), { webSockets: 'close' })
    expect(await status()).toBe('offline')
  })

  test('of several devices: away when all say so, here only once the last is gone', async () => {
    const bob = await signIn('Bob')
    await aThread(alice, [bob])
    const a = await Client.open(alice)
    const [desk, phone] = [await Client.open(bob), await socket(bob)]
    desk.emit('presence:update', { status: 'away' })
    await desk.settled()
    await evictDurableObject(userObject(bob))
    await phone.ask('presence.set', { status: 'away' })
    await a.next('presence:sync', ({ status }) => status === 'away')
    desk.emit('presence:update', { status: 'online' })
    await a.next('presence:sync', ({ status }) => status === 'online')
    phone.close(1000)
    await phone.closed
    desk.close()
    await desk.closed
    await expect
      .poll(() =>
        runInDurableObject(userObject(bob), (_, { storage }) =>
          storage.sql.exec(`SELECT 1 FROM due WHERE kind = 'offline'`).toArray(),
        ),
      )
      .toHaveLength(1)
    await passTime(userObject(bob))
    await a.next('presence:sync', ({ status }) => status === 'offline')
  })
})
