// Keeps a number of requests in flight for a while, and measures what comes of it.
import { setTimeout as wait } from 'node:timers/promises'
import type { Send } from '../peers/peer.ts'
import type { Tally } from './tally.ts'
import { percentile } from './numbers.ts'

/** How long the last deliveries may take after the last acknowledgement. */
const drainMostMs = 20_000
/** A server that answers no more shall end in a fault, not in a bench that never ends. */
const stuckMs = 60_000
const bodyBytes = 100

/** One request after the other; as many lanes as there shall be requests in flight. */
export type Lane = () => Promise<void>
export type Until = { ms: number } | { count: number }

export type Run = {
  count: number
  seconds: number
  p50: number
  p95: number
  p99: number
  /** CPU seconds of this process per second: near 1 it is the load generator that is measured. */
  loader: number
}

export async function drive(lanes: Lane[], until: Until, settled?: () => boolean): Promise<Run> {
  const latencies: number[] = []
  const cpu = process.cpuUsage()
  const begin = performance.now()
  const end = 'ms' in until ? begin + until.ms : Infinity
  let left = 'count' in until ? until.count : Infinity
  const driven = Promise.all(
    lanes.map(async (lane) => {
      for (let now = performance.now(); now < end && left > 0;) {
        left--
        await lane()
        const after = performance.now()
        latencies.push(after - now)
        now = after
      }
    }),
  )
  await orStuck(driven, 'ms' in until ? until.ms + stuckMs : stuckMs)
  if (settled) await drained(settled)
  const seconds = (performance.now() - begin) / 1000
  const { user, system } = process.cpuUsage(cpu)
  latencies.sort((a, b) => a - b)
  return {
    count: latencies.length,
    seconds,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
    loader: (user + system) / 1e6 / seconds,
  }
}

async function orStuck(work: Promise<unknown>, mostMs: number) {
  const over = new AbortController()
  const stuck = wait(mostMs, null, { signal: over.signal }).then(
    () => Promise.reject(new Error(`no end within ${mostMs} ms`)),
    () => {}, // the work was done first
  )
  try {
    await Promise.race([work, stuck])
  } finally {
    over.abort()
  }
}

async function drained(settled: () => boolean) {
  const end = performance.now() + drainMostMs
  while (!settled() && performance.now() < end) await wait(1)
}

/** A lane of sends: each message has its own clientId and 100 bytes of its own. */
export function sending(send: Send, tally: Tally, lane: number): Lane {
  let sent = 0
  return async () => {
    const clientId = `${lane}-${++sent}`
    const content = `message ${clientId} `.padEnd(bodyBytes, 'the quick brown fox jumps over it ')
    try {
      tally.acknowledged(await send({ clientId, content }), clientId)
    } catch (error) {
      tally.fault(`send ${clientId}: ${error}`)
      await wait(10) // a dead server shall not turn this into a busy loop
    }
  }
}
