// REST: sends into a thread whose two members listen on sockets, and pages of its history.
import { drive, sending } from '../load/drive.ts'
import type { Lane, Run } from '../load/drive.ts'
import { call } from '../load/http.ts'
import { driveRooms, openRoom } from '../load/room.ts'
import type { Sending, Server } from '../peers/peer.ts'
import { inTurns, runMs } from './scenario.ts'
import type { Bench, Measure, Prepared, Scenario, Unit } from './scenario.ts'

const inFlight = 8
const people = ['rest-0', 'rest-1']
const pageSize = 50
const historyMessages = 1000

type Sent = { seq: number }
type Page = { items: Sent[] }

export const rest: Scenario[] = [
  scenario('rest', `REST sends, ${inFlight} in flight`, sends),
  scenario('history', `history pages of ${pageSize}, ${inFlight} in flight`, pages),
]

type PrepareIn = (bench: Bench, server: Server) => Promise<Prepared>

function scenario(name: string, title: string, prepare: PrepareIn): Scenario {
  return { name, title, run: (bench) => inTurns(bench, title, (server) => prepare(bench, server)) }
}

async function sends(bench: Bench, server: Server): Promise<Prepared> {
  const room = await openRoom(server, people)
  const { threadId, tally, userIds } = room
  const lanes = Array.from({ length: inFlight }, (_, lane) => {
    const userId = userIds[lane % userIds.length] ?? ''
    const send = async (message: Sending) =>
      (await call<Sent>(await server.post(threadId, userId, message))).seq
    return sending(send, tally, lane)
  })
  const measure = async () => {
    const run = await driveRooms([room], lanes, { ms: runMs(bench) })
    const measures = rated('durable messages', 'msg/s', run)
    return { measures, loader: run.loader, count: run.total, per: 'message' }
  }
  return { rooms: [room], measure }
}

async function pages(bench: Bench, server: Server): Promise<Prepared> {
  const room = await openRoom(server, people)
  const { threadId, members, tally } = room
  const senders = members.flatMap((member, at) =>
    Array.from({ length: 16 }, (_, lane) => sending(member.send, tally, at * 16 + lane)),
  )
  await drive(senders, { count: historyMessages }, () => tally.complete())
  let wrong = 0
  let asked = 0
  const lane: Lane = async () => {
    // Every depth of the thread in turn; 7919 is prime, so the order has no pattern of its own.
    const before = pageSize + 1 + ((++asked * 7919) % (historyMessages - pageSize))
    const page = await call<Page>(await server.page(threadId, people[0] ?? '', before))
    const whole = page.items.every(({ seq }, at) => seq === before - pageSize + at)
    if (!whole || page.items.length !== pageSize) wrong++
  }
  const lanes = Array.from({ length: inFlight }, () => lane)
  const measure = async () => {
    const warmed = await drive(lanes, { ms: 300 })
    const run = await drive(lanes, { ms: runMs(bench) })
    if (wrong > 0) tally.fault(`${wrong} pages of history were wrong`)
    const measures = rated('pages', 'pages/s', run)
    return { measures, loader: run.loader, count: warmed.count + run.count, per: 'page' }
  }
  return { rooms: [room], measure }
}

const rated = (name: string, unit: Unit, run: Run): Measure[] => [
  { name, unit, value: run.count / run.seconds },
  { name: 'p50', unit: 'ms', value: run.p50 },
  { name: 'p99', unit: 'ms', value: run.p99 },
]
