// A session's object alone: eviction in the middle of everything, its alarm, its rows.
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env as bindings, exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { tally } from '../../../../src/store/tally.ts'
import type { Env, Rules } from './echo.ts'

const env = bindings as unknown as Env
const origin = 'http://skein.test'

const stubOf = (sid: string) => env.RULES.get(env.RULES.idFromString(sid))
type Stub = ReturnType<typeof stubOf>

const ask = (query: string, init?: RequestInit) =>
  exports.default.fetch(`${origin}/rules.io/?EIO=4&${query}`, init)

/** A WebSocket of which no packet is missed. */
class Wire {
  readonly socket: WebSocket
  private readonly received: (string | ArrayBuffer)[] = []
  private waiting: (() => void) | null = null
  readonly closed: Promise<number>

  static async open(sid?: string): Promise<Wire> {
    const query = `transport=websocket${sid ? `&sid=${sid}` : ''}`
    const { webSocket } = await ask(query, { headers: { Upgrade: 'websocket' } })
    if (!webSocket) throw new Error('the upgrade was refused')
    return new Wire(webSocket)
  }

  constructor(socket: WebSocket) {
    this.socket = socket
    socket.accept()
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => {
      this.received.push(data as string | ArrayBuffer)
      this.waiting?.()
    })
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', ({ code }) => resolve(code))
    })
  }

  async next(): Promise<string | ArrayBuffer> {
    while (this.received.length === 0) await new Promise<void>((done) => (this.waiting = done))
    return this.received.shift() ?? ''
  }

  send(...frames: (string | ArrayBuffer)[]): void {
    for (const frame of frames) this.socket.send(frame)
  }
}

async function connected(name = 'Ana'): Promise<{ wire: Wire; stub: Stub; sid: string }> {
  const wire = await Wire.open()
  const { sid } = JSON.parse(String(await wire.next()).slice(1)) as { sid: string }
  wire.send(`40{"name":"${name}"}`)
  expect(await wire.next()).toMatch(/^40/)
  expect(await wire.next()).toBe(`42["hello","${name}","/rules.io/"]`)
  return { wire, sid, stub: stubOf(sid) }
}

async function polling(): Promise<{ sid: string; stub: Stub; query: string }> {
  const opened = await ask('transport=polling')
  const { sid } = JSON.parse((await opened.text()).slice(1)) as { sid: string }
  return { sid, stub: stubOf(sid), query: `transport=polling&sid=${sid}` }
}

/** Reads the answer too: an object whose answer is not read cannot be evicted. */
const post = async (query: string, body: string) =>
  (await ask(query, { method: 'POST', body })).text()
const poll = async (query: string) => (await ask(query)).text()
const alarmOf = (stub: Stub) =>
  runInDurableObject(stub, (_object: Rules, state) => state.storage.getAlarm())
const rowsOf = (stub: Stub) =>
  runInDurableObject(stub, (_object: Rules, state) => [...state.storage.kv.list()].length)

describe('an eviction', () => {
  test('in the middle of a session is not noticed: data, order, acknowledgements', async () => {
    const { wire, stub } = await connected()
    wire.send('421["count"]')
    expect(await wire.next()).toBe('431[1,"Ana"]')
    await evictDurableObject(stub)
    wire.send('422["count"]')
    expect(await wire.next()).toBe('432[2,"Ana"]')
    await evictDurableObject(stub)
    expect(await stub.emit('/', 'news', [1])).toBe(true)
    expect(await wire.next()).toBe('42["news",1]')
    expect(await stub.emit('/custom', 'news', [1])).toBe(false)
  })

  test('in the middle of a binary message, small or large, loses no attachment', async () => {
    const { wire, stub } = await connected()
    for (const size of [10, 200_000]) {
      const first = new Uint8Array(size).fill(1).buffer
      const second = new Uint8Array(size).fill(2).buffer
      const places = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
      wire.send(`452-["echo",${places}]`)
      await evictDurableObject(stub)
      wire.send(first)
      await expect.poll(() => partsOf(stub)).toBe(2)
      await evictDurableObject(stub)
      wire.send(second)
      expect(await wire.next()).toBe(`452-["echo",${places}]`)
      expect([await wire.next(), await wire.next()]).toEqual([first, second])
      expect(await rowsOf(stub)).toBe(0)
    }
  })

  test('while an acknowledgement is owed, by the client or by us', async () => {
    const { wire, stub } = await connected()
    wire.send('42["ask","why"]')
    expect(await wire.next()).toBe('420["question","why"]')
    wire.send('427["promise"]')
    expect(await wire.next()).toBe('42["ticket",7]')
    await evictDurableObject(stub)
    wire.send('430["because"]')
    expect(await wire.next()).toBe('42["thanks","why","because"]')
    await evictDurableObject(stub)
    expect(await stub.answer('/', 7, ['kept'])).toBe(true)
    expect(await wire.next()).toBe('437["kept"]')
  })

  test('between two polls keeps the session and what waits for the next one', async () => {
    const { stub, query } = await polling()
    await post(query, '40{"name":"Ana"}')
    await evictDurableObject(stub)
    await stub.emit('/', 'news', ['x'.repeat(1_000_000)])
    await evictDurableObject(stub)
    const [greeting, hello, news] = (await poll(query)).split('\x1e')
    expect([greeting?.slice(0, 2), hello]).toEqual(['40', '42["hello","Ana","/rules.io/"]'])
    expect(news?.length).toBe(1_000_000 + '42["news",""]'.length)
    await evictDurableObject(stub)
    await post(query, '421["count"]')
    expect(await poll(query)).toBe('431[1,"Ana"]')
  })

  test('between probe and upgrade', async () => {
    const { stub, sid, query } = await polling()
    await post(query, '40{"name":"Ana"}')
    const wire = await Wire.open(sid)
    wire.send('2probe')
    expect(await wire.next()).toBe('3probe')
    await evictDurableObject(stub)
    wire.send('5', '421["count"]')
    expect(await wire.next()).toMatch(/^40/)
    expect(await wire.next()).toBe('42["hello","Ana","/rules.io/"]')
    expect(await wire.next()).toBe('431[1,"Ana"]')
    expect((await ask(query)).status).toBe(400)
    expect(await rowsOf(stub)).toBe(0)
  })

  test('leaves the count of a minute as it was', async () => {
    const { wire, stub } = await connected()
    for (let at = 0; at < 20; at += 1) {
      wire.send('42["echo"]')
      await wire.next()
    }
    await evictDurableObject(stub)
    wire.send('42["echo"]')
    expect(await wire.next()).toMatch(/^42\["refused","echo",/)
  })

  test('spares a handshake that is too large for an attachment', async () => {
    const headers = {
      ...{ Upgrade: 'websocket', Cookie: 'c'.repeat(8000), Authorization: 'a'.repeat(8000) },
      'X-Large': 'x'.repeat(8000),
    }
    const { webSocket } = await ask('transport=websocket', { headers })
    if (!webSocket) throw new Error('the upgrade was refused')
    const wire = new Wire(webSocket)
    const { sid } = JSON.parse(String(await wire.next()).slice(1)) as { sid: string }
    wire.send('40{"name":"Ana"}')
    await wire.next()
    await wire.next()
    expect(await rowsOf(stubOf(sid))).toBe(1)
    await evictDurableObject(stubOf(sid))
    wire.send('421["count"]')
    expect(await wire.next()).toBe('431[1,"Ana"]')
  })
})

const partsOf = (stub: Stub) =>
  runInDurableObject(stub, (object: Rules) => object['session']?.parts.length)

describe('the heartbeat', () => {
  test('pings by the alarm; the pong wakes nobody and is seen by the next alarm', async () => {
    const { wire, stub } = await connected()
    await evictDurableObject(stub)
    await runDurableObjectAlarm(stub)
    expect(await wire.next()).toBe('2')
    wire.send('3')
    expect(await wire.next()).toBe('6')
    await evictDurableObject(stub)
    await runDurableObjectAlarm(stub)
    expect(await wire.next()).toBe('2')
  })

  test('closes a session that went silent, at the alarm after its timeout', async () => {
    const { wire, stub } = await connected('Silent')
    await runDurableObjectAlarm(stub)
    expect(await wire.next()).toBe('2')
    // As if the ping had been sent long ago; the attachment is what an evicted object starts from.
    await runInDurableObject(stub, (_object: Rules, state) => {
      const [socket] = state.getWebSockets()
      const kept = socket?.deserializeAttachment() as { pulse: Record<string, number> }
      const long = 60_000
      Object.assign(kept.pulse, { pingAt: Date.now() - long, heardAt: Date.now() - long - 1 })
      socket?.serializeAttachment(kept)
    })
    await evictDurableObject(stub)
    await runDurableObjectAlarm(stub)
    expect(await wire.closed).toBe(1000)
    expect(await env.RULES.getByName('journal').notes()).toContainEqual(
      expect.stringContaining('Silent left: ping timeout'),
    )
    expect([await alarmOf(stub), await rowsOf(stub)]).toEqual([null, 0])
  })

  test('costs one alarm and one row a ping, and nothing else', async () => {
    const { wire, stub } = await connected()
    await runDurableObjectAlarm(stub)
    await wire.next()
    const before = tally.object
    for (let round = 0; round < 3; round += 1) {
      wire.send('3')
      await wire.next()
      await evictDurableObject(stub)
      await runDurableObjectAlarm(stub)
      await wire.next()
    }
    expect(tally.object - before).toBe(3)
    const next = (await alarmOf(stub)) ?? 0
    expect(next - Date.now()).toBeGreaterThan(20_000)
  })
})

describe('a polling session', () => {
  test('ends when its poll is cancelled', async () => {
    const { stub, query } = await polling()
    const controller = new AbortController()
    const held = ask(query, { signal: controller.signal }).catch(() => 'cancelled')
    await post(query, '6')
    controller.abort()
    expect(await held).toBe('cancelled')
    await expect.poll(() => alarmOf(stub)).toBe(null)
    expect((await ask(query)).status).toBe(400)
  })

  test('leaves nothing behind when it ends', async () => {
    const { stub, query } = await polling()
    await post(query, '40')
    await post(query, '1')
    expect([await alarmOf(stub), await rowsOf(stub)]).toEqual([null, 0])
  })
})

describe('whoever speaks to a namespace', () => {
  test('while its connection is not answered is heard after the answer', async () => {
    const wire = await Wire.open()
    const { sid } = JSON.parse(String(await wire.next()).slice(1)) as { sid: string }
    wire.send('40{"name":"Ana","wait":30}')
    await expect.poll(() => stubOf(sid).emit('/', 'news', [1])).toBe(true)
    expect(await wire.next()).toMatch(/^40/)
    expect(await wire.next()).toBe('42["hello","Ana","/rules.io/"]')
    expect(await wire.next()).toBe('42["news",1]')
  })

  test('is told when it is gone', async () => {
    const { wire, stub } = await connected()
    expect(await stub.disconnect('/')).toBe(true)
    expect(await wire.next()).toBe('41')
    expect(await stub.emit('/', 'news', [])).toBe(false)
    wire.socket.close(1000)
    await wire.closed
    expect(await stub.emit('/', 'news', [])).toBe(false)
  })
})
