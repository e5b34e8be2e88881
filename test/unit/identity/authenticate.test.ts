// Who is let in: by which credentials, from which page, with which method.
import { describe, expect, test } from 'vitest'
import { allowedOrigin, authenticate } from '../../../src/identity/authenticate.ts'
import { csrfToken } from '../../../src/identity/csrf.ts'
import { aRawToken, aSettings, aToken, outcome } from './fixtures.ts'

const settings = aSettings({ CORS_ORIGINS: 'https://app.example, https://two.example' })
const own = 'https://chat.example'
const token = await aToken()
const bad = await aRawToken({ sub: 'alice' }, 'a-secret-of-somebody-else-0123456789')
const csrf = await csrfToken(token)
const othersCsrf = await csrfToken(await aToken({ sub: 'mallory' }))

type Headers = Record<string, string>

const aRequest = (headers: Headers, method = 'GET') =>
  new Request(`${own}/v1/threads`, { method, headers })

const anUpgrade = (headers: Headers) => aRequest({ Upgrade: 'websocket', ...headers })

const enters = (request: Request) => outcome(authenticate(request, settings))

const carriers: Record<'header' | 'subprotocol' | 'cookie', (token: string) => Headers> = {
  header: (token) => ({ Authorization: `Bearer ${token}` }),
  subprotocol: (token) => ({ 'Sec-WebSocket-Protocol': `skein.v1, bearer.${token}` }),
  cookie: (token) => ({ Cookie: `theme=dark; skein_session=${token}; lang=de` }),
}

describe('where the token is', () => {
  test.each([
    ['nowhere', {}, 'unauthenticated'],
    ['a Bearer header', carriers.header(token), 'ok'],
    ['a bearer header, in small letters', { authorization: `bearer ${token}` }, 'ok'],
    ['an empty Bearer header', { Authorization: 'Bearer' }, 'unauthenticated'],
    ['a bad Bearer token', carriers.header(bad), 'unauthenticated'],
    ['another scheme', { Authorization: `Basic ${token}` }, 'unauthenticated'],
    ['the cookie', carriers.cookie(token), 'ok'],
    ['a bad cookie', carriers.cookie(bad), 'unauthenticated'],
    ['an empty cookie', carriers.cookie(''), 'unauthenticated'],
    ['a cookie of a longer name', { Cookie: `my_skein_session=${token}` }, 'unauthenticated'],
    ['a subprotocol, but no upgrade', carriers.subprotocol(token), 'unauthenticated'],
    [
      'a proxy’s Basic header beside the cookie',
      { Authorization: 'Basic eDp5', ...carriers.cookie(token) },
      'ok',
    ],
    [
      'a bad Bearer token beside a good cookie: the cookie is ignored',
      { ...carriers.cookie(token), ...carriers.header(bad) },
      'unauthenticated',
    ],
  ])('%s: %s', async (_name, headers, expected) => {
    expect(await enters(aRequest(headers))).toBe(expected)
  })

  test('the Bearer header’s user is the one who asks', async () => {
    const bob = await aToken({ sub: 'bob' })
    const request = aRequest({ ...carriers.cookie(token), ...carriers.header(bob) })
    expect(await authenticate(request, settings)).toMatchObject({ id: 'bob' })
  })
})

describe('CSRF', () => {
  const proofs = {
    right: { 'X-CSRF-Token': csrf },
    'of another session': { 'X-CSRF-Token': othersCsrf },
    'the session’s token itself': { 'X-CSRF-Token': token },
    empty: { 'X-CSRF-Token': '' },
    'cut short': { 'X-CSRF-Token': csrf.slice(0, -1) },
    absent: {},
  }

  describe.each(['GET', 'HEAD', 'OPTIONS'])('%s with the cookie', (method) => {
    test.each(Object.entries(proofs))('token %s: ok', async (_name, proof) => {
      expect(await enters(aRequest({ ...carriers.cookie(token), ...proof }, method))).toBe('ok')
    })
  })

  describe.each(['POST', 'PUT', 'PATCH', 'DELETE', 'PURGE'])('%s with the cookie', (method) => {
    test.each(Object.entries(proofs))('token %s', async (name, proof) => {
      const expected = name === 'right' ? 'ok' : 'forbidden'
      expect(await enters(aRequest({ ...carriers.cookie(token), ...proof }, method))).toBe(expected)
    })

    test('a Bearer header needs no CSRF token', async () => {
      expect(await enters(aRequest(carriers.header(token), method))).toBe('ok')
    })

    test('calling it an upgrade is no way around', async () => {
      const headers = { Upgrade: 'websocket', Origin: own, ...carriers.cookie(token) }
      expect(await enters(aRequest(headers, method))).toBe('forbidden')
    })
  })

  test('a dead session is told to sign in, not to mend its CSRF token', async () => {
    expect(await enters(aRequest(carriers.cookie(bad), 'POST'))).toBe('unauthenticated')
  })
})

describe('upgrades', () => {
  const origins: Record<string, Headers> = {
    own: { Origin: own },
    allowed: { Origin: 'https://two.example' },
    foreign: { Origin: 'https://evil.example' },
    'own host, other scheme': { Origin: 'http://chat.example' },
    'own host, other port': { Origin: `${own}:8443` },
    'longer than an allowed one': { Origin: 'https://app.example.evil' },
    null: { Origin: 'null' },
    absent: {},
  }

  describe.each(['header', 'subprotocol'] as const)('token in the %s', (place) => {
    test.each(Object.entries(origins))('origin %s', async (name, origin) => {
      const expected = ['own', 'allowed', 'absent'].includes(name) ? 'ok' : 'forbidden'
      expect(await enters(anUpgrade({ ...carriers[place](token), ...origin }))).toBe(expected)
    })
  })

  describe('token in the cookie', () => {
    test.each(Object.entries(origins))('origin %s', async (name, origin) => {
      const expected = ['own', 'allowed'].includes(name) ? 'ok' : 'forbidden'
      expect(await enters(anUpgrade({ ...carriers.cookie(token), ...origin }))).toBe(expected)
    })
  })

  test.each(['header', 'subprotocol', 'cookie'] as const)(
    'a bad token in the %s',
    async (place) => {
      const request = anUpgrade({ ...carriers[place](bad), Origin: own })
      expect(await enters(request)).toBe('unauthenticated')
    },
  )

  test('no token', async () => {
    expect(await enters(anUpgrade({ Origin: own }))).toBe('unauthenticated')
    expect(await enters(anUpgrade({}))).toBe('unauthenticated')
  })

  test.each([
    `bearer.${token}, skein.v1`,
    `skein.v1,bearer.${token}`,
    `graphql-ws , skein.v1 ,  bearer.${token}`,
  ])('subprotocols in any order and spacing (%#)', async (offered) => {
    const upgrade = anUpgrade({ Upgrade: 'WebSocket', 'Sec-WebSocket-Protocol': offered })
    expect(await authenticate(upgrade, settings)).toMatchObject({ id: 'alice' })
  })

  test('subprotocols without a token leave it to the cookie', async () => {
    const headers = { ...carriers.cookie(token), 'Sec-WebSocket-Protocol': 'skein.v1', Origin: own }
    expect(await enters(anUpgrade(headers))).toBe('ok')
  })

  test('a bad subprotocol token does not fall back to the cookie', async () => {
    const headers = { ...carriers.cookie(token), ...carriers.subprotocol(bad), Origin: own }
    expect(await enters(anUpgrade(headers))).toBe('unauthenticated')
  })
})

describe('REST with a foreign Origin', () => {
  test('is a matter of CORS: a Bearer token is good from anywhere', async () => {
    const headers = { ...carriers.header(token), Origin: 'https://evil.example' }
    expect(await enters(aRequest(headers, 'POST'))).toBe('ok')
  })
})

test('the operator cannot allow `null`, nor everybody, by mistake', () => {
  const careless = aSettings({ CORS_ORIGINS: '*,null' })
  for (const origin of ['null', '*', 'https://evil.example'])
    expect(allowedOrigin(aRequest({ Origin: origin }), careless)).toBe(false)
})
