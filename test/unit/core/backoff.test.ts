// The pauses between attempts.
import { expect, test } from 'vitest'
import { nextPause, patientPause } from '../../../src/core/backoff.ts'

test('are 2, 4, 8, 16 and 30 s, and then it is enough', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7].map(nextPause)
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, null, null])
})

test('what nobody waits for is tried for an hour more', () => {
  const pauses = Array.from({ length: 67 }, (_, n) => patientPause(n + 1))
  expect(pauses.slice(0, 7)).toEqual([2000, 4000, 8000, 16_000, 30_000, 60_000, 60_000])
  expect(pauses.slice(63)).toEqual([60_000, 60_000, null, null])
})
