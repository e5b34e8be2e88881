// A time set for later: in the future, and not too far in it.
import { expect, test } from 'vitest'
import { requireTime } from '../../../src/core/ahead.ts'

const now = Date.parse('2026-11-01T00:00:00Z')

test.each([
  [-1, 'sendAt: must be in the future'],
  [0, 'sendAt: must be in the future'],
  [1, null],
  [366 * 86_400_000, null],
  [366 * 86_400_000 + 1, 'sendAt: must be within a year from now'],
])('%s ms from now', (ahead, refused) => {
  const set = () => requireTime('sendAt', now + ahead, now)
  if (refused === null) expect(set).not.toThrow()
  else expect(set).toThrow(refused)
})
