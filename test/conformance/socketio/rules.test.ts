// What the protocols' documents promise beyond the cases of their public suites.
import { once } from 'node:events'
import { request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { Poller, SEPARATOR, Wire, address, ask, bytes } from './talk.ts'

const rules = '/rules.io/'

/** Connected to the main namespace under a name, its `hello` read. */
async function connected(auth = '{"name":"Ana"}'): Promise<Wire> {
  const wire = await Wire.connect(rules, `40${auth}`)
  expect(await wire.read(1)).toEqual(['42["hello","Ana","/rules.io/"]'])
  return wire
}

describe('requests', () => {
  const refused: [string, string, RequestInit, number, object][] = [
    ['an unknown transport', 'EIO=4', {}, 400, { code: 0, message: 'Transport unknown' }],
    [
      'an unknown session',
      `EIO=4&transport=polling&sid=${'0'.repeat(64)}`,
      {},
      400,
      { code: 1, message: 'Session ID unknown' },
    ],
    [
      'a handshake by POST',
      'EIO=4&transport=polling',
      { method: 'POST' },
      400,
      { code: 2, message: 'Bad handshake method' },
    ],
    [
      'a WebSocket transport without an upgrade',
      'EIO=4&transport=websocket',
      {},
      400,
      { code: 3, message: 'Bad request' },
    ],
    [
      'a page of another site',
      'EIO=4&transport=polling',
      { headers: { Origin: 'https://foe.example' } },
      403,
      { code: 4, message: 'Forbidden' },
    ],
    [
      'another version of the protocol',
      'EIO=3&transport=polling',
      {},
      400,
      { code: 5, message: 'Unsupported protocol version' },
    ],
  ]
  for (const [name, query, init, status, body] of refused)
    test(`are refused with the documented body: ${name}`, async () => {
      const response = await ask('/engine.io/', query, init)
      expect([response.status, await response.json()]).toEqual([status, body])
    })

  test('of an allowed page carry CORS headers, preflights too', async () => {
    const headers = { Origin: 'https://friend.example' }
    const expected = {
      'access-control-allow-origin': 'https://friend.example',
      'access-control-allow-credentials': 'true',
    }
    const opened = await ask('/engine.io/', 'EIO=4&transport=polling', { headers })
    expect(Object.fromEntries(opened.headers)).toMatchObject(expected)
    const refused = await ask('/engine.io/', 'EIO=4', { headers })
    expect(Object.fromEntries(refused.headers)).toMatchObject(expected)
    const preflight = await fetch(address('/engine.io/', ''), { method: 'OPTIONS', headers })
    expect(preflight.status).toBe(204)
    expect(Object.fromEntries(preflight.headers)).toMatchObject(expected)
  })

  test('for a WebSocket of another site are refused', async () => {
    const query = 'EIO=4&transport=websocket'
    expect(await new Wire('/engine.io/', query, { Origin: 'https://foe.example' }).closed).toBe(
      1006,
    )
    const friend = new Wire('/engine.io/', query, { Origin: 'https://friend.example' })
    expect(await friend.next()).toMatch(/^0/)
    friend.close()
  })

  test('that overlap or are binary close the session', async () => {
    const binary = await Poller.open('/engine.io/')
    const headers = { 'Content-Type': 'application/octet-stream' }
    expect((await binary.post('4a', { headers })).status).toBe(400)
    expect((await binary.poll()).status).toBe(400)
  })

  test('of two megabytes are refused, and the session lives on', async () => {
    const poller = await Poller.open('/engine.io/')
    expect(await statusOfAnnounced(poller, 2_000_001)).toBe(413)
    await poller.send('4hello')
    // On a busy machine a ping came meanwhile.
    const packets = (await poller.next()).split(SEPARATOR)
    expect(packets.filter((packet) => packet !== '2')).toEqual(['4hello'])
  })
})

/** Announces so many bytes and sends the first: whoever refuses them need not wait for the rest. */
async function statusOfAnnounced({ path, query }: Poller, bytes: number): Promise<number> {
  const headers = { 'Content-Length': bytes, 'Content-Type': 'text/plain;charset=UTF-8' }
  const asked = request(address(path, query), { method: 'POST', headers })
  asked.write('4')
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  asked.destroy()
  return response.statusCode ?? 0
}

describe('upgrade', () => {
  test('delivers what waited for a poll, in order, text and binary', async () => {
    const poller = await Poller.open('/engine.io/')
    await poller.send(['4first', 'bAQID', '4third'].join(SEPARATOR))
    const wire = poller.upgrade()
    await wire.opened
    wire.send('2probe', '5', '4fourth')
    expect(await wire.read(5)).toEqual(['3probe', '4first', bytes(1, 2, 3), '4third', '4fourth'])
    wire.close()
  })

  test('that fails leaves long-polling as it was', async () => {
    const poller = await Poller.open('/engine.io/')
    const wire = poller.upgrade()
    await wire.opened
    wire.send('4not a probe')
    expect(await wire.closed).toBe(1002)
    await poller.send('4hello')
    expect(await poller.next()).toBe('4hello')
  })
})

describe('connect', () => {
  test('may be refused with a message and data', async () => {
    const wire = await Wire.open(rules)
    wire.send('40{"name":"nobody"}', '40{"name":"broken"}')
    expect(await wire.read(2)).toEqual([
      '44{"message":"Who?","data":{"code":7}}',
      '44{"message":"Internal error"}',
    ])
    wire.close()
  })

  test('works for several namespaces at once, up to ten', async () => {
    const wire = await connected()
    for (let at = 0; at < 10; at += 1) wire.send(`40/n${at},{"name":"n${at}"}`)
    const answers = await wire.read(19)
    expect(answers.slice(1, 18).filter((_, at) => at % 2 === 0)).toEqual(
      Array.from({ length: 9 }, (_, at) => `42/n${at},["hello","n${at}","/rules.io/"]`),
    )
    expect(answers[18]).toBe('44/n9,{"message":"Too many namespaces"}')
    wire.close()
  })

  test('twice to one namespace is once', async () => {
    const wire = await connected()
    wire.send('40', '421["count"]')
    expect(await wire.read(1)).toEqual(['431[1,"Ana"]'])
    wire.close()
  })

  test('comes first: an event to a namespace that is not connected closes the connection', async () => {
    const early = await Wire.open(rules)
    early.send('42["echo",1]')
    expect(await early.closed).toBe(1002)
  })

  test('recovers: the same id, and what was missed', async () => {
    const first = await Wire.open(rules)
    first.send('40{"recover":true}')
    const { sid, pid } = JSON.parse(String((await first.read(1))[0]).slice(2)) as {
      sid: string
      pid: string
    }
    first.close()
    const second = await Wire.open(rules)
    second.send(`40${JSON.stringify({ pid, offset: 'offset-1' })}`)
    const [again, missed] = await second.read(2)
    expect(JSON.parse(String(again).slice(2))).toEqual({ sid, pid })
    expect(missed).toBe('42["missed","offset-1","offset-2"]')
    second.close()
  })
})

describe('events', () => {
  test('keep their order, however long each takes', async () => {
    const wire = await connected()
    wire.send('42["slow",60]', '42["slow",1]', '421["echo","last"]')
    expect(await wire.read(4)).toEqual([
      '42["done",60]',
      '42["done",1]',
      '42["echo","last"]',
      '431["last"]',
    ])
    wire.close()
  })

  test('are acknowledged by the client as well, binary too, each once', async () => {
    const wire = await connected()
    wire.send('42["ask","a"]', '42["ask","b"]')
    expect(await wire.read(2)).toEqual(['420["question","a"]', '421["question","b"]'])
    wire.send('431["yes"]', '431["again"]', '461-0[{"_placeholder":true,"num":0}]')
    wire.send(Uint8Array.from([7]))
    expect(await wire.read(3)).toEqual([
      '42["thanks","b","yes"]',
      '451-["thanks","a",{"_placeholder":true,"num":0}]',
      bytes(7),
    ])
    wire.close()
  })

  test('may be acknowledged later', async () => {
    const wire = await connected()
    wire.send('425["promise"]')
    expect(await wire.read(1)).toEqual(['42["ticket",5]'])
    wire.send('42["keep",5,"kept"]')
    expect(await wire.read(1)).toEqual(['435["kept"]'])
    wire.close()
  })

  test('beyond the limit of a minute are refused, and a flood closes the connection', async () => {
    const wire = await connected()
    for (let at = 0; at < 20; at += 1) wire.send('42["echo"]')
    expect(new Set(await wire.read(20))).toEqual(new Set(['42["echo"]']))
    wire.send('429["echo"]')
    expect(await wire.read(2)).toEqual([
      expect.stringMatching(/^42\["refused","echo",\d+\]$/),
      expect.stringMatching(/^439\[\{"error":"rate_limited","retryAfter":\d+\}\]$/),
    ])
    for (let at = 0; at < 100; at += 1) wire.send('42["echo"]')
    expect(await wire.closed).toBe(1008)
  })

  test('that break the application leave the connection as it was', async () => {
    const wire = await connected()
    wire.send('42["fail"]', '42["echo","alive"]')
    expect(await wire.read(1)).toEqual(['42["echo","alive"]'])
    wire.close()
  })
})

describe('the end', () => {
  test('of a namespace by the server is told to the client', async () => {
    const wire = await connected()
    wire.send('40/custom,{}')
    await wire.read(2)
    wire.send('42["kick","/custom"]')
    expect(await wire.read(1)).toEqual(['41/custom,'])
    wire.close()
  })

  test('of a polling session by the server delivers what was said before', async () => {
    const poller = await Poller.open(rules)
    await poller.send('40')
    await poller.next()
    await poller.send('42["bye"]')
    expect(await poller.next()).toBe(['42["bye","bye"]', '1'].join(SEPARATOR))
    expect((await poller.poll()).status).toBe(400)
  })

  test('comes after the last word of a client that leaves at once', async () => {
    const wire = await connected('{"name":"Ana"}')
    wire.send('42["slow",20]', '41')
    wire.close()
    await wire.closed
    await expect
      .poll(async () => (await fetch(address(rules, '').replace('/rules.io/?', '/journal'))).text())
      .toContain('Ana left: client namespace disconnect')
  })
})
