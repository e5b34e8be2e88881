// Messages over sockets: one alone, two who talk, fifty in a room, two hundred threads at once.
import { sending } from '../load/drive.ts'
import { pool } from '../load/pool.ts'
import { driveRooms, openRoom } from '../load/room.ts'
import type { RoomsRun } from '../load/room.ts'
import type { Server } from '../peers/peer.ts'
import { inTurns, runMs } from './scenario.ts'
import type { Bench, Measure, Prepared, Scenario } from './scenario.ts'

type Shape = {
  threads: number
  members: number
  /** In each thread. */
  inFlight: number
  /** The npm socket.io-client on both sides. */
  socketIo?: true
  measures: (run: RoomsRun) => Measure[]
}

const roomsAtOnce = 8

const p50 = (run: RoomsRun): Measure => ({ name: 'p50', unit: 'ms', value: run.p50 })
const p99 = (run: RoomsRun): Measure => ({ name: 'p99', unit: 'ms', value: run.p99 })
const sent = (run: RoomsRun): Measure => {
  return { name: 'durable messages', unit: 'msg/s', value: run.count / run.seconds }
}
const told = (run: RoomsRun): Measure => {
  return { name: 'deliveries', unit: 'deliveries/s', value: run.deliveries / run.seconds }
}

export const live: Scenario[] = [
  scenario('one', '1 member, 1 in flight', {
    threads: 1,
    members: 1,
    inFlight: 1,
    measures: (run) => [p50(run), p99(run), sent(run)],
  }),
  scenario('two', '2 members, 32 in flight', {
    threads: 1,
    members: 2,
    inFlight: 32,
    measures: (run) => [sent(run), p50(run), p99(run)],
  }),
  scenario('fifty', '50 members, 40 in flight', {
    threads: 1,
    members: 50,
    inFlight: 40,
    measures: (run) => [told(run), sent(run), p50(run), p99(run)],
  }),
  scenario('threads', '200 threads of 2 members, 1 in flight in each', {
    threads: 200,
    members: 2,
    inFlight: 1,
    measures: (run) => [sent(run), p50(run), p99(run)],
  }),
  scenario('socketio-one', 'Socket.IO, 1 member, 1 in flight', {
    ...{ threads: 1, members: 1, inFlight: 1, socketIo: true },
    measures: (run) => [p50(run), p99(run), sent(run)],
  }),
  scenario('socketio-two', 'Socket.IO, 2 members, 32 in flight', {
    ...{ threads: 1, members: 2, inFlight: 32, socketIo: true },
    measures: (run) => [sent(run), p50(run), p99(run)],
  }),
  scenario('socketio-fifty', 'Socket.IO, 50 members, 40 in flight', {
    ...{ threads: 1, members: 50, inFlight: 40, socketIo: true },
    measures: (run) => [told(run), sent(run), p50(run), p99(run)],
  }),
]

function scenario(name: string, title: string, shape: Shape): Scenario {
  return {
    name,
    title,
    run: async (bench) => {
      if (!shape.socketIo) return inTurns(bench, title, (server) => prepare(bench, server, shape))
      const skein = await bench.skein()
      const speaking = (server: Server): Server | null => {
        if (server.peer === 'node') return server
        return server === skein ? { ...skein, join: skein.joinSocketIo } : null
      }
      await inTurns(bench, title, (server) => prepare(bench, server, shape), speaking)
    },
  }
}

async function prepare(bench: Bench, server: Server, shape: Shape): Promise<Prepared> {
  const people = (thread: number) =>
    Array.from({ length: shape.members }, (_, member) => `u${thread}-${member}`)
  const rooms = await pool(Array(shape.threads).keys(), roomsAtOnce, (thread) =>
    openRoom(server, people(thread)),
  )
  const lanes = rooms.flatMap(({ members, tally }) =>
    spread(members, shape.inFlight).map((member, lane) => sending(member.send, tally, lane)),
  )
  const measure = async () => {
    const run = await driveRooms(rooms, lanes, { ms: runMs(bench) })
    const { loader, total: count } = run
    return { measures: shape.measures(run), loader, count, per: 'message' }
  }
  return { rooms, measure }
}

/** So many, dealt round the table. */
function spread<T>(items: T[], count: number): T[] {
  const rounds = Math.ceil(count / items.length)
  return Array.from({ length: rounds }, () => items)
    .flat()
    .slice(0, count)
}
