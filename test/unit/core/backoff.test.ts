// The pauses between attempts.
import { expect, test } from 'vitest'
import { nextPause } from '../../../src/core/backoff.ts'

test('are 2, 4, 8, 16 and 30 s, and then it is enough', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7].map(nextPause)
  expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, null, null])
})
