// Rows written by each operation, in the objects and in D1, and what a million of it costs.
import { setTimeout as wait } from 'node:timers/promises'
import { limits } from '../../../src/contract/limits.ts'
import { drive } from '../load/drive.ts'
import type { Lane } from '../load/drive.ts'
import { call, HttpError } from '../load/http.ts'
import type { NativeSocket } from '../load/native.ts'
import { administrator } from '../peers/skein.ts'
import type { Skein } from '../peers/skein.ts'
import { priceOf } from './price.ts'
import type { Door } from './price.ts'
import { quiet } from './scenario.ts'
import type { Bench, Scenario } from './scenario.ts'

const title = 'rows written, and a million at list price'
/** The read model follows within a second; then the servers get time to become quiet. */
const projectedMs = 3_000
/** Messages further apart than this share nothing: no commit, no alarm, no batch to D1. */
const apartMs = 1_500
const members = ['rows-0', 'rows-1']

type Sent = { id: string; seq: number }
type Counted = { object: number; d1: number }
type Operation = {
  name: string
  door: Door
  count: number
  lane: Lane
  inFlight?: number
  pauseMs?: number
}

export const rows: Scenario = {
  name: 'rows',
  title,
  run: async (bench) => {
    const skein = await bench.skein()
    if (!skein) return
    if ((await written(skein)) === null)
      return bench.note(title, 'not measured: this Skein does not answer GET /v1/admin/rows')
    // Sockets of the scenarios before this one are still to be found offline, which is written down.
    await wait(limits.presenceGraceMs + projectedMs)
    const threadId = await skein.createThread(members)
    const ears = { heard: () => {}, fault: (what: string) => bench.fault(title, what) }
    const open = (userId = '') => skein.socket(userId, `/threads/${threadId}/ws`, ears)
    const [one, two] = [await open(members[0]), await open(members[1])]
    for (const operation of operations(bench, skein, threadId, one, two))
      await measure(bench, skein, operation)
    one.close()
    two.close()
  },
}

function operations(
  { quick }: Bench,
  skein: Skein,
  threadId: string,
  one: NativeSocket,
  two: NativeSocket,
): Operation[] {
  const count = quick ? 50 : 200
  const sent: Sent[] = []
  let made = 0
  const next = () => {
    const clientId = `rows-${++made}`
    return { clientId, content: `message ${clientId} `.padEnd(100, 'of a hundred bytes ') }
  }
  const send = async () => {
    sent.push((await one.ask('message.send', { threadId, ...next() })) as Sent)
  }
  const post = async () => {
    const path = `/threads/${threadId}/messages`
    await call<Sent>(await skein.as(members[0] ?? '', 'POST', path, next()))
  }
  /** A lane that takes the messages sent by socket, one after the other. */
  const onEach = (ask: (message: Sent) => Promise<unknown>): Lane => {
    let at = 0
    return async () => {
      const message = sent[at++]
      if (message) await ask(message)
    }
  }
  const socket = { door: 'socket', count } as const
  return [
    { ...socket, name: 'send, socket, 1 in flight', lane: send },
    { ...socket, name: 'send, socket, 32 in flight', inFlight: 32, count: count * 5, lane: send },
    {
      ...socket,
      name: 'send, socket, far apart',
      count: quick ? 2 : 6,
      pauseMs: apartMs,
      lane: send,
    },
    { name: 'send, REST, 1 in flight', door: 'rest', count: count / 2, lane: post },
    { name: 'send, REST, 8 in flight', door: 'rest', inFlight: 8, count, lane: post },
    {
      ...socket,
      name: 'edit',
      lane: onEach(({ id }) => one.ask('message.edit', { messageId: id, content: `${id} edited` })),
    },
    {
      ...socket,
      name: 'read',
      lane: onEach(({ seq }) => two.ask('thread.read', { threadId, seq })),
    },
    {
      ...socket,
      name: 'reaction',
      lane: onEach(({ id }) => two.ask('reaction.add', { messageId: id, emoji: '👍' })),
    },
  ]
}

async function measure(bench: Bench, skein: Skein, operation: Operation) {
  const { name, door, count, lane, inFlight = 1, pauseMs = 0 } = operation
  const paused = async () => {
    await lane()
    await wait(pauseMs)
  }
  await quiet([skein.child])
  const before = await written(skein)
  const run = await drive(Array(inFlight).fill(pauseMs > 0 ? paused : lane), { count })
  await wait(projectedMs)
  await quiet([skein.child])
  const after = await written(skein)
  if (!before || !after) return
  const object = (after.object - before.object) / run.count
  const d1 = (after.d1 - before.d1) / run.count
  // Awake for no longer than one operation takes, alone or with its share of those beside it.
  const seconds = Math.min((run.p50 - pauseMs) / 1000, run.seconds / run.count)
  const price = priceOf({ object, d1, door, members: members.length, seconds })
  bench.record(title, 'skein', { name: `${name}: objects`, unit: 'rows', value: object })
  bench.record(title, 'skein', { name: `${name}: D1`, unit: 'rows', value: d1 })
  bench.record(title, 'skein', { name: `${name}: a million`, unit: '$', value: price })
}

/** Since the start of the server, all objects and D1 together. */
async function written(skein: Skein): Promise<Counted | null> {
  try {
    return await call<Counted>(await skein.as(administrator, 'GET', '/admin/rows'))
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return null
    throw error
  }
}
