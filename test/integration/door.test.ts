// The HTTP door: errors in one shape, limits, methods, CSRF, and the API described by itself.
import { evictDurableObject } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { openApiDocument } from '../../src/http/docs.ts'
import { rest } from '../../src/contract/rest.ts'
import {
  aGroup,
  aThread,
  aToken,
  call,
  origin,
  refusal,
  send,
  signIn,
  socket,
  userObject,
} from './fixtures.ts'
import type { Answered } from './fixtures.ts'

const two = () => Promise.all([signIn('Alice'), signIn('Bob')])

describe('an error', () => {
  test('has one shape with a request id, and never a stack', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const answers = await Promise.all([
      call(null, 'GET', '/me'),
      call({ ...alice, token: 'x' }, 'GET', '/me'),
      call(alice, 'GET', '/nothing/here'),
      call(alice, 'PUT', '/me'),
      call(alice, 'GET', '/threads/nonsense'),
      call(alice, 'POST', `/threads/${id}/messages`, {}),
      call(alice, 'POST', `/threads/${id}/messages`, '{'),
      call(alice, 'POST', `/threads/${id}/messages`, '[]'),
      call(alice, 'POST', `/threads/${id}/messages`, 'null'),
      call(alice, 'POST', `/threads/${id}/messages`, { content: 'x'.repeat(600_000) }),
      call(alice, 'POST', '/admin/rebuild'),
      call(alice, 'GET', '/users/%E0%A4%A'),
      call(alice, 'GET', '/threads?limit=1&limit=2'),
    ])
    expect(answers.map((answer) => refusal(answer))).toEqual([
      [401, 'unauthenticated'],
      [401, 'unauthenticated'],
      [404, 'not_found'],
      [405, 'method_not_allowed'],
      [404, 'not_found'],
      [400, 'invalid'],
      [400, 'invalid'],
      [400, 'invalid'],
      [400, 'invalid'],
      [413, 'too_large'],
      [403, 'forbidden'],
      [404, 'not_found'],
      [400, 'invalid'],
    ])
    const ids = answers.map(({ body, headers }) => {
      const { error } = body as unknown as { error: Record<string, unknown> }
      expect(Object.keys(error).filter((key) => key !== 'details')).toEqual([
        'code',
        'message',
        'requestId',
      ])
      expect(headers.get('X-Request-Id')).toBe(error.requestId)
      expect(headers.get('Content-Type')).toBe('application/json')
      expect(JSON.stringify(error)).not.toMatch(/\n +at |\.ts:|node_modules|SQLITE|D1_/)
      return error.requestId
    })
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('says in its details which field is wrong', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const body = { content: 7, format: 'x', metadata: [] }
    const answer: Answered<unknown> = await call(alice, 'POST', `/threads/${id}/messages`, body)
    expect(answer.body).toMatchObject({
      error: { details: [{ path: 'content' }, { path: 'format' }, { path: 'metadata' }] },
    })
  })

  test('answers every route of the table without a token by 401', async () => {
    const answers = await Promise.all(
      rest.map(({ method, path }) => call(null, method, path.replace(/:\w+/g, 'x'))),
    )
    for (const answer of answers) expect(refusal(answer)).toEqual([401, 'unauthenticated'])
  })
})

test('other methods on a known path are 405, on every path', async () => {
  const [alice] = await two()
  for (const path of new Set(rest.map((route) => route.path))) {
    const known = rest.filter((route) => route.path === path).map(({ method }) => method)
    const method = (['PUT', 'DELETE', 'PATCH', 'POST'] as const).find((m) => !known.includes(m))
    const answer = await call(alice, method ?? 'POST', path.replace(/:\w+/g, 'x'))
    expect(refusal(answer)).toEqual([405, 'method_not_allowed'])
  }
})

describe('with the cookie', () => {
  test('changes need the CSRF token, reading does not', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const response = await exports.default.fetch(`${origin}/v1/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token: alice.token }),
    })
    const { csrfToken } = (await response.json()) as { csrfToken: string }
    const cookie = response.headers.get('Set-Cookie') ?? ''
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Lax/)
    const Cookie = cookie.split(';')[0] ?? ''
    const path = `/threads/${id}/messages`
    const say = { content: 'x' }
    expect((await call(null, 'GET', '/me', undefined, { Cookie })).status).toBe(200)
    expect(refusal(await call(null, 'POST', path, say, { Cookie }))).toEqual([403, 'forbidden'])
    const wrong = { Cookie, 'X-CSRF-Token': 'x'.repeat(43) }
    expect(refusal(await call(null, 'POST', path, say, wrong))).toEqual([403, 'forbidden'])
    const right = { Cookie, 'X-CSRF-Token': csrfToken }
    expect((await call(null, 'POST', path, say, right)).status).toBe(201)
    expect(refusal(await call(null, 'DELETE', `/threads/${id}`, undefined, { Cookie }))).toEqual([
      403,
      'forbidden',
    ])
  })
})

describe('thirty messages a minute', () => {
  test('hold over all threads and doors, and say when to come back', async () => {
    const [alice, bob] = await two()
    const [direct, group] = [await aThread(alice, [bob]), await aGroup(alice, [bob])]
    const wire = await socket(alice)
    for (let n = 0; n < 10; n++) {
      await send(alice, direct.id, `a${n}`, { clientId: `a${n}` })
      await send(alice, group.id, `b${n}`)
      await wire.ask('message.send', { threadId: group.id, content: `c${n}` })
    }
    const path = `/threads/${direct.id}/messages`
    await evictDurableObject(userObject(alice))
    const over: Answered = await call(alice, 'POST', path, { content: 'over' })
    expect(refusal(over)).toEqual([429, 'rate_limited'])
    const wait = Number(over.headers.get('Retry-After'))
    expect(wait).toBeGreaterThan(30)
    expect(wait).toBeLessThanOrEqual(60)
    expect(over.headers.get('RateLimit-Limit')).toBe('30')
    expect(over.headers.get('RateLimit-Remaining')).toBe('0')
    expect(Number(over.headers.get('RateLimit-Reset'))).toBe(wait)
    const asked = wire.ask('message.send', { threadId: group.id, content: 'over' })
    await expect(asked).rejects.toThrow('rate_limited')
    // A retry of what was sent is no new message, and others are not concerned.
    const again = await call(alice, 'POST', path, { content: 'a1', clientId: 'a1' })
    expect(again.status).toBe(200)
    expect((await send(bob, direct.id, 'x')).seq).toBe(11)
    expect((await call(alice, 'GET', path)).status).toBe(200)
  })

  test('take the first thirty of a frame, and refuse the rest in order', async () => {
    const [alice, bob] = await two()
    const { id } = await aThread(alice, [bob])
    const wire = await socket(alice)
    const input = (n: number) => ({ threadId: id, content: `m${n}` })
    wire.say(Array.from({ length: 40 }, (_, n) => ({ id: n, op: 'message.send', input: input(n) })))
    await wire.answer(39)
    const answers = wire.items.filter((item) => 'id' in item)
    expect(answers).toMatchObject([
      ...Array.from({ length: 30 }, (_, n) => ({ id: n, ok: { seq: n + 1, content: `m${n}` } })),
      ...Array.from({ length: 10 }, (_, n) => ({ id: 30 + n, error: { code: 'rate_limited' } })),
    ])
  })
})

describe('the API describes itself', () => {
  test('with every route, its parameters and its answers', async () => {
    const response = await exports.default.fetch(`${origin}/v1/openapi.json`)
    const document = (await response.json()) as ReturnType<typeof openApiDocument>
    expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument())))
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const wanted = rest.map(({ method, path }) => `${method} /v1${path.replace(/:(\w+)/g, '{$1}')}`)
    expect(listed.toSorted()).toEqual(wanted.toSorted())
    const send = document.paths['/v1/threads/{threadId}/messages']?.post
    expect(send).toMatchObject({
      operationId: 'message.send',
      parameters: [{ name: 'threadId', in: 'path', required: true }],
      // A message, a draft, or a message of later.
      requestBody: {
        content: {
          'application/json': {
            schema: {
              anyOf: [
                { properties: { content: {} } },
                { required: ['draft'] },
                { required: ['sendAt'] },
              ],
            },
          },
        },
      },
      responses: { 201: {}, default: {} },
    })
    const page = await exports.default.fetch(`${origin}/api/docs`)
    expect(page.headers.get('Content-Security-Policy')).toMatch(/script-src 'self';/)
    const html = await page.text()
    for (const { path } of rest) expect(html).toContain(`/v1${path}`)
  })

  test('and is well, for whoever asks', async () => {
    const healthy = await Promise.all(
      ['/healthz', '/v1/healthz'].map((path) => exports.default.fetch(`${origin}${path}`)),
    )
    for (const response of healthy) expect(await response.json()).toEqual({ ok: true })
  })
})

test('a token that names nobody well is 401', async () => {
  for (const sub of ['', 'x'.repeat(129), 'a\u0000b', 'a\u202eb', 7]) {
    const someone = { id: '', name: '', token: await aToken({ sub: sub as string }) }
    expect(refusal(await call(someone, 'GET', '/me'))).toEqual([401, 'unauthenticated'])
  }
})

test.each(['auth0|1', 'a/b?c#d', 'ümläut', 'a b', '%41', '..', '🎈', "o'neill", 'x'.repeat(128)])(
  'a person may be called %s',
  async (sub) => {
    const [alice] = await two()
    const odd = { id: sub, name: 'Odd', token: await aToken({ sub, name: 'Odd' }) }
    expect((await call(odd, 'GET', '/me')).body).toMatchObject({ id: sub })
    const address = encodeURIComponent(sub)
    if (sub !== '..') {
      const { body } = await call(alice, 'GET', `/users/${address}`)
      expect(body).toMatchObject({ id: sub, name: 'Odd' })
    }
    const wire = await socket(odd)
    const { id } = await aGroup(alice, [odd])
    await wire.event('thread.created')
    const sent = await send(alice, id, 'hi', { mentions: [sub] })
    expect(sent.mentions).toEqual([sub])
    await wire.event('message.created')
    const reply = await wire.ask('message.send', { threadId: id, content: 'ho' })
    expect(reply.sender).toEqual({ id: sub, name: 'Odd', avatarUrl: null })
    if (sub === '..') return
    const role = await call(alice, 'PATCH', `/threads/${id}/members/${address}`, { role: 'admin' })
    expect(role.body).toMatchObject({ userId: sub, role: 'admin' })
    expect((await call(alice, 'PUT', `/blocks/${address}`)).status).toBe(200)
  },
)

test.each(['eu', 'us', 'fedramp'] as const)('a thread may have to stay in %s', async (where) => {
  const [alice, bob] = await two()
  const { id } = await aGroup(alice, [bob], { jurisdiction: where })
  expect(id[1]).toBe(where[0])
  const sent = await send(bob, id, 'hi')
  expect((await call(alice, 'GET', `/messages/${sent.id}`)).body).toEqual(sent)
})
