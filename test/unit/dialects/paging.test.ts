// Skips and page numbers on top of lists that know cursors alone.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ask, done } from '../../../src/dialects/dialect.ts'
import type { Plan } from '../../../src/dialects/dialect.ts'
import { numbered, pageStart, skipping, slice } from '../../../src/dialects/paging.ts'

/** Carries a plan out on a list of threads named by numbers. */
function walk(all: number[], skip: number, limit: number, keep?: (item: number) => boolean) {
  const asked: number[] = []
  let plan: Plan<{ items: number[]; more: boolean }> = slice<
    number,
    { items: number[]; more: boolean }
  >(
    { skip, limit, keep },
    (cursor, size, then) =>
      ask('thread.list', { cursor, limit: size }, () => {
        const start = Number(cursor ?? 0)
        asked.push(size)
        const end = start + size
        return then({
          items: all.slice(start, end),
          nextCursor: end < all.length ? String(end) : null,
        })
      }),
    (items, more) => done({ items, more }),
  )
  while ('operation' in plan) plan = plan.next(null)
  return { ...plan.end, asked }
}

const list = Array.from({ length: 250 }, (_, n) => n)

test.each([
  [0, 3, [0, 1, 2], true, [4]],
  [247, 3, [247, 248, 249], false, [100, 100, 51]],
  [248, 10, [248, 249], false, [100, 100, 59]],
  [250, 10, [], false, [100, 100, 61]],
  [9_000, 10, [], false, [100, 100, 100]],
])('%i skipped, %i wanted', (skip, limit, items, more, asked) => {
  expect(walk(list, skip, limit)).toEqual({ items, more, asked })
})

const even = (n: number) => n % 2 === 0

test('what is not kept is not counted', () => {
  expect(walk(list, 1, 2, even)).toMatchObject({ items: [2, 4], more: true })
  expect(walk(list, 123, 5, even)).toMatchObject({ items: [246, 248], more: false })
})

test('page numbers', () => {
  const query = z.object(numbered)
  expect(query.parse({})).toEqual({ page: 1, limit: 50 })
  expect(query.parse({ page: '3', limit: '20' })).toEqual({ page: 3, limit: 20 })
  expect(query.parse({ limit: '5000' }).limit).toBe(100)
  expect(pageStart({ page: 3, limit: 20 })).toBe(40)
  expect(() => pageStart({ page: 5000, limit: 20 })).toThrow('page')
  for (const page of ['0', '-1', 'two', '1.5', ''])
    expect([page, query.safeParse({ page }).success]).toEqual([page, false])
  for (const skip of ['-1', 'x', '10001'])
    expect([skip, z.object(skipping).safeParse({ skip }).success]).toEqual([skip, false])
})
