// Ids carry the way: a message's names its thread, a thread's its jurisdiction.
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  UserId,
  derivedThreadId,
  directThreadId,
  isThreadId,
  jurisdictionOf,
  messageId,
  messagePlace,
  newThreadId,
} from '../../../src/contract/ids.ts'

describe('a thread id', () => {
  test('is random, well-formed, and says where its data stays', () => {
    const ids = Array.from({ length: 1000 }, () => newThreadId())
    expect(new Set(ids).size).toBe(1000)
    for (const id of ids) expect([isThreadId(id), jurisdictionOf(id)]).toEqual([true, null])
    for (const where of ['eu', 'us', 'fedramp'] as const)
      expect(jurisdictionOf(newThreadId(where))).toBe(where)
  })

  test.each([
    '',
    't',
    'x',
    't0',
    `t0${'a'.repeat(21)}`,
    `t0${'a'.repeat(23)}`,
    `tx${'a'.repeat(22)}`,
  ])('is not %j', (id) => {
    expect([isThreadId(id), jurisdictionOf(id)]).toEqual([false, null])
  })

  test('of two people is the same, whoever asks', async () => {
    const id = await directThreadId('ann', 'ben')
    expect(id).toBe(await directThreadId('ben', 'ann'))
    expect(isThreadId(id)).toBe(true)
    expect(jurisdictionOf(await directThreadId('ann', 'ben', 'eu'))).toBe('eu')
    const others = [
      ['ann', 'bent'],
      ['annb', 'en'],
      ['ann', 'ann'],
      ['["ann', 'ben"]'],
    ] as const
    for (const [a, b] of others) expect(await directThreadId(a, b)).not.toBe(id)
  })

  test('derived of the same parts for another reason is another', async () => {
    const kinds = ['direct', 'key', 'import'] as const
    const ids = await Promise.all(kinds.map((kind) => derivedThreadId(kind, ['a', 'b'])))
    expect(new Set([...ids, await derivedThreadId('key', ['b', 'a'])]).size).toBe(4)
    expect(await derivedThreadId('key', ['a', 'b'])).toBe(ids[1])
  })
})

describe('a message id', () => {
  test('leads back to its thread and seq', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (seq) => {
        const threadId = newThreadId('eu')
        expect(messagePlace(messageId(threadId, seq))).toEqual({ threadId, seq })
      }),
    )
  })

  test.each([
    '',
    'm',
    'm0-1',
    `m0${'a'.repeat(22)}`,
    `m0${'a'.repeat(22)}-`,
    `m0${'a'.repeat(22)}-x`,
  ])('is not %j', (id) => {
    expect(messagePlace(id)).toBe(null)
  })
})

describe('a user id', () => {
  test.each(['a', 'user_2x', 'a b', 'ümläut', '🎈', 'auth0|123', 'x'.repeat(128)])(
    'may be %j',
    (id) => {
      expect(UserId.safeParse(id).success).toBe(true)
    },
  )

  test.each(['', 'x'.repeat(129), 'a\n', 'a\u0000', 'a\u202e', 'a\u2066', '\u200fa', '\ud800'])(
    'may not be %j',
    (id) => {
      expect(UserId.safeParse(id).success).toBe(false)
    },
  )
})
