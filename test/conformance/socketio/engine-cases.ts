// What both public suites ask of Engine.IO, each under the name that it has there.
import { expect } from 'vitest'
import { pings } from './pings.ts'
import { Poller, Wire, ask, silence } from './talk.ts'
import type { Path } from './talk.ts'

export type Case = {
  group: string
  engine: string
  socket: string
  run: (path: Path) => Promise<void>
}

function checkOpening(packet: unknown, upgrades: string[]): void {
  expect(packet).toMatch(/^0/)
  expect(JSON.parse(String(packet).slice(1))).toEqual({
    sid: expect.any(String),
    upgrades,
    pingInterval: pings.interval,
    pingTimeout: pings.timeout,
    maxPayload: 1_000_000,
  })
}

async function upgraded(path: Path): Promise<{ poller: Poller; wire: Wire }> {
  const poller = await Poller.open(path)
  const wire = poller.upgrade()
  await wire.opened
  wire.send('2probe')
  expect(await wire.next()).toBe('3probe')
  return { poller, wire }
}

export const cases: Case[] = [
  {
    group: 'handshake / HTTP long-polling',
    engine: 'successfully opens a session',
    socket: 'should successfully open a session',
    run: async (path) => {
      const response = await ask(path, 'EIO=4&transport=polling')
      expect(response.status).toBe(200)
      checkOpening(await response.text(), ['websocket'])
    },
  },
  {
    group: 'handshake / HTTP long-polling',
    engine: "fails with an invalid 'EIO' query parameter",
    socket: "should fail with an invalid 'EIO' query parameter",
    run: async (path) => {
      expect((await ask(path, 'transport=polling')).status).toBe(400)
      expect((await ask(path, 'EIO=abc&transport=polling')).status).toBe(400)
    },
  },
  {
    group: 'handshake / HTTP long-polling',
    engine: "fails with an invalid 'transport' query parameter",
    socket: "should fail with an invalid 'transport' query parameter",
    run: async (path) => {
      expect((await ask(path, 'EIO=4')).status).toBe(400)
      expect((await ask(path, 'EIO=4&transport=abc')).status).toBe(400)
    },
  },
  {
    group: 'handshake / HTTP long-polling',
    engine: 'fails with an invalid request method',
    socket: 'should fail with an invalid request method',
    run: async (path) => {
      for (const method of ['POST', 'PUT'])
        expect((await ask(path, 'EIO=4&transport=polling', { method })).status).toBe(400)
    },
  },
  {
    group: 'handshake / WebSocket',
    engine: 'successfully opens a session',
    socket: 'should successfully open a session',
    run: async (path) => {
      const wire = new Wire(path)
      checkOpening(await wire.next(), [])
      wire.close()
    },
  },
  {
    group: 'handshake / WebSocket',
    engine: "fails with an invalid 'EIO' query parameter",
    socket: "should fail with an invalid 'EIO' query parameter",
    run: async (path) => {
      await new Wire(path, 'transport=websocket').closed
      await new Wire(path, 'EIO=abc&transport=websocket').closed
    },
  },
  {
    group: 'handshake / WebSocket',
    engine: "fails with an invalid 'transport' query parameter",
    socket: "should fail with an invalid 'transport' query parameter",
    run: async (path) => {
      await new Wire(path, 'EIO=4').closed
      await new Wire(path, 'EIO=4&transport=abc').closed
    },
  },
  {
    group: 'heartbeat / HTTP long-polling',
    engine: 'sends ping/pong packets',
    socket: 'should send ping/pong packets',
    run: async (path) => {
      const poller = await Poller.open(path)
      for (let round = 0; round < 3; round += 1) {
        expect(await poller.next()).toBe('2')
        await poller.send('3')
      }
    },
  },
  {
    group: 'heartbeat / HTTP long-polling',
    engine: 'closes the session upon ping timeout',
    socket: 'should close the session upon ping timeout',
    run: async (path) => {
      const poller = await Poller.open(path)
      await silence()
      expect((await poller.poll()).status).toBe(400)
    },
  },
  {
    group: 'heartbeat / WebSocket',
    engine: 'sends ping/pong packets',
    socket: 'should send ping/pong packets',
    run: async (path) => {
      const wire = await Wire.open(path)
      for (let round = 0; round < 3; round += 1) {
        expect(await wire.next()).toBe('2')
        wire.send('3')
      }
      wire.close()
    },
  },
  {
    group: 'heartbeat / WebSocket',
    engine: 'closes the session upon ping timeout',
    socket: 'should close the session upon ping timeout',
    run: async (path) => {
      await new Wire(path).closed
    },
  },
  {
    group: 'close / HTTP long-polling',
    engine: 'forcefully closes the session',
    socket: 'should forcefully close the session',
    run: async (path) => {
      const poller = await Poller.open(path)
      const [last] = await Promise.all([poller.poll(), poller.post('1')])
      expect([last.status, await last.text()]).toEqual([200, '6'])
      expect((await poller.poll()).status).toBe(400)
    },
  },
  {
    group: 'close / WebSocket',
    engine: 'forcefully closes the session',
    socket: 'should forcefully close the session',
    run: async (path) => {
      const wire = await Wire.open(path)
      wire.send('1')
      await wire.closed
    },
  },
  {
    group: 'upgrade',
    engine: 'successfully upgrades from HTTP long-polling to WebSocket',
    socket: 'should successfully upgrade from HTTP long-polling to WebSocket',
    run: async (path) => {
      const { poller, wire } = await upgraded(path)
      expect(await poller.next()).toBe('6')
      wire.send('5')
      if (path !== '/engine.io/') return
      wire.send('4hello')
      expect(await wire.next()).toBe('4hello')
    },
  },
  {
    group: 'upgrade',
    engine: 'ignores HTTP requests with same sid after upgrade',
    socket: 'should ignore HTTP requests with same sid after upgrade',
    run: async (path) => {
      const poller = await Poller.open(path)
      const wire = poller.upgrade()
      await wire.opened
      wire.send('2probe', '5')
      expect((await poller.poll()).status).toBe(400)
      expect(await wire.next()).toBe('3probe')
      if (path !== '/engine.io/') return
      wire.send('4hello')
      expect(await wire.next()).toBe('4hello')
    },
  },
  {
    group: 'upgrade',
    engine: 'ignores WebSocket connection with same sid after upgrade',
    socket: 'should ignore WebSocket connection with same sid after upgrade',
    run: async (path) => {
      const { poller, wire } = await upgraded(path)
      wire.send('5')
      const second = poller.upgrade()
      await second.opened
      await second.closed
      if (path !== '/engine.io/') return
      wire.send('4hello')
      expect(await wire.next()).toBe('4hello')
    },
  },
]
