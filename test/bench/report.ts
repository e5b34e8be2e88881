// Gathers what was measured, and tells it as a table and as JSON.
import { median } from './load/numbers.ts'
import { peerNames, peerTitles } from './peers/peer.ts'
import type { PeerName } from './peers/peer.ts'
import type { Measure, Unit } from './scenarios/scenario.ts'

type Row = {
  scenario: string
  name: string
  unit: Unit
  values: Partial<Record<PeerName, number[]>>
}

/** What the project promises to show: told beside the number, judged by nobody here. */
const goals: { scenario: string; name: string; other?: PeerName; goal: string }[] = [
  { scenario: '50 members, 40 in flight', name: 'deliveries', other: 'node', goal: 'at least 3' },
  {
    scenario: '2 members, 32 in flight',
    name: 'durable messages',
    other: 'node',
    goal: 'at least 1',
  },
  {
    scenario: 'a file of 200 MB in parts, cut off and resumed',
    name: 'memory ÷ file',
    goal: 'at most 25 %: flat',
  },
  { scenario: '1 member, 1 in flight', name: 'p50', other: 'bareMiniflare', goal: 'at most 1.5' },
  {
    scenario: 'rows written, and a million at list price',
    name: 'send, socket, 1 in flight: objects',
    goal: 'at most 3',
  },
  {
    scenario: 'rows written, and a million at list price',
    name: 'send, socket, 32 in flight: objects',
    goal: 'at most 3',
  },
  { scenario: 'search, first page of 20', name: 'all in turn, p95', goal: 'under 50' },
  {
    scenario: 'the page, 50 messages a second in a thread of 1,000',
    name: 'interaction to next paint, p98',
    goal: 'at most 200',
  },
]

const others = peerNames.filter((peer) => peer !== 'skein')
const headings: Record<PeerName, string> = {
  skein: 'Skein',
  node: 'Node',
  bare: 'workerd',
  bareMiniflare: 'Miniflare',
}
const nameWidth = 52
const width = 12

export function createReport(machine: Record<string, string | number>) {
  const rows = new Map<string, Row>()
  const notes: string[] = []
  /** How often each was seen. */
  const faults = new Map<string, number>()

  const find = (scenario: string, name: string) => rows.get(`${scenario}|${name}`)
  const middle = (row: Row | undefined, peer: PeerName) => {
    const values = row?.values[peer]
    return values ? median(values) : null
  }
  const ratio = (row: Row | undefined, other: PeerName) => {
    if (row?.unit === '%') return null
    const [mine, theirs] = [middle(row, 'skein'), middle(row, other)]
    return mine === null || theirs === null || theirs === 0 ? null : mine / theirs
  }
  const reached = () =>
    goals.flatMap(({ scenario, name, other, goal }) => {
      const row = find(scenario, name)
      const value = other ? ratio(row, other) : middle(row, 'skein')
      const what = `${scenario}: ${name}${other ? ` ÷ ${peerTitles[other]}` : ''}`
      return value === null ? [] : [{ what, value, goal }]
    })

  return {
    faults,
    record(scenario: string, peer: PeerName, { name, unit, value }: Measure) {
      const row = find(scenario, name) ?? { scenario, name, unit, values: {} }
      rows.set(`${scenario}|${name}`, row)
      row.values[peer] = [...(row.values[peer] ?? []), value]
    },
    note: (scenario: string, what: string) => void notes.push(`${scenario}: ${what}`),
    fault(scenario: string, what: string) {
      const fault = `${scenario}: ${what}`
      faults.set(fault, (faults.get(fault) ?? 0) + 1)
    },

    json: () => ({
      machine,
      peers: peerTitles,
      measures: [...rows.values()].map((row) => ({
        ...row,
        medians: byPeer(peerNames, (peer) => middle(row, peer)),
        ratios: byPeer(others, (peer) => ratio(row, peer)),
      })),
      goals: reached(),
      notes,
      faults: Object.fromEntries(faults),
    }),

    table(): string {
      const lines = [
        Object.entries(machine)
          .map(([key, value]) => `${key}: ${value}`)
          .join(', '),
      ]
      lines.push(
        'Medians of the rounds. ÷ is Skein divided by the other. The load generator is one process',
        'on the same cores, alike for all: near 100 % of CPU it is the load generator one sees.',
        ...peerNames.map((peer) => `${headings[peer]}: ${peerTitles[peer]}`),
      )
      const head = [
        ...peerNames.map((peer) => headings[peer]),
        ...others.map((o) => `÷${headings[o]}`),
      ]
      for (const [title, mine] of Map.groupBy(rows.values(), (row) => row.scenario)) {
        lines.push('', line(title, head))
        for (const row of mine)
          lines.push(
            line(`  ${row.name}, ${row.unit}`, [
              ...peerNames.map((peer) => number(middle(row, peer))),
              ...others.map((peer) => number(ratio(row, peer))),
            ]),
          )
      }
      for (const { what, value, goal } of reached())
        lines.push('', `${what}: ${number(value)} (to show: ${goal})`)
      for (const note of notes) lines.push('', `note: ${note}`)
      for (const [fault, times] of faults) lines.push('', `WRONG: ${fault} (${times} times)`)
      return lines.join('\n')
    },
  }
}

const byPeer = (peers: readonly PeerName[], of: (peer: PeerName) => number | null) =>
  Object.fromEntries(peers.map((peer) => [peer, of(peer)]))

const line = (name: string, cells: string[]) =>
  (name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(width)).join('')).trimEnd()

function number(value: number | null): string {
  if (value === null || Number.isNaN(value)) return ''
  const digits = Math.abs(value) >= 100 ? 0 : 2
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
}
