// Who may act on whom, and what an act needs.
import { describe, expect, test } from 'vitest'
import { errors } from '../../../src/contract/errors.ts'
import {
  banEffects,
  blockEffects,
  memberBanEffects,
  shadowBanEffects,
  silenceEffects,
} from '../../../src/contract/effects.ts'
import { UNTIL_LIFTED, untilOf } from '../../../src/contract/moderation.ts'
import {
  bannedError,
  endOf,
  holding,
  requireDecision,
  requireSanction,
  silencedError,
} from '../../../src/core/moderation.ts'

const now = Date.UTC(2026, 0)
const ban = { reason: 'spam', until: now + 1000, shadow: false, since: now, by: 'mod' }

describe('a sanction', () => {
  const rules: [string, string | null, 'yes' | 'no'][] = [
    ['moderator', null, 'yes'],
    ['moderator', 'user', 'yes'],
    ['moderator', 'client', 'yes'],
    ['moderator', 'moderator', 'no'],
    ['moderator', 'admin', 'no'],
    ['user', 'user', 'yes'],
    ['user', 'admin', 'no'],
    ['admin', 'moderator', 'yes'],
    ['admin', 'admin', 'yes'],
  ]
  test.each(rules)('by a %s on a %s: %s', (role, their, may) => {
    const act = () => requireSanction({ id: 'a', role }, { id: 'b', role: their })
    if (may === 'yes') expect(act).not.toThrow()
    else expect(act).toThrow('only admins')
  })

  test('is never on oneself', () => {
    expect(() => requireSanction({ id: 'a', role: 'admin' }, { id: 'a', role: 'admin' })).toThrow(
      /^userId/,
    )
  })
})

describe('an end', () => {
  test('is far away when none is said, and never in the past', () => {
    expect(endOf(undefined, now)).toBe(UNTIL_LIFTED)
    expect(endOf('2026-01-01T00:00:01Z', now)).toBe(now + 1000)
    expect(() => endOf('2026-01-01T00:00:00Z', now)).toThrow(/^until/)
    expect(untilOf(UNTIL_LIFTED)).toBeNull()
    expect(untilOf(now)).toBe('2026-01-01T00:00:00.000Z')
  })

  test('ends a ban by itself', () => {
    expect(holding(ban, now)).toBe(ban)
    expect(holding(ban, now + 1000)).toBeNull()
    expect(holding(null, now)).toBeNull()
  })
})

describe('a decision', () => {
  test('goes together', () => {
    requireDecision({ status: 'dismissed' })
    requireDecision({ status: 'reviewed', action: 'warn' })
    requireDecision({ status: 'reviewed', action: 'ban_member', until: 'any' })
    expect(() => requireDecision({ status: 'pending', action: 'warn' })).toThrow(/^action/)
    expect(() => requireDecision({ status: 'reviewed', until: 'any' })).toThrow(/^until/)
    expect(() =>
      requireDecision({ status: 'reviewed', action: 'delete_message', until: 'any' }),
    ).toThrow(/^until/)
  })
})

describe('effects', () => {
  test('are refused as the table says', () => {
    expect(bannedError(ban)).toMatchObject({
      code: banEffects['a request on REST'].refused,
      details: { until: '2026-01-01T00:00:01.000Z', reason: 'spam' },
    })
    expect(silencedError(UNTIL_LIFTED)).toMatchObject({
      code: silenceEffects['a send, an edit or a reaction in the thread'].refused,
      details: { until: null },
    })
    expect(errors[banEffects['an open socket'].refused].close).toBe(4503)
    expect(blockEffects['a direct message of the blocked']).toEqual({ refused: 'blocked' })
    expect(blockEffects['a later group message of the blocked']).toEqual({
      hidden: 'from who blocked',
    })
    expect(shadowBanEffects['a send']).toEqual({ hidden: 'from all others' })
    expect(memberBanEffects['being added to the thread']).toEqual({ refused: 'forbidden' })
  })
})
