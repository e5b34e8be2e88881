// Socket.IO 5, case by case under the names of the public suite (socketio/socket.io,
// docs/socket.io-protocol/v5-test-suite).
import { describe, expect, test } from 'vitest'
import { cases } from './engine-cases.ts'
import { Wire, bytes } from './talk.ts'

const path = '/socket.io/'

for (const { group, socket, run } of cases) test(`${group}: ${socket}`, () => run(path))

/** Connected to the main namespace, its `auth` event read. */
async function connected(): Promise<Wire> {
  const wire = await Wire.connect(path)
  expect(await wire.read(1)).toEqual(['42["auth",{}]'])
  return wire
}

describe('connect', () => {
  const connections: [string, string, string, string][] = [
    ['should allow connection to the main namespace', '40', '40', '42["auth",{}]'],
    [
      'should allow connection to the main namespace with a payload',
      '40{"token":"123"}',
      '40',
      '42["auth",{"token":"123"}]',
    ],
    [
      'should allow connection to a custom namespace',
      '40/custom,',
      '40/custom,',
      '42/custom,["auth",{}]',
    ],
    [
      'should allow connection to a custom namespace with a payload',
      '40/custom,{"token":"abc"}',
      '40/custom,',
      '42/custom,["auth",{"token":"abc"}]',
    ],
  ]
  for (const [name, packet, head, auth] of connections)
    test(name, async () => {
      const wire = await Wire.open(path)
      wire.send(packet)
      const answer = String(await wire.next())
      expect(answer.slice(0, head.length)).toBe(head)
      expect(JSON.parse(answer.slice(head.length))).toEqual({ sid: expect.any(String) })
      expect(await wire.next()).toBe(auth)
      wire.close()
    })

  test('should disallow connection to an unknown namespace', async () => {
    const wire = await Wire.open(path)
    wire.send('40/random')
    expect(await wire.next()).toBe('44/random,{"message":"Invalid namespace"}')
    wire.close()
  })

  test('should disallow connection with an invalid handshake', async () => {
    const wire = await Wire.open(path)
    wire.send('4abc')
    expect(await wire.closed).toBe(1002)
  })

  test('should close the connection if no handshake is received', async () => {
    await new Wire(path).closed
  })

  test('should close the connection if it pongs, but no handshake is received', async () => {
    const wire = await Wire.open(path)
    void wire.read(1)
    expect(await wire.closed).toBe(1000)
  })
})

describe('disconnect', () => {
  test('should disconnect from the main namespace', async () => {
    const wire = await connected()
    wire.send('41')
    expect(await wire.next()).toBe('2')
    wire.close()
  })

  test('should connect then disconnect from a custom namespace', async () => {
    const wire = await connected()
    expect(await wire.next()).toBe('2')
    wire.send('40/custom')
    expect(await wire.next()).toMatch(/^40\/custom,/)
    expect(await wire.next()).toBe('42/custom,["auth",{}]')
    wire.send('41/custom', '42["message","message to main namespace"]')
    expect(await wire.next()).toBe('42["message-back","message to main namespace"]')
    wire.close()
  })
})

describe('message', () => {
  const places = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'
  const attachments = [Uint8Array.from([1, 2, 3]), Uint8Array.from([4, 5, 6])]
  const returned = [bytes(1, 2, 3), bytes(4, 5, 6)]

  test('should send a plain-text packet', async () => {
    const wire = await connected()
    wire.send('42["message",1,"2",{"3":[true]}]')
    expect(await wire.read(1)).toEqual(['42["message-back",1,"2",{"3":[true]}]'])
    wire.close()
  })

  test('should send a packet with binary attachments', async () => {
    const wire = await connected()
    wire.send(`452-["message",${places}]`, ...attachments)
    expect(await wire.read(3)).toEqual([`452-["message-back",${places}]`, ...returned])
    wire.close()
  })

  test('should send a plain-text packet with an ack', async () => {
    const wire = await connected()
    wire.send('42456["message-with-ack",1,"2",{"3":[false]}]')
    expect(await wire.read(1)).toEqual(['43456[1,"2",{"3":[false]}]'])
    wire.close()
  })

  test('should send a packet with binary attachments and an ack', async () => {
    const wire = await connected()
    wire.send(`452-789["message-with-ack",${places}]`, ...attachments)
    expect(await wire.read(3)).toEqual([`462-789[${places}]`, ...returned])
    wire.close()
  })

  const invalid = {
    'unknown packet type': '4abc',
    'invalid payload format': '42{}',
    'invalid ack id': '42abc["message-with-ack",1,"2",{"3":[false]}]',
  }
  for (const [name, packet] of Object.entries(invalid))
    test(`should close the connection upon invalid format (${name})`, async () => {
      const wire = await connected()
      wire.send(packet)
      expect(await wire.closed).toBe(1002)
    })
})
