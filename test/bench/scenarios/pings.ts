// What a Socket.IO connection costs that says nothing: its protocol has the server ping, so an alarm
// wakes its object for each. Native sockets ping themselves, and wake nobody.
import { setTimeout as wait } from 'node:timers/promises'
import { call } from '../load/http.ts'
import { pool } from '../load/pool.ts'
import { administrator } from '../peers/skein.ts'
import type { Skein } from '../peers/skein.ts'
import { priceOfIdleMonth } from './price.ts'
import type { Scenario } from './scenario.ts'

const title = 'an idle Socket.IO connection'
const connections = 100
const opensAtOnce = 16
/** The interval of the reference server, and of ours where nothing else is set. */
const pingMs = 25_000
/** Until everybody was pinged once, and what came with their arrival is written. */
const settleMs = pingMs + 5_000
const pings = 2

export const idlePings: Scenario = {
  name: 'pings',
  title,
  run: async (bench) => {
    const skein = await bench.skein()
    if (!skein) return
    const ears = { heard: () => {}, fault: (what: string) => bench.fault(title, what) }
    const open = (at: number) => skein.connectSocketIo(`pinged-${at}`, ears)
    const members = await pool(Array(connections).keys(), opensAtOnce, open)
    await wait(settleMs)
    const [rows, cpuMs] = [await written(skein), skein.child.cpuMs() ?? 0]
    await wait(pings * pingMs)
    const rounds = connections * pings
    const perPing = ((await written(skein)) - rows) / rounds
    const seconds = ((skein.child.cpuMs() ?? 0) - cpuMs) / 1000 / rounds
    for (const member of members) member.close()
    const perHour = 3_600_000 / pingMs
    const record = (name: string, unit: 'rows' | 'alarms' | 'µs' | '$', value: number) =>
      bench.record(title, 'skein', { name, unit, value })
    record('alarms an hour', 'alarms', perHour)
    record('rows written an hour', 'rows', perPing * perHour)
    record('CPU for a ping', 'µs', seconds * 1e6)
    const month = priceOfIdleMonth({ rows: perPing * perHour, alarms: perHour, seconds })
    record('a month without a break, at list price', '$', month)
  },
}

async function written(skein: Skein): Promise<number> {
  const asked = await skein.as(administrator, 'GET', '/admin/rows')
  return (await call<{ object: number }>(asked)).object
}
