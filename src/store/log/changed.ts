// Messages that changed after a version. Three readers start here: `sync`, the read model, search.
import type { ThreadLog } from './log.ts'
import type { MessageRow } from './rows.ts'

/**
 * At most `most` from each of two ordered sources, in version order: messages born later (seq order
 * is version order) and the small index of touched ones.
 */
export function rowsAfter(log: ThreadLog, since: number, most: number): MessageRow[] {
  const recent = log.recent.after(since)
  if (recent) return recent.slice(0, most)
  const touched = log.run<MessageRow>(
    'SELECT * FROM messages WHERE version > born AND version > ? ORDER BY version LIMIT ?',
    ...[since, most],
  )
  const born = log.run<MessageRow>(
    'SELECT * FROM messages WHERE seq >= ? AND version = born ORDER BY seq LIMIT ?',
    ...[firstBornAfter(log, since), most],
  )
  return [...touched, ...born].toSorted((a, b) => a.version - b.version)
}

/** The first `most` of them, and the version up to which they are all there is. */
export function changedRows(
  log: ThreadLog,
  since: number,
  most: number,
): { rows: MessageRow[]; upTo: number } {
  const rows = rowsAfter(log, since, most)
  const upTo = rows.length < most ? log.version : (rows[most - 1]?.version ?? log.version)
  return { rows: rows.slice(0, most), upTo }
}

/** The first seq created after a version: seqs have no holes, so a binary search finds it. */
export function firstBornAfter(log: ThreadLog, version: number): number {
  let low = 1
  let high = log.head + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const born = log.run<{ born: number }>('SELECT born FROM messages WHERE seq = ?', middle)[0]
    if (born && born.born > version) high = middle
    else low = middle + 1
  }
  return low
}
