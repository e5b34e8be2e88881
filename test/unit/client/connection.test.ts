// The connection against a peer that closes, falls silent and answers late: what a network does.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import type { WebSocket as Peer } from 'ws'
import { connect } from '../../../src/client/connection.ts'
import type {
  Connection,
  ConnectionOptions,
  ConnectionState,
} from '../../../src/client/connection.ts'
import type { Event } from '../../../src/contract/events.ts'

let server: WebSocketServer
let connection: Connection | undefined
let peers: Peer[] = []
let states: ConnectionState[] = []
let events: Event[] = []
let behind = 0

const quick = { firstRetry: 20, longestRetry: 50, pingEvery: 60, pongWithin: 30, doubtFor: 15 }

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (peer) => peers.push(peer))
  await once(server, 'listening')
})

afterEach(() => {
  connection?.close()
  for (const peer of peers) peer.terminate()
  server.close()
  peers = []
  states = []
  events = []
  behind = 0
})

function start(timing: ConnectionOptions['timing'] = { ...quick, pingEvery: 10_000 }): Connection {
  const { port } = server.address() as AddressInfo
  connection = connect({
    url: `ws://127.0.0.1:${port}`,
    timing,
    onState: (state) => states.push(state),
    onEvents: (said) => events.push(...said),
    onBehind: () => behind++,
  })
  return connection
}

const is = (state: ConnectionState['is']) =>
  vi.waitFor(() => expect(states.at(-1)?.is).toBe(state), { timeout: 3_000, interval: 5 })
const peer = (index: number) =>
  vi.waitFor(
    () => {
      const found = peers[index]
      if (found === undefined) throw new Error(`no connection number ${index + 1}`)
      return found
    },
    { timeout: 3_000, interval: 5 },
  )
/** What the client says next, pings aside. */
async function heard(peer: Peer): Promise<{ id?: number; op: string; input?: unknown }> {
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    const [data] = (await once(peer, 'message')) as [Buffer]
    if (data.toString() !== 'ping') return JSON.parse(data.toString())
  }
}

test('answers find their question, in whatever order they come', async () => {
  const { request } = start()
  await is('open')
  const remote = await peer(0)
  const asked: { id?: number; op: string }[] = []
  remote.on('message', (data) => asked.push(JSON.parse(String(data))))
  const first = request('thread.get', { threadId: 't1' })
  const second = request('thread.get', { threadId: 't2' })
  await vi.waitFor(() => expect(asked.length).toBe(2))
  const error = { code: 'not_found', message: 'no such thread' }
  remote.send(JSON.stringify([{ id: asked[1]?.id, error }]))
  remote.send(
    JSON.stringify([
      { id: 99, ok: 1 },
      { id: asked[0]?.id, ok: { title: 'One' } },
    ]),
  )
  await expect(second).rejects.toMatchObject({ name: 'ChatError', code: 'not_found' })
  await expect(first).resolves.toEqual({ title: 'One' })
})

test('comes back after 1011, 4429 and a cut, and what had no answer is unavailable', async () => {
  const { request } = start()
  for (const [index, code] of [1011, 4429, null].entries()) {
    // oxlint-disable-next-line no-await-in-loop -- one loss after the other
    const remote = await peer(index)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await is('open')
    const asked = request('thread.get', { threadId: 't1' })
    if (code === null) remote.terminate()
    else remote.close(code)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
  }
  await peer(3)
  await is('open')
})

test('stops at a 45xx and says why', async () => {
  start()
  await is('open')
  const remote = await peer(0)
  remote.close(4501, 'your token is over')
  await is('stopped')
  expect(states.at(-1)).toEqual({ is: 'stopped', code: 4501, reason: 'your token is over' })
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect(peers.length).toBe(1)
})

test('holds a connection that answers its pings, and leaves one that does not', async () => {
  start(quick)
  const first = await peer(0)
  let pings = 0
  first.on('message', () => {
    pings++
    if (pings <= 3) first.send('pong')
  })
  const second = await peer(1)
  expect(pings).toBe(4)
  expect(second).toBeDefined()
})

test('when told to check, leaves a dead connection soon', async () => {
  const { check } = start()
  await is('open')
  await peer(0)
  check()
  await peer(1)
})

test('when told to check, does not wait for the next attempt', async () => {
  const { check } = start({ ...quick, firstRetry: 60_000, longestRetry: 60_000, pingEvery: 10_000 })
  await is('open')
  const remote = await peer(0)
  remote.terminate()
  await is('waiting')
  check()
  await peer(1)
  await is('open')
})

test('waits longer from loss to loss', async () => {
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const times: number[] = []
  server.on('connection', (peer) => {
    times.push(performance.now())
    peer.close(1011)
  })
  start({ ...quick, firstRetry: 20, longestRetry: 80 })
  await peer(4)
  const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
  for (const [index, least] of [20, 40, 80, 80].entries())
    expect(waits[index]).toBeGreaterThanOrEqual(least - 2)
  expect(states.filter((state) => state.is === 'waiting').map((state) => state.attempts)).toEqual(
    expect.arrayContaining([1, 2, 3, 4]),
  )
  vi.restoreAllMocks()
})

const typing = (n: number) =>
  ({ event: 'typing.updated', threadId: `t${n}`, data: { userIds: [] } }) satisfies Event

test('passes events on, and acknowledges when it is behind or has read much', async () => {
  start()
  await is('open')
  const remote = await peer(0)
  let said = heard(remote)
  remote.send(JSON.stringify([typing(1), { event: 'behind' }]))
  expect(await said).toEqual({ op: 'ack' })
  expect(behind).toBe(1)
  expect(events).toEqual([typing(1)])
  said = heard(remote)
  for (let n = 0; n < 10; n++)
    remote.send(JSON.stringify(Array.from({ length: 100 }, (_, index) => typing(index))))
  expect(await said).toEqual({ op: 'ack' })
  expect(events.length).toBe(1001)
})

test('an expired token is got anew, once: a new one that is refused as well is the end', async () => {
  let number = 0
  const { port } = server.address() as AddressInfo
  connection = connect({
    url: `ws://127.0.0.1:${port}`,
    token: async () => `token-${++number}`,
    timing: { ...quick, pingEvery: 10_000 },
    onState: (state) => states.push(state),
    onEvents: () => undefined,
    onBehind: () => undefined,
  })
  const offered: (string | undefined)[] = []
  server.on('connection', (_, request) => offered.push(request.headers['sec-websocket-protocol']))
  ;(await peer(0)).close(4501, 'expired')
  ;(await peer(1)).close(4501, 'not that one either')
  await is('stopped')
  expect(offered).toEqual(['skein.v1, bearer.token-1', 'skein.v1, bearer.token-2'])
  expect(states.at(-1)).toEqual({ is: 'stopped', code: 4501, reason: 'not that one either' })
})

test('where no token can be had, it is asked for again, as a lost network is', async () => {
  let asked = 0
  const { port } = server.address() as AddressInfo
  connection = connect({
    url: `ws://127.0.0.1:${port}`,
    token: () => (++asked < 3 ? Promise.reject(new Error('no network')) : 'good'),
    timing: { ...quick, pingEvery: 10_000 },
    onState: (state) => states.push(state),
    onEvents: () => undefined,
    onBehind: () => undefined,
  })
  await is('open')
  expect(asked).toBe(3)
})
