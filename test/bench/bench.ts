// `npm run bench`: Skein, the server its users would otherwise run, and the ceiling, side by side.
// Flags: --only NAME (may be repeated), --rounds N, --quick, --peers a,b, --json FILE, --data FILE
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism, cpus } from 'node:os'
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { pool } from './load/pool.ts'
import { peerNames } from './peers/peer.ts'
import type { PeerName, Server } from './peers/peer.ts'
import { complaints, stopAll } from './peers/process.ts'
import { startSkein } from './peers/skein.ts'
import type { Skein } from './peers/skein.ts'
import { startPeer } from './peers/start.ts'
import { createReport } from './report.ts'
import { idle } from './scenarios/idle.ts'
import { list } from './scenarios/list.ts'
import { live } from './scenarios/live.ts'
import { page } from './scenarios/page.ts'
import { rest } from './scenarios/rest.ts'
import { idlePings } from './scenarios/pings.ts'
import { resume } from './scenarios/resume.ts'
import { rows } from './scenarios/rows.ts'
import { search } from './scenarios/search.ts'
import { upload } from './scenarios/upload.ts'
import type { Bench } from './scenarios/scenario.ts'

const scenarios = [...live, ...rest, list, rows, search, resume, upload, page, idle, idlePings]

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: scenarios.map((one) => one.name) },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    peers: { type: 'string', default: peerNames.join() },
    json: { type: 'string', default: 'dist/bench.json' },
    data: { type: 'string' },
  },
})
const named = flags.peers.split(',')
const chosen = scenarios.filter((scenario) => flags.only.includes(scenario.name))
const peers = peerNames.filter((peer) => named.includes(peer))
if (chosen.length === 0 || peers.length === 0) {
  const names = scenarios.map((scenario) => scenario.name).join(', ')
  console.error(`Nothing to do. --only takes ${names}; --peers ${peerNames.join()}`)
  process.exit(2)
}

const version = (name: string): string =>
  createRequire(import.meta.url)(`${name}/package.json`).version
const report = createReport({
  date: new Date().toISOString(),
  cores: availableParallelism(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  node: process.version,
  workerd: version('workerd'),
  'socket.io': version('socket.io'),
  'better-sqlite3': version('better-sqlite3'),
})

let skein: Promise<Skein> | undefined
let servers: Promise<Server[]> | undefined
const startOne = (peer: PeerName): Promise<Server> => {
  if (peer !== 'skein') return startPeer[peer]()
  skein ??= startSkein()
  return skein
}
const bench: Bench = {
  peers,
  quick: flags.quick,
  data: flags.data ?? null,
  rounds: Number(flags.rounds ?? (flags.quick ? 1 : 3)),
  servers: () => (servers ??= pool(peers, 1, startOne)),
  skein: async () => (peers.includes('skein') ? (skein ??= startSkein()) : null),
  record: report.record,
  note: report.note,
  fault: report.fault,
}

for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => void stopAll().finally(() => process.exit(130)))

try {
  for (const { name, title, run } of chosen) {
    const begin = Date.now()
    try {
      await run(bench)
    } catch (error) {
      // The others are still worth their minutes.
      const what = error instanceof Error ? error.message : error
      report.fault(title, ['failed:', what, ...complaints()].join(' '))
    }
    console.error(`${name}: ${((Date.now() - begin) / 1000).toFixed(1)} s`)
  }
} finally {
  for (const server of (await servers?.catch(() => [])) ?? []) await server.child.stop()
  await stopAll()
}

await mkdir(dirname(flags.json), { recursive: true })
await writeFile(flags.json, JSON.stringify(report.json(), null, 2))
console.log(report.table())
if (report.faults.size > 0) process.exitCode = 1
