// What a browser is told about pages of other origins.
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { errors, isChatError } from '../../../src/contract/errors.ts'
import { authenticate, cors } from '../../../src/identity/authenticate.ts'
import { settingsOf } from '../../../src/env.ts'
import type { Env } from '../../../src/env.ts'
import { aToken, secret } from './fixtures.ts'

const vars = { JWT_SECRET: secret, CORS_ORIGINS: 'https://app.example,https://two.example' }

const app = new Hono<{ Bindings: Env }>()
app.use(cors)
app.get('/v1/me', async (context) => {
  const { id } = await authenticate(context.req.raw, settingsOf(context.env))
  return context.json({ id }, 200, { Vary: 'Cookie' })
})
app.onError((thrown, context) => {
  if (!isChatError(thrown)) throw thrown
  return context.json({ code: thrown.code }, errors[thrown.code].status)
})

const ask = async (method: string, headers: Record<string, string>, settings: object = vars) =>
  app.request('https://chat.example/v1/me', { method, headers }, settings)

const list = (response: Response, header: string) =>
  (response.headers.get(header) ?? '').split(',').map((item) => item.trim().toLowerCase())

const preflight = (origin: string, settings?: object) =>
  ask('OPTIONS', { Origin: origin, 'Access-Control-Request-Method': 'DELETE' }, settings)

describe('preflight', () => {
  test.each(['https://app.example', 'https://two.example'])('%s may ask', async (origin) => {
    const response = await preflight(origin)
    expect(response.status).toBe(204)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe(origin)
    expect(response.headers.get('Access-Control-Allow-Credentials')).toBe('true')
    expect(list(response, 'Vary')).toContain('origin')
    expect(list(response, 'Access-Control-Allow-Methods')).toEqual(
      expect.arrayContaining(['get', 'post', 'put', 'patch', 'delete']),
    )
    expect(list(response, 'Access-Control-Allow-Headers').sort()).toEqual([
      'authorization',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'range',
      'x-csrf-token',
    ])
  })

  test.each(['https://evil.example', 'https://app.example.evil', 'http://app.example', 'null'])(
    '%s may not',
    async (origin) => {
      const response = await preflight(origin)
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
    },
  )

  test('nobody may while CORS_ORIGINS is unset, and `*` means nobody', async () => {
    for (const CORS_ORIGINS of ['', '*']) {
      const response = await preflight('https://app.example', { JWT_SECRET: secret, CORS_ORIGINS })
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
    }
  })
})

describe('answers', () => {
  test('an allowed page may read them, and the headers it needs', async () => {
    const headers = { Origin: 'https://app.example', Authorization: `Bearer ${await aToken()}` }
    const response = await ask('GET', headers)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example')
    expect(list(response, 'Vary').sort()).toEqual(['cookie', 'origin'])
    expect(list(response, 'Access-Control-Expose-Headers')).toEqual(
      expect.arrayContaining(['etag', 'retry-after', 'ratelimit-remaining', 'ratelimit-reset']),
    )
  })

  test('errors too, or the page would learn nothing from them', async () => {
    const response = await ask('GET', { Origin: 'https://app.example' })
    expect(response.status).toBe(401)
    expect(response.headers.get('Access-Control-Allow-Origin')).toBe('https://app.example')
    expect(list(response, 'Vary')).toContain('origin')
  })

  test('nobody else', async () => {
    for (const response of [
      await ask('GET', { Origin: 'https://evil.example' }),
      await ask('GET', {}),
    ]) {
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull()
      expect(list(response, 'Vary')).toContain('origin')
    }
  })
})
