// The small rules: windows, typists, presence, mutes, and who may do what.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChatError } from '../../../src/contract/errors.ts'
import type { Role } from '../../../src/contract/thread.ts'
import { FOREVER, muteEnd } from '../../../src/core/mute.ts'
import * as policy from '../../../src/core/policy.ts'
import { statusOf } from '../../../src/core/presence.ts'
import { HOUR, MINUTE, take, tooMany } from '../../../src/core/rates.ts'
import type { Rate, Window } from '../../../src/core/rates.ts'
import { expireTyping, nextTypingEnd, setTyping } from '../../../src/core/typing.ts'

const perMinute = (most: number): Rate => ({ most, ms: MINUTE })

describe('a window of a minute', () => {
  test('grants up to its most, then says how long to wait', () => {
    expect(take([], 3, [perMinute(2)], 1000)).toEqual({
      granted: 2,
      window: [1000, 1000],
      retryAfterSeconds: 60,
      full: perMinute(2),
    })
    expect(take([1000, 1000], 1, [perMinute(2)], 31_000)).toEqual({
      granted: 0,
      window: [1000, 1000],
      retryAfterSeconds: 30,
      full: perMinute(2),
    })
    const rest = { retryAfterSeconds: 0, full: null }
    expect(take([1000, 2000], 1, [perMinute(2)], 61_000)).toEqual({
      granted: 1,
      window: [2000, 61_000],
      ...rest,
    })
    expect(take([1000], 5, [perMinute(0)], 2000)).toEqual({ granted: 5, window: [], ...rest })
  })

  test('and of an hour, whichever is full for longer', () => {
    const rates = [perMinute(2), { most: 3, ms: HOUR }]
    const { window } = take([0, 0], 1, rates, 100_000)
    expect(window).toEqual([0, 0, 100_000])
    const refused = take(window, 1, rates, 100_000)
    expect(refused).toMatchObject({ granted: 0, retryAfterSeconds: 3500, full: rates[1] })
    expect(tooMany(refused).message).toBe('at most 3 messages an hour: wait 3500 s')
    expect(take([0, 0, 0], 9, [perMinute(2), { most: 0, ms: HOUR }], MINUTE).window).toEqual([
      ...[MINUTE, MINUTE],
    ])
  })

  test('never holds more than its most, and keeps its word on waiting', () => {
    const ask = fc.record({
      wanted: fc.integer({ min: 1, max: 5 }),
      after: fc.integer({ min: 0, max: 30_000 }),
    })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 30 }),
        fc.array(ask, { maxLength: 40 }),
        (most, longer, asks) => {
          const rates = [perMinute(most), { most: longer, ms: 5 * MINUTE }]
          let now = 0
          let window: Window = []
          const granted: number[] = []
          for (const { wanted, after } of asks) {
            now += after
            const grant = take(window, wanted, rates, now)
            window = grant.window
            granted.push(...Array<number>(grant.granted).fill(now))
            if (grant.granted === wanted) continue
            const later = now + grant.retryAfterSeconds * 1000
            expect(take(window, 1, rates, later).granted).toBe(1)
          }
          for (const time of granted)
            for (const rate of rates) {
              const within = granted.filter((other) => other > time - rate.ms && other <= time)
              expect(within.length).toBeLessThanOrEqual(rate.most)
            }
        },
      ),
    )
  })
})

describe('typists', () => {
  test('are told of when the list changes, and last ten seconds', () => {
    const first = setTyping(new Map(), 'ann', true, 0)
    expect([first.changed, [...first.typists]]).toEqual([true, [['ann', 10_000]]])
    const again = setTyping(first.typists, 'ann', true, 4000)
    expect([again.changed, nextTypingEnd(again.typists)]).toEqual([false, 14_000])
    const both = setTyping(again.typists, 'ben', true, 6000)
    expect([both.changed, nextTypingEnd(both.typists)]).toEqual([true, 14_000])
    expect(expireTyping(both.typists, 13_999).changed).toBe(false)
    const one = expireTyping(both.typists, 14_000)
    expect([one.changed, [...one.typists.keys()]]).toEqual([true, ['ben']])
    const none = setTyping(one.typists, 'ben', false, 14_001)
    expect([none.changed, nextTypingEnd(none.typists)]).toEqual([true, null])
    expect(setTyping(none.typists, 'ben', false, 14_002).changed).toBe(false)
    expect(first.typists.size).toBe(1)
  })
})

test('presence is online with any device in use, away when none is, offline without', () => {
  expect(statusOf([])).toBe('offline')
  expect(statusOf([{ away: true }, { away: false }])).toBe('online')
  expect(statusOf([{ away: true }, { away: true }])).toBe('away')
})

test('a mute ends when it says', () => {
  const hour = 3_600_000
  expect((['1h', '8h', '1d', 90] as const).map((duration) => muteEnd(duration, 5))).toEqual([
    5 + hour,
    5 + 8 * hour,
    5 + 24 * hour,
    90_005,
  ])
  expect(muteEnd('forever', 5)).toBe(FOREVER)
  expect(new Date(FOREVER).toISOString()).toBe('9999-01-01T00:00:00.000Z')
})

const may = (work: () => void) => {
  try {
    work()
    return 'yes'
  } catch (error) {
    if (error instanceof ChatError) return error.code
    throw error
  }
}

const row = (role: Role, joined_at: number) => ({ role, joined_at })

describe('the policy', () => {
  const roles: Role[] = ['owner', 'admin', 'member', 'guest']

  test.each(['thread.update', 'member.add', 'member.update', 'member.remove'] as const)(
    '%s is for owner and admins',
    (operation) => {
      expect(roles.map((role) => may(() => policy.requireRole(operation, role, 'group')))).toEqual([
        'yes',
        'yes',
        'forbidden',
        'forbidden',
      ])
    },
  )

  test('the two of a direct thread are equals, and stay two', () => {
    expect(may(() => policy.requireRole('thread.update', 'member', 'direct'))).toBe('yes')
    expect(may(() => policy.requireGrant('member', 'member', 'direct'))).toBe('conflict')
    expect(policy.mayDeleteForAll('owner', false, 'direct')).toBe(false)
    expect(policy.mayDeleteForAll('member', true, 'direct')).toBe(true)
  })

  test('everyone in a thread may write, read and leave', () => {
    for (const operation of [
      'message.send',
      'thread.read',
      'thread.leave',
      'reaction.add',
    ] as const)
      expect(may(() => policy.requireRole(operation, 'guest', 'group'))).toBe('yes')
  })

  test('nobody gives or takes what is above them', () => {
    const grants = roles.map((mine) =>
      roles.map((role) => may(() => policy.requireGrant(mine, role, 'group')) === 'yes'),
    )
    const above = roles.map((mine) =>
      roles.map((role) => may(() => policy.requireAbove(mine, role)) === 'yes'),
    )
    const table = [
      [true, true, true, true],
      [false, true, true, true],
      [false, false, true, true],
      [false, false, false, true],
    ]
    expect([grants, above]).toEqual([table, table])
  })

  test('messages of others are taken back by owner and admins', () => {
    expect(roles.map((role) => policy.mayDeleteForAll(role, false, 'group'))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('everyone is called by owners and admins, and by members of a small thread', () => {
    const sizes = [2, 20, 21, 10_000]
    expect(sizes.map((size) => roles.map((role) => policy.mayCallEveryone(role, size)))).toEqual([
      [true, true, true, false],
      [true, true, true, false],
      [true, true, false, false],
      [true, true, false, false],
    ])
    expect(() => policy.requireCallEveryone('member', 21)).toThrow(ChatError)
  })

  test('the longest there of the highest takes over, when no owner is left', () => {
    expect(policy.successor([row('member', 1), row('owner', 2)])).toBe(undefined)
    expect(policy.successor([row('member', 1), row('admin', 3), row('admin', 2)])).toEqual(
      row('admin', 2),
    )
    expect(policy.successor([row('guest', 1), row('member', 3)])).toEqual(row('member', 3))
    expect(policy.successor([])).toBe(undefined)
  })
})
