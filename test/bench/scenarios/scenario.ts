// What a scenario is given, and how it measures several servers in turns.
import { setTimeout as wait } from 'node:timers/promises'
import type { Child } from '../peers/process.ts'
import type { PeerName, Server } from '../peers/peer.ts'
import type { Skein } from '../peers/skein.ts'
import type { Room } from '../load/room.ts'

export type Unit =
  | 'msg/s'
  | 'deliveries/s'
  | 'pages/s'
  | 'ms'
  | 'µs'
  | 'bytes'
  | 'rows'
  | 'alarms'
  | 'pages'
  | 'parts'
  | 'times'
  | 'MB'
  | 'MB/s'
  | '%'
  | '$'
  | '×'
export type Measure = { name: string; unit: Unit; value: number }

export type Bench = {
  rounds: number
  quick: boolean
  peers: PeerName[]
  /** Real chat as `npm run import` reads it, or null for where it usually is. */
  data: string | null
  /** The servers of this run, started when first asked for. */
  servers(): Promise<Server[]>
  /** Skein, or null when this run is without it. */
  skein(): Promise<Skein | null>
  record(scenario: string, peer: PeerName, measure: Measure): void
  /** What a reader of the numbers must know. */
  note(scenario: string, what: string): void
  /** Wrong counts and failures: they end the bench with exit code 1. */
  fault(scenario: string, what: string): void
}

/** How long one round measures. */
export const runMs = ({ quick }: Bench) => (quick ? 600 : 2000)

export type Scenario = { name: string; title: string; run(bench: Bench): Promise<void> }

const quietMostMs = 5_000
const quietLookMs = 200
/** CPU of all servers in one look that still counts as quiet. */
const quietCpuMs = 20

/** Waits until no server works any more, so that what one puts off is not the next one's burden. */
export async function quiet(children: Child[]) {
  const cpu = () => children.reduce((total, child) => total + (child.cpuMs() ?? 0), 0)
  const end = Date.now() + quietMostMs
  for (let before = cpu(); Date.now() < end;) {
    await wait(quietLookMs)
    const now = cpu()
    if (now - before <= quietCpuMs) return
    before = now
  }
}

export type Sample = {
  measures: Measure[]
  /** What `cpu` is told of: messages, deliveries, pages. */
  count: number
  per: string
  /** CPU seconds of the load generator per second. */
  loader: number
}

/** Threads with their sockets open, and what is to be measured on them in every round. */
export type Prepared = { rooms: Room[]; measure(): Promise<Sample> }
export type Prepare = (server: Server) => Promise<Prepared>

/**
 * Rounds A B C A B C, so that what disturbs the machine disturbs all of them alike. `as` says how a
 * server takes part, or null where it does not.
 */
export async function inTurns(
  bench: Bench,
  title: string,
  prepare: Prepare,
  as: (server: Server) => Server | null = (server) => server,
) {
  const servers = (await bench.servers()).flatMap((server) => as(server) ?? [])
  const children = servers.map((server) => server.child)
  const prepared: [Server, Prepared][] = []
  try {
    for (const server of servers) prepared.push([server, await prepare(server)])
    for (let turn = 0; turn < bench.rounds; turn++)
      for (const [{ peer, child }, { measure }] of prepared) {
        await quiet(children)
        const before = child.cpuMs()
        const { measures, count, per, loader } = await measure()
        await quiet(children)
        const after = child.cpuMs()
        const record = (measure: Measure) => bench.record(title, peer, measure)
        measures.forEach(record)
        record({ name: 'load generator CPU', unit: '%', value: loader * 100 })
        if (before === null || after === null) continue
        const value = ((after - before) * 1000) / count
        record({ name: `server CPU per ${per}`, unit: 'µs', value })
      }
  } finally {
    for (const [{ peer }, { rooms }] of prepared)
      for (const { tally, close } of rooms) {
        close()
        for (const fault of tally.faults()) bench.fault(title, `${peer}: ${fault}`)
      }
  }
}
