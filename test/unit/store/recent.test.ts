import { expect, test } from 'vitest'
import { Recent } from '../../../src/store/log/recent.ts'
import type { MessageRow } from '../../../src/store/log/rows.ts'

const aRow = (seq: number, content = 'hi', born = seq): MessageRow => ({
  ...{ seq, born, version: born, sender: 'alice', client_id: null, kind: 'text', format: 'plain' },
  ...{ content, metadata: null, mentions: null, reply_to: null, forwarded: null, preview: null },
  ...{ attachments: null, created_at: 0, edited_at: null, deleted_at: null },
})

function recentOf(...rows: MessageRow[]): Recent {
  const recent = new Recent()
  for (const row of rows) recent.push(row)
  return recent
}
const seqs = (rows: MessageRow[] | null) => rows?.map(({ seq }) => seq) ?? null

test('answers what was born after a version, or that it does not know', () => {
  const recent = recentOf(aRow(4, 'a', 10), aRow(5, 'b', 11), aRow(6, 'c', 15))
  expect(seqs(recent.after(9))).toEqual([4, 5, 6])
  expect(seqs(recent.after(11))).toEqual([6])
  expect(seqs(recent.after(14))).toEqual([6])
  expect(seqs(recent.after(15))).toEqual([])
  expect(recent.after(8)).toBeNull()
  expect(new Recent().after(0)).toBeNull()
})

test('knows nothing of what was before a change', () => {
  const recent = recentOf(aRow(1), aRow(2))
  recent.clear()
  expect(recent.after(2)).toBeNull()
  recent.push(aRow(3, 'c', 4))
  expect(recent.after(2)).toBeNull()
  expect(seqs(recent.after(3))).toEqual([3])
})

test('forgets what everybody has', () => {
  const recent = recentOf(aRow(1), aRow(2), aRow(3))
  recent.forget(2)
  expect(recent.after(1)).toBeNull()
  expect(seqs(recent.after(2))).toEqual([3])
  recent.forget(3)
  expect(recent.after(3)).toBeNull()
})

test('keeps a bounded number of messages and characters, the newest', () => {
  const many = recentOf(...Array.from({ length: 10_000 }, (_, index) => aRow(index + 1)))
  expect(many.after(2_000)).toBeNull()
  expect(many.after(9_000)).toHaveLength(1_000)
  const long = recentOf(
    ...Array.from({ length: 1_000 }, (_, index) => aRow(index + 1, 'x'.repeat(10_000))),
  )
  expect(long.after(800)).toBeNull()
  expect(long.after(990)).toHaveLength(10)
})
