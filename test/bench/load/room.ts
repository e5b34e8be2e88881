// A thread with all its members on sockets, and the tally of what they are told.
import { pool } from './pool.ts'
import { drive } from './drive.ts'
import type { Lane, Run, Until } from './drive.ts'
import { createTally } from './tally.ts'
import type { Tally } from './tally.ts'
import type { Member, Server } from '../peers/peer.ts'

const joinsAtOnce = 16
const warm = { ms: 300 }

export type Room = {
  threadId: string
  userIds: string[]
  members: Member[]
  tally: Tally
  close(): void
}

export async function openRoom(server: Server, userIds: string[]): Promise<Room> {
  const threadId = await server.createThread(userIds)
  const tally = createTally(threadId)
  const members = await pool(userIds, joinsAtOnce, (userId) =>
    server.join(threadId, userId, tally.ears(userId)),
  )
  return { threadId, userIds, members, tally, close: () => members.forEach((one) => one.close()) }
}

/** `total` counts the messages of the warm-up too. */
export type RoomsRun = Run & { deliveries: number; total: number }

/** Warms up, then measures until every member was told everything. */
export async function driveRooms(rooms: Room[], lanes: Lane[], until: Until): Promise<RoomsRun> {
  const tallies = rooms.map((room) => room.tally)
  const settled = () => tallies.every((tally) => tally.complete())
  const deliveries = () => tallies.reduce((sum, tally) => sum + tally.deliveries(), 0)
  const warmed = await drive(lanes, warm, settled)
  const before = deliveries()
  const run = await drive(lanes, until, settled)
  return { ...run, deliveries: deliveries() - before, total: warmed.count + run.count }
}
