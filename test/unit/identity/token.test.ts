// Which tokens are trusted.
import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { signToken, verifyToken } from '../../../src/identity/token.ts'
import {
  aForgedToken,
  aKeyServer,
  aProviderKey,
  aRawToken,
  aSettings,
  aToken,
  base64url,
  now,
  outcome,
  refusalOf,
  secret,
} from './fixtures.ts'

const settings = aSettings()

describe('HS256', () => {
  test('a token signed with the secret names its user', async () => {
    const token = await signToken({ sub: 'alice', name: 'Alice' }, secret, { expiresIn: 60 })
    const before = now()
    const actor = await verifyToken(token, settings)
    expect(actor).toEqual({
      id: 'alice',
      name: 'Alice',
      avatarUrl: null,
      email: null,
      role: 'user',
      tier: 'free',
      expiresAt: expect.any(Number),
    })
    expect(Math.abs((actor.expiresAt ?? 0) - (before + 60) * 1000)).toBeLessThanOrEqual(2000)
  })

  test('a token without exp does not expire', async () => {
    const actor = await verifyToken(await aRawToken({ sub: 'alice' }), settings)
    expect(actor.expiresAt).toBeNull()
  })

  test.each([
    ['another secret', () => aRawToken({ sub: 'alice' }, 'another-secret-0123456789-0123456789')],
    ['no signature', async () => (await aToken()).replace(/[^.]*$/, '')],
    ['changed claims', async () => swapped(await aToken(), 1, { sub: 'root', role: 'admin' })],
    ['alg none', () => aForgedToken({ alg: 'none' }, { sub: 'alice' })],
    ['alg None', () => aForgedToken({ alg: 'None' }, { sub: 'alice' })],
    ['alg none over a good signature', async () => swapped(await aToken(), 0, { alg: 'none' })],
    ['no alg', () => aForgedToken({}, { sub: 'alice' })],
    ['an empty text', () => ''],
    ['a word', () => 'alice'],
    ['dots', () => '..'],
    ['claims that are no object', () => hmac(['alice'])],
    ['an unknown critical header', () => hmac({ sub: 'alice' }, { crit: ['x'], x: 1 })],
  ])('refused: %s', async (_name, token) => {
    expect(await outcome(verifyToken(await token(), settings))).toBe('unauthenticated')
  })

  test.each(['HS384', 'HS512'] as const)('refused: %s with the right secret', async (alg) => {
    const token = hmac({ sub: 'alice' }, { alg }, `sha${alg.slice(2)}`)
    expect(await outcome(verifyToken(token, settings))).toBe('unauthenticated')
  })

  test('refused where only a key server is set', async () => {
    const keysOnly = { JWKS_URL: 'http://127.0.0.1:1/never-asked' }
    const refusal = await refusalOf(verifyToken(await aToken(), keysOnly))
    expect(refusal?.code).toBe('unauthenticated')
    expect(refusal?.message).toContain('RS256, ES256')
  })

  test('a provider’s public key is not taken as the secret', async () => {
    const key = await aProviderKey('RS256', 'one')
    const server = await aKeyServer([key.jwk])
    const both = aSettings({ JWKS_URL: server.url })
    for (const text of [key.pem, key.pem.trim(), JSON.stringify(key.jwk), key.jwk.n ?? '']) {
      const claims = { sub: 'alice', role: 'admin' }
      const token = hmac(claims, { alg: 'HS256', kid: 'one' }, 'sha256', text)
      expect(await outcome(verifyToken(token, both))).toBe('unauthenticated')
      expect(await outcome(verifyToken(token, { JWKS_URL: server.url }))).toBe('unauthenticated')
    }
    // The same hand-made token under the secret is good: it was refused for its key alone.
    expect(await outcome(verifyToken(hmac({ sub: 'alice' }), both))).toBe('ok')
  })
})

describe('times', () => {
  test.each([
    ['exp in an hour', { exp: 3600 }, 'ok'],
    ['exp 20 s ago', { exp: -20 }, 'ok'],
    ['exp 31 s ago', { exp: -31 }, 'unauthenticated'],
    ['nbf an hour ago', { nbf: -3600 }, 'ok'],
    ['nbf in 20 s', { nbf: 20 }, 'ok'],
    ['nbf in 40 s', { nbf: 40 }, 'unauthenticated'],
    ['iat in an hour: clocks differ, and it is only for information', { iat: 3600 }, 'ok'],
  ])('%s: %s is %s', async (_name, offsets, expected) => {
    const times = Object.entries(offsets).map(([claim, offset]) => [claim, now() + offset])
    const token = await aRawToken({ sub: 'alice', ...Object.fromEntries(times) })
    expect(await outcome(verifyToken(token, settings))).toBe(expected)
  })

  test.each([
    ['exp as text', { exp: '9999999999' }],
    ['exp as a date', { exp: '2999-01-01T00:00:00Z' }],
    ['exp null', { exp: null }],
    ['exp true', { exp: true }],
    ['nbf as text', { nbf: '1' }],
    ['nbf null', { nbf: null }],
  ])('refused: %s', async (_name, claims) => {
    expect(await outcome(verifyToken(hmac({ sub: 'alice', ...claims }), settings))).toBe(
      'unauthenticated',
    )
  })

  test('refused: an exp that JSON reads as infinite', async () => {
    const parts = [base64url('{"alg":"HS256"}'), base64url('{"sub":"alice","exp":1e999}')]
    const signature = createHmac('sha256', secret).update(parts.join('.')).digest('base64url')
    const token = [...parts, signature].join('.')
    expect(await outcome(verifyToken(token, settings))).toBe('unauthenticated')
  })

  test('the refusal says what to do, and nothing of our insides', async () => {
    const expired = await refusalOf(verifyToken(await aRawToken({ sub: 'a', exp: 1 }), settings))
    expect(expired?.message).toBe('The token has expired: sign in again')
    expect(expired?.details).toBeUndefined()
  })
})

describe('issuer and audience, when set', () => {
  const strict = aSettings({ JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'skein' })
  const good = { iss: 'https://id.example', aud: 'skein' }

  test.each([
    ['both right', good, 'ok'],
    ['one audience of many', { ...good, aud: ['other', 'skein'] }, 'ok'],
    ['another issuer', { ...good, iss: 'https://id.example.evil' }, 'unauthenticated'],
    ['no issuer', { aud: 'skein' }, 'unauthenticated'],
    ['another audience', { ...good, aud: 'shop' }, 'unauthenticated'],
    ['other audiences', { ...good, aud: ['shop', 'skein2'] }, 'unauthenticated'],
    ['no audience', { iss: good.iss }, 'unauthenticated'],
  ])('%s', async (_name, claims, expected) => {
    expect(await outcome(verifyToken(await aToken(claims), strict))).toBe(expected)
  })

  test('not checked when unset', async () => {
    const token = await aToken({ iss: 'https://anyone.example', aud: 'anything' })
    expect(await outcome(verifyToken(token, settings))).toBe('ok')
  })
})

/** A token with one of its parts replaced, the old signature kept. */
function swapped(token: string, index: 0 | 1, part: object): string {
  return token
    .split('.')
    .with(index, base64url(JSON.stringify(part)))
    .join('.')
}

/** A token signed by hand, with any header and any kind of claims. */
function hmac(claims: object, header: object = {}, hash = 'sha256', key = secret): string {
  const unsigned = aForgedToken({ alg: 'HS256', ...header }, claims).slice(0, -1)
  return `${unsigned}.${createHmac(hash, key).update(unsigned).digest('base64url')}`
}
