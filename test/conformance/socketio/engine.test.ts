// Engine.IO 4, case by case under the names of the public suite (socketio/socket.io,
// docs/engine.io-protocol/v4-test-suite).
import { describe, expect, test } from 'vitest'
import { cases } from './engine-cases.ts'
import { Poller, SEPARATOR, Wire, bytes } from './talk.ts'

const path = '/engine.io/'

for (const { group, engine, run } of cases) test(`${group}: ${engine}`, () => run(path))

describe('message / HTTP long-polling', () => {
  const payloads = {
    'sends and receives a payload containing one plain text packet': '4hello',
    'sends and receives a payload containing several plain text packets': [
      '4test1',
      '4test2',
      '4test3',
    ].join(SEPARATOR),
    'sends and receives a payload containing plain text and binary packets': [
      '4hello',
      'bAQIDBA==',
    ].join(SEPARATOR),
  }
  for (const [name, payload] of Object.entries(payloads))
    test(name, async () => {
      const poller = await Poller.open(path)
      await poller.send(payload)
      expect(await poller.next()).toBe(payload)
    })

  test('closes the session upon invalid packet format', async () => {
    const poller = await Poller.open(path)
    expect((await poller.post('abc')).status).toBe(400)
    expect((await poller.poll()).status).toBe(400)
  })

  test('closes the session upon duplicate poll requests', async () => {
    const poller = await Poller.open(path)
    const answers = await Promise.all([poller.poll(), poller.poll()])
    const [first, second] = answers.toSorted((one, other) => one.status - other.status)
    expect([first?.status, await first?.text()]).toEqual([200, '1'])
    expect(second?.status).toBe(400)
    expect((await poller.poll()).status).toBe(400)
  })

  test('closes the session upon cancelled polling request', async () => {
    const poller = await Poller.open(path)
    const controller = new AbortController()
    const cancelled = poller.poll({ signal: controller.signal }).catch(() => 'cancelled')
    // A request that is answered was sent after the poll, and arrived after it.
    await poller.send('6')
    controller.abort()
    expect(await cancelled).toBe('cancelled')
    expect((await poller.poll()).status).toBe(400)
  })
})

describe('message / WebSocket', () => {
  test('sends and receives a plain text packet', async () => {
    const wire = await Wire.open(path)
    wire.send('4hello')
    expect(await wire.next()).toBe('4hello')
    wire.close()
  })

  test('sends and receives a binary packet', async () => {
    const wire = await Wire.open(path)
    wire.send(Uint8Array.from([1, 2, 3, 4]))
    expect(await wire.next()).toEqual(bytes(1, 2, 3, 4))
    wire.close()
  })

  test('closes the session upon invalid packet format', async () => {
    const wire = await Wire.open(path)
    wire.send('abc')
    expect(await wire.closed).toBe(1002)
  })
})
