// Tokens of an identity provider: its keys are fetched, kept, and fetched again when they change.
import { afterEach, expect, test, vi } from 'vitest'
import { verifyToken } from '../../../src/identity/token.ts'
import { aKeyServer, aProviderKey, aSettings, aToken, outcome, refusalOf } from './fixtures.ts'

afterEach(() => {
  vi.useRealTimers()
})

/** Lets the clock alone jump, so that the key set's cool-down passes without waiting. */
const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })

test.each(['RS256', 'ES256'] as const)('%s: the provider’s token names its user', async (alg) => {
  const key = await aProviderKey(alg, 'one')
  const server = await aKeyServer([key.jwk])
  const token = await key.sign({ sub: 'user_2abc', name: 'Alice', role: 'moderator' })
  const actor = await verifyToken(token, { JWKS_URL: server.url })
  expect(actor).toMatchObject({ id: 'user_2abc', name: 'Alice', role: 'moderator' })
})

test('both kinds of token are taken side by side', async () => {
  const key = await aProviderKey('RS256', 'one')
  const both = aSettings({ JWKS_URL: (await aKeyServer([key.jwk])).url })
  expect(await outcome(verifyToken(await key.sign(), both))).toBe('ok')
  expect(await outcome(verifyToken(await aToken(), both))).toBe('ok')
})

test('refused: another’s key under a known kid', async () => {
  const server = await aKeyServer([(await aProviderKey('RS256', 'one')).jwk])
  const stranger = await aProviderKey('RS256', 'one')
  const verdict = verifyToken(await stranger.sign(), { JWKS_URL: server.url })
  expect(await outcome(verdict)).toBe('unauthenticated')
})

test('refused: PS256, though its key is at the provider', async () => {
  const key = await aProviderKey('PS256', 'one')
  const server = await aKeyServer([key.jwk])
  expect(await outcome(verifyToken(await key.sign(), { JWKS_URL: server.url }))).toBe(
    'unauthenticated',
  )
  expect(server.asked).toBe(0)
})

test('refused: a provider’s token where no JWKS_URL is set', async () => {
  const key = await aProviderKey('ES256', 'one')
  const refusal = await refusalOf(verifyToken(await key.sign(), aSettings()))
  expect(refusal?.code).toBe('unauthenticated')
  expect(refusal?.message).toContain('HS256')
})

test('issuer, audience and expiry hold for the provider too', async () => {
  const key = await aProviderKey('ES256', 'one')
  const { url } = await aKeyServer([key.jwk])
  const strict = { JWKS_URL: url, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'skein' }
  const good = await key.sign({ iss: 'https://id.example', aud: 'skein' })
  expect(await outcome(verifyToken(good, strict))).toBe('ok')
  const foreign = await key.sign({ iss: 'https://id.example', aud: 'shop' })
  expect(await outcome(verifyToken(foreign, strict))).toBe('unauthenticated')
  later(3600_000 + 31_000)
  expect(await outcome(verifyToken(good, strict))).toBe('unauthenticated')
})

test('the keys are asked for once, however many tokens come', async () => {
  const key = await aProviderKey('RS256', 'one')
  const server = await aKeyServer([key.jwk])
  const tokens = await Promise.all(['a', 'b', 'c', 'd'].map((sub) => key.sign({ sub })))
  for (const token of tokens) await verifyToken(token, { JWKS_URL: server.url })
  await Promise.all(tokens.map((token) => verifyToken(token, { JWKS_URL: server.url })))
  expect(server.asked).toBe(1)
})

test('a new key is found, a withdrawn one is no longer good', async () => {
  const [first, second] = [await aProviderKey('RS256', 'one'), await aProviderKey('RS256', 'two')]
  const server = await aKeyServer([first.jwk])
  const settings = { JWKS_URL: server.url }
  expect(await outcome(verifyToken(await first.sign(), settings))).toBe('ok')

  server.keys = [second.jwk]
  later(31_000)
  expect(await outcome(verifyToken(await second.sign(), settings))).toBe('ok')
  expect(await outcome(verifyToken(await first.sign(), settings))).toBe('unauthenticated')
  expect(server.asked).toBe(2)
})

test('a flood of unknown kids does not become a flood on the provider', async () => {
  const key = await aProviderKey('RS256', 'one')
  const stranger = await aProviderKey('RS256', 'stranger')
  const server = await aKeyServer([key.jwk])
  await verifyToken(await key.sign(), { JWKS_URL: server.url })
  for (let i = 0; i < 20; i++) {
    const verdict = verifyToken(await stranger.sign(), { JWKS_URL: server.url })
    expect(await outcome(verdict)).toBe('unauthenticated')
  }
  expect(server.asked).toBe(1)
})

test('a provider that fails is our trouble, not the user’s, and heals by itself', async () => {
  const key = await aProviderKey('RS256', 'one')
  const server = await aKeyServer([key.jwk])
  server.status = 500
  const refusal = await refusalOf(verifyToken(await key.sign(), { JWKS_URL: server.url }))
  expect(refusal?.code).toBe('unavailable')
  expect(refusal?.message).not.toContain('127.0.0.1')
  server.status = 200
  expect(await outcome(verifyToken(await key.sign(), { JWKS_URL: server.url }))).toBe('ok')
})

test('a provider that cannot be reached is unavailable', async () => {
  const key = await aProviderKey('RS256', 'one')
  // Nothing listens on port 1 of loopback.
  const settings = { JWKS_URL: 'http://127.0.0.1:1/jwks.json' }
  expect(await outcome(verifyToken(await key.sign(), settings))).toBe('unavailable')
})
