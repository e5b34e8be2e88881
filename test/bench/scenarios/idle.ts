// What a socket that says nothing costs in memory: on servers of their own, after they fell asleep.
import { setTimeout as wait } from 'node:timers/promises'
import { pool } from '../load/pool.ts'
import type { Child } from '../peers/process.ts'
import type { Ears, PeerName, Server } from '../peers/peer.ts'
import { startSkein } from '../peers/skein.ts'
import { startPeer } from '../peers/start.ts'
import { quiet } from './scenario.ts'
import type { Scenario } from './scenario.ts'

const title = 'memory of an idle socket'
const opensAtOnce = 16
/** Opened and closed first, so that what the first socket costs once is not counted. */
const warmSockets = 50
const members = 50
/** Objects hibernate after 10 s without work. */
const asleepMs = 14_000

type Open = (at: number) => Promise<{ close(): void }>
/** Servers that sleep with their sockets open; `bytes` tells what each socket costs now. */
type Sleeper = { peer: PeerName; name: string; bytes(): number | null; close(): void }

export const idle: Scenario = {
  name: 'idle',
  title,
  run: async (bench) => {
    const children: Child[] = []
    const sockets = bench.quick ? 200 : 1000
    const ears: Ears = { heard: () => {}, fault: (what) => bench.fault(title, what) }
    try {
      const sleepers: Sleeper[] = []
      // One after the other: a start of Skein builds it.
      for (const peer of bench.peers) {
        if (peer === 'skein') {
          sleepers.push(await usersAsleep(children, sockets, ears))
          sleepers.push(await sessionsAsleep(children, sockets, ears))
        }
        sleepers.push(await threadAsleep(await started(children, startPeer[peer]), sockets, ears))
      }
      await wait(asleepMs)
      for (const { peer, name, bytes, close } of sleepers) {
        const value = bytes()
        if (value !== null) bench.record(title, peer, { name, unit: 'bytes', value })
        close()
      }
    } finally {
      await Promise.all(children.map((child) => child.stop()))
    }
  },
}

async function started<S extends Server>(children: Child[], start: () => Promise<S>): Promise<S> {
  const server = await start()
  children.push(server.child)
  return server
}

/** As many users, each with the socket of all their threads. */
async function usersAsleep(children: Child[], sockets: number, ears: Ears) {
  const skein = await started(children, startSkein)
  const open: Open = (at) => skein.socket(`idle-${at}`, '/ws', ears)
  return asleep(skein, 'of as many users, /v1/ws', open, sockets)
}

/** As many users, each with a Socket.IO connection. */
async function sessionsAsleep(children: Child[], sockets: number, ears: Ears) {
  const skein = await started(children, startSkein)
  const open: Open = (at) => skein.connectSocketIo(`idle-${at}`, ears)
  return asleep(skein, 'of as many users, Socket.IO', open, sockets)
}

/**
 * One thread of fifty members with as many sockets, some for each. Not a member for each: that would
 * count what it takes to tell a thousand people of one another.
 */
async function threadAsleep(server: Server, sockets: number, ears: Ears) {
  const userIds = Array.from({ length: members }, (_, at) => `member-${at}`)
  const threadId = await server.createThread(userIds)
  const open: Open = (at) => server.join(threadId, userIds[at % members] ?? '', ears)
  return asleep(server, 'of one thread', open, sockets)
}

async function asleep(
  { peer, child }: Server,
  name: string,
  open: Open,
  sockets: number,
): Promise<Sleeper> {
  // Miniflare's own Node process holds no sockets.
  const rss = () => child.rssBytes(peer === 'node' ? undefined : 'workerd')
  for (const socket of await pool(Array(warmSockets).keys(), opensAtOnce, open)) socket.close()
  await quiet([child])
  const before = rss()
  const opened = await pool(Array(sockets).keys(), opensAtOnce, (at) => open(warmSockets + at))
  return {
    peer,
    name,
    bytes: () => {
      const now = rss()
      return before === null || now === null ? null : (now - before) / sockets
    },
    close: () => opened.forEach((socket) => socket.close()),
  }
}
