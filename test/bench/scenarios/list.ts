// The thread list of somebody with few threads and of somebody with many.
import { drive } from '../load/drive.ts'
import { call } from '../load/http.ts'
import { pool } from '../load/pool.ts'
import { quiet } from './scenario.ts'
import type { Bench, Scenario } from './scenario.ts'

const title = 'thread list, first page of 20'
const few = 20
const createdAtOnce = 16
const reads = 200

type Page = { items: unknown[] }

export const list: Scenario = {
  name: 'list',
  title,
  run: async (bench) => {
    const skein = await bench.skein()
    if (!skein) return
    const people = [few, bench.quick ? 500 : 5000].map((threads) => ({
      threads,
      userId: `list-${threads}`,
    }))
    for (const { threads, userId } of people) {
      await pool(Array(threads).keys(), createdAtOnce, async (at) => {
        const thread = { type: 'group', title: `Thread ${at}` }
        await call(await skein.as(userId, 'POST', '/threads', thread))
      })
    }
    await quiet([skein.child])
    for (let turn = 0; turn < bench.rounds; turn++) {
      const p50s: number[] = []
      for (const { threads, userId } of people) {
        const { p50, p95 } = await drive([() => read(bench, userId)], { count: reads })
        const record = (what: string, value: number) =>
          bench.record(title, 'skein', { name: `${threads} threads, ${what}`, unit: 'ms', value })
        record('p50', p50)
        record('p95', p95)
        p50s.push(p50)
      }
      const [short = NaN, long = NaN] = p50s
      bench.record(title, 'skein', { name: 'p50, many ÷ few', unit: '×', value: long / short })
    }
  },
}

async function read(bench: Bench, userId: string) {
  const skein = await bench.skein()
  if (!skein) return
  const page = await call<Page>(await skein.as(userId, 'GET', `/threads?limit=${few}`))
  if (page.items.length !== few) bench.fault(title, `${userId}: ${page.items.length} threads`)
}
