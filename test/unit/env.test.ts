// Settings as an operator writes them.
import { expect, test } from 'vitest'
import { settingsOf } from '../../src/env.ts'

const kept = (text?: string) => settingsOf({ RETENTION_DAYS: text }).RETENTION_DAYS

test('days that messages are kept are named by the type of their thread', () => {
  expect([kept(), kept(''), kept('{}')]).toEqual([{}, {}, {}])
  expect(kept('{"support":365,"direct":7}')).toEqual({ support: 365, direct: 7 })
})

test.each(['90', 'support:90', '{"support":0}', '{"support":"90"}', '{"chat":1}', '{"post":1.5}'])(
  'days are refused as %s, saying how to write them',
  (text) => {
    expect(() => kept(text)).toThrow(
      'RETENTION_DAYS: must be JSON: {"type": days, …}, of direct, group',
    )
  },
)
