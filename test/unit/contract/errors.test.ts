// The table of errors: what each code means to a client, over HTTP and on a socket.
import { describe, expect, test } from 'vitest'
import { ChatError, errorBody, errors, isChatError } from '../../../src/contract/errors.ts'

const rows = Object.entries(errors)

describe('the errors table', () => {
  test('has the statuses that the surface promises', () => {
    expect(Object.fromEntries(rows.map(([code, { status }]) => [code, status]))).toMatchObject({
      invalid: 400,
      unauthenticated: 401,
      forbidden: 403,
      blocked: 403,
      banned: 403,
      not_found: 404,
      method_not_allowed: 405,
      idempotency_mismatch: 409,
      conflict: 409,
      too_large: 413,
      unsupported_type: 415,
      spam: 422,
      rate_limited: 429,
      internal: 500,
      unavailable: 503,
    })
  })

  test.each(rows)('%s: a request that may be repeated is not the client’s fault', (_, row) => {
    expect(row.retry).toBe(row.status === 429 || row.status >= 500)
  })

  test.each(rows)('%s: a close of 44xx or 1011 comes back, of 45xx does not', (code, row) => {
    const back = (row.close >= 4400 && row.close < 4500) || row.close === 1011
    const stay = row.close >= 4500 && row.close < 4600
    expect(back !== stay).toBe(true)
    // A frame that was too large is no reason to stay away, though sending it again is useless.
    expect(back).toBe(row.retry || code === 'too_large')
  })

  test('closes by a code of its own where a client must tell why', () => {
    const own = ['unauthenticated', 'banned', 'rate_limited', 'too_large', 'internal'] as const
    expect(own.map((code) => errors[code].close)).toEqual([4501, 4503, 4429, 4413, 1011])
    for (const code of own)
      expect(rows.filter(([, row]) => row.close === errors[code].close).length).toBe(1)
  })
})

describe('what a client sees of an error', () => {
  test('is a ChatError’s code, message and details', () => {
    expect(errorBody(new ChatError('conflict', 'no'))).toEqual({ code: 'conflict', message: 'no' })
    const details = { retryAfter: 3 }
    expect(errorBody(new ChatError('rate_limited', 'wait', details))).toEqual({
      code: 'rate_limited',
      message: 'wait',
      details,
    })
  })

  test('is nothing of anything else', () => {
    const faults = [
      new Error('SQLITE_ERROR near "x"'),
      'text',
      null,
      undefined,
      { code: 'invalid' },
    ]
    for (const fault of faults)
      expect(errorBody(fault)).toEqual({
        code: 'internal',
        message: 'Something went wrong on our side',
      })
    const posing = Object.assign(new Error('x'), { code: 'toString', name: 'ChatError' })
    expect(errorBody(posing).code).toBe('internal')
  })

  test('survives a class that was lost on the way', () => {
    const bare = Object.assign(new Error('no'), { name: 'ChatError', code: 'blocked' })
    expect(isChatError(bare)).toBe(true)
    expect(errorBody(bare)).toEqual({ code: 'blocked', message: 'no' })
  })
})
