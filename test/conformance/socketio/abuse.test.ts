// Bad input: the session answers or closes, and every other session lives on.
import { beforeAll, describe, expect, test } from 'vitest'
import { Poller, Wire } from './talk.ts'
import type { Path } from './talk.ts'

const path = '/socket.io/'
let bystander: Wire

beforeAll(async () => {
  bystander = await Wire.connect(path)
  await bystander.read(1)
  // Pongs for as long as the file runs.
  bystander.socket.on('message', (data) => {
    if (String(data) === '2') bystander.send('3')
  })
})

async function unharmed(): Promise<void> {
  bystander.send('421["message-with-ack","alive"]')
  for (;;) if ((await bystander.next()) === '431["alive"]') return
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const placeholder = '{"_placeholder":true,"num":0}'

describe('closes a WebSocket upon', () => {
  const inputs: Record<string, (string | Uint8Array)[]> = {
    'an open packet': ['0{}'],
    'a ping of the client': ['2'],
    'an unknown packet type': ['9'],
    'an empty frame': [''],
    'binary out of place': [Uint8Array.from([1])],
    'text in place of an attachment': [`451-["message",${placeholder}]`, '42["message"]'],
    'more attachments than anybody has': [`4511-["message"]`],
    'an attachment used a thousand times': [
      `451-["message",${Array.from({ length: 1000 }, () => placeholder).join(',')}]`,
      new Uint8Array(1000),
    ],
    'attachments that are no number': ['45x-["message"]'],
    'JSON too deep': [`42["message",${nested(100_000)}]`],
    'JSON too deep behind a quote': [`42/cus"tom,["message",${nested(100_000)}]`],
    'half of a JSON text': ['42["message"'],
    'an event without a name': ['42'],
    'an event with a reserved name': ['42["disconnect"]'],
    'an id beyond all numbers': [`42${'9'.repeat(40)}["message"]`],
    'a connection error of the client': ['44{"message":"no"}'],
    'an event to an unknown namespace': ['42/elsewhere,["message"]'],
    'a namespace called like a property': ['42/__proto__,["message"]'],
    'a namespace of a megabyte': [`40/${'n'.repeat(900_000)}`],
    'two megabytes': [`42["message","${'x'.repeat(2_000_000)}"]`],
  }
  for (const [name, frames] of Object.entries(inputs))
    test(name, async () => {
      const wire = await Wire.connect(path)
      await wire.read(1)
      wire.send(...frames)
      expect([1002, 1009]).toContain(await wire.closed)
      await unharmed()
    })
})

/** Always the same bytes, so that a failure can be repeated. */
function* random(count: number): Generator<Uint8Array> {
  let state = 7
  const next = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648)
  for (let at = 0; at < count; at += 1)
    yield Uint8Array.from({ length: next() % 64 }, () => next() % 256)
}

describe('survives', () => {
  test('random bytes, as text and as binary', async () => {
    const wires = await Promise.all(
      [...random(60)].map(async (noise, at) => {
        const wire = await Wire.open(path)
        wire.send(at % 2 ? noise : `4${Buffer.from(noise).toString('latin1')}`)
        return wire
      }),
    )
    // Silent ones are closed by their ping, the others at once.
    await Promise.all(wires.map((wire) => wire.closed))
    await unharmed()
  })

  test('random payloads of long-polling', async () => {
    for (const noise of random(30)) {
      const poller = await Poller.open('/engine.io/')
      const { status } = await poller.post(Buffer.from(noise).toString('latin1'))
      expect([200, 400]).toContain(status)
    }
    await unharmed()
  })

  test('thousands of namespaces', async () => {
    const wire = await Wire.open(path)
    for (let at = 0; at < 3000; at += 1) wire.send(`40/n${at},`)
    const answers = await wire.read(3000)
    expect(answers[2999]).toBe('44/n2999,{"message":"Invalid namespace"}')
    const limited = await Wire.open('/rules.io/' satisfies Path)
    for (let at = 0; at < 3000; at += 1) limited.send(`40/n${at},`)
    expect(await limited.closed).toBe(1008)
    wire.close()
    await unharmed()
  })

  test('a hundred thousand packets in one payload', async () => {
    const poller = await Poller.open('/engine.io/')
    const { status } = await poller.post(Array.from({ length: 100_000 }, () => '4').join('\x1e'))
    expect(status).toBe(400)
    await unharmed()
  })
})
