// Signing in and out with the cookie, as a page does.
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { errors, isChatError } from '../../../src/contract/errors.ts'
import { authenticate } from '../../../src/identity/authenticate.ts'
import { sessionRoutes } from '../../../src/identity/session.ts'
import { aRawToken, aSettings, aToken, now, outcome, secret } from './fixtures.ts'

const foreign = 'https://evil.example'
const own = 'https://chat.example'
const local = { JWT_SECRET: secret }
const deployed = { JWT_SECRET: secret, ENVIRONMENT: 'production' }

// The app's own onError does as much and more; here only the code and the status matter.
const app = new Hono().route('/v1', sessionRoutes)
app.onError((thrown, context) => {
  if (!isChatError(thrown)) throw thrown
  const { code, message, details } = thrown
  return context.json({ error: { code, message, details } }, errors[code].status)
})

type Options = { body?: unknown; headers?: Record<string, string>; vars?: Record<string, string> }

async function ask(method: string, path: string, { body, headers, vars = local }: Options = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const init = { method, headers: { 'Content-Type': 'application/json', ...headers }, body: text }
  const response = await app.request(`${own}${path}`, init, vars)
  const answer = await response.text()
  return {
    status: response.status,
    answer: answer === '' ? null : JSON.parse(answer),
    cookie: response.headers.get('Set-Cookie'),
    kept: response.headers.get('Cache-Control'),
  }
}

const signIn = (token: string, options: Options = {}) =>
  ask('POST', '/v1/session', { body: { token }, ...options })

const cookieOf = (token: string) => ({ Cookie: `skein_session=${token}` })

describe('POST /v1/session', () => {
  test('signs in: who I am, my CSRF token, and the cookie', async () => {
    const token = await aToken({ name: 'Alice', role: 'moderator', tier: 'pro', email: 'a@b.co' })
    const { status, answer, cookie, kept } = await signIn(token)
    expect(status).toBe(200)
    expect(answer).toEqual({
      user: { id: 'alice', name: 'Alice', avatarUrl: null, role: 'moderator', tier: 'pro' },
      csrfToken: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(kept).toBe('no-store')
    const [pair, ...attributes] = (cookie ?? '').split('; ')
    expect(pair).toBe(`skein_session=${token}`)
    expect(attributes.filter((attribute) => !attribute.startsWith('Max-Age'))).toEqual([
      'Path=/',
      'HttpOnly',
      'SameSite=Lax',
    ])
  })

  test('the cookie and its CSRF token are then enough for a change', async () => {
    const { answer, cookie } = await signIn(await aToken())
    const headers = { Cookie: (cookie ?? '').split(';')[0] ?? '', 'X-CSRF-Token': answer.csrfToken }
    const request = new Request(`${own}/v1/threads`, { method: 'POST', headers })
    expect(await outcome(authenticate(request, aSettings()))).toBe('ok')
  })

  test('the cookie is Secure outside local', async () => {
    const { cookie } = await signIn(await aToken(), { vars: deployed })
    expect(cookie).toMatch(/; Secure(;|$)/)
  })

  test.each([
    ['as long as its token', { exp: now() + 3600 }, 3600],
    ['30 days for a token without end', {}, 30 * 86_400],
    ['at most what browsers keep', { exp: now() + 1000 * 86_400 }, 400 * 86_400],
    ['not at all for a token in its last tolerance', { exp: now() - 10 }, 0],
  ])('the cookie lives %s', async (_name, claims, expected) => {
    const { status, cookie } = await signIn(await aRawToken({ sub: 'alice', ...claims }))
    expect(status).toBe(200)
    const seconds = Number(/Max-Age=(\d+)/.exec(cookie ?? '')?.[1])
    expect(expected - seconds).toBeGreaterThanOrEqual(0)
    expect(expected - seconds).toBeLessThan(30)
  })

  test.each([
    ['a bad token', { token: 'a.b.c' }, 401, 'unauthenticated'],
    ['no token', {}, 400, 'invalid'],
    ['a token that is no text', { token: 5 }, 400, 'invalid'],
    ['a token no cookie can hold', { token: 'x'.repeat(4090) }, 400, 'invalid'],
    ['no JSON', '{"token":', 400, 'invalid'],
    ['no object', '"token"', 400, 'invalid'],
  ])('%s sets no cookie', async (_name, body, status, code) => {
    const result = await ask('POST', '/v1/session', { body })
    expect(result).toMatchObject({ status, answer: { error: { code } }, cookie: null })
  })

  test('a bad body is told where', async () => {
    const { answer } = await ask('POST', '/v1/session', { body: { token: 5 } })
    expect(answer.error.details).toEqual([{ path: ['token'], message: expect.any(String) }])
  })

  test('another site’s form, which is no JSON, signs nobody in', async () => {
    const headers = { 'Content-Type': 'text/plain' }
    const body = JSON.stringify({ token: await aToken() })
    const result = await ask('POST', '/v1/session', { body, headers })
    expect(result).toMatchObject({ status: 400, cookie: null })
  })

  test.each([
    ['foreign', { Origin: foreign }, 403],
    ['null', { Origin: 'null' }, 403],
    ['own', { Origin: own }, 200],
    ['allowed', { Origin: 'https://app.example' }, 200],
    ['absent', {}, 200],
  ])('origin %s: %i', async (_name, headers, expected) => {
    const vars = { ...local, CORS_ORIGINS: 'https://app.example' }
    const { status, cookie } = await signIn(await aToken(), { headers, vars })
    expect(status).toBe(expected)
    expect(cookie === null).toBe(expected !== 200)
  })

  test('signing in as somebody else needs no CSRF token of the old session', async () => {
    const { answer } = await signIn(await aToken({ sub: 'bob' }), {
      headers: cookieOf(await aToken()),
    })
    expect(answer.user.id).toBe('bob')
  })
})

describe('GET /v1/session', () => {
  test('answers the same for the cookie and for a Bearer header', async () => {
    const token = await aToken({ name: 'Alice' })
    const { answer } = await signIn(token)
    const headers = { Authorization: `Bearer ${token}` }
    const byCookie = await ask('GET', '/v1/session', { headers: cookieOf(token) })
    expect(byCookie).toMatchObject({ status: 200, answer, kept: 'no-store' })
    expect((await ask('GET', '/v1/session', { headers })).answer).toEqual(answer)
  })

  test('someone without a name is shown by their id', async () => {
    const { answer } = await ask('GET', '/v1/session', { headers: cookieOf(await aToken()) })
    expect(answer.user.name).toBe('alice')
  })

  test.each([
    ['nobody', {}],
    ['a bad cookie', cookieOf('a.b.c')],
  ])('401 for %s', async (_name, headers) => {
    const { status, answer } = await ask('GET', '/v1/session', { headers })
    expect([status, answer.error.code]).toEqual([401, 'unauthenticated'])
  })
})

describe('DELETE /v1/session', () => {
  test('signs out: the cookie is gone', async () => {
    const token = await aToken()
    const { answer } = await signIn(token)
    const headers = { ...cookieOf(token), 'X-CSRF-Token': answer.csrfToken, Origin: own }
    const { status, cookie } = await ask('DELETE', '/v1/session', { headers })
    expect(status).toBe(204)
    expect(cookie).toMatch(/^skein_session=; Max-Age=0; Path=\//)
  })

  test('a second time, without the cookie, is fine', async () => {
    expect((await ask('DELETE', '/v1/session')).status).toBe(204)
  })

  test('needs the CSRF token', async () => {
    const result = await ask('DELETE', '/v1/session', { headers: cookieOf(await aToken()) })
    expect(result).toMatchObject({ status: 403, answer: { error: { code: 'forbidden' } } })
    expect(result.cookie).toBeNull()
  })

  test.each([foreign, 'null'])('another site (%s) cannot sign anyone out', async (Origin) => {
    const { status, cookie } = await ask('DELETE', '/v1/session', { headers: { Origin } })
    expect([status, cookie]).toEqual([403, null])
  })
})

describe('POST /v1/dev/token', () => {
  const alice = { sub: 'alice', name: 'Alice', role: 'admin', tier: 'pro' }

  test('gives a token of 30 days that signs in', async () => {
    const { status, answer, kept } = await ask('POST', '/v1/dev/token', { body: alice })
    expect([status, kept]).toEqual([200, 'no-store'])
    expect(Object.keys(answer)).toEqual(['token'])
    const session = await signIn(answer.token)
    expect(session.answer.user).toMatchObject({ id: 'alice', name: 'Alice', role: 'admin' })
    const seconds = Number(/Max-Age=(\d+)/.exec(session.cookie ?? '')?.[1])
    expect(Math.abs(30 * 86_400 - seconds)).toBeLessThan(30)
  })

  test('carries the issuer and audience that the server asks for', async () => {
    const vars = { ...local, JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'skein' }
    const { answer } = await ask('POST', '/v1/dev/token', { body: alice, vars })
    expect((await signIn(answer.token, { vars })).status).toBe(200)
  })

  test.each([
    ['no sub', {}],
    ['a sub no token may have', { sub: 'a\u202eb' }],
    ['an empty sub', { sub: '' }],
    ['a name too long', { sub: 'alice', name: 'x'.repeat(101) }],
    ['a role that is no text', { sub: 'alice', role: ['admin'] }],
  ])('400 for %s', async (_name, body) => {
    const { status, answer } = await ask('POST', '/v1/dev/token', { body })
    expect([status, answer.error.code]).toEqual([400, 'invalid'])
  })

  test.each([
    ['DEV_LOGIN false', { ...local, DEV_LOGIN: 'false' }],
    ['production', deployed],
  ])('does not exist with %s, whatever is sent', async (_name, vars) => {
    for (const body of [alice, {}, '{']) {
      const { status, answer } = await ask('POST', '/v1/dev/token', { body, vars })
      expect([status, answer.error.code]).toEqual([404, 'not_found'])
    }
  })
})

test('other methods are 405', async () => {
  for (const path of ['/v1/session', '/v1/dev/token']) {
    const { status, answer } = await ask('PATCH', path, { body: {} })
    expect([status, answer.error.code]).toEqual([405, 'method_not_allowed'])
  }
})
