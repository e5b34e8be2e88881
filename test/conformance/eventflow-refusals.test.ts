// What the EventFlow dialect refuses, and how it says so.
import { describe, expect, test } from 'vitest'
import type { Someone } from '../integration/fixtures.ts'
import { aGroup, aThread, origin, send, signIn } from '../integration/fixtures.ts'
import { request } from './fixtures.ts'

const M = '/api/v2/messages'
const A = '/api/v2'

const alice = await signIn('Alice')
const bob = await signIn('Bob')
const admin = await signIn('Ada', { role: 'admin' })
const thread = await aThread(alice, [bob])
const message = await send(alice, thread.id, 'hi')

describe('bad input is 400 and names its field', () => {
  test.each<[field: string, method: string, path: string, body?: unknown, who?: Someone]>([
    ['participants', 'POST', `${M}/threads`, {}],
    ['participants', 'POST', `${M}/threads`, { participants: [] }],
    ['participants', 'POST', `${M}/threads`, { participants: 'bob' }],
    ['metadata', 'POST', `${M}/threads`, { participants: ['x'], metadata: 'subject' }],
    ['subject', 'POST', `${M}/threads`, { participants: ['x'], subject: 'x'.repeat(201) }],
    ['status', 'GET', `${M}/threads?status=lost`],
    ['limit', 'GET', `${M}/threads?limit=0`],
    ['limit', 'GET', `${M}/threads?limit=many`],
    ['skip', 'GET', `${M}/threads?skip=-1`],
    ['skip', 'GET', `${M}/${thread.id}?skip=1e3`],
    ['before', 'GET', `${M}/${thread.id}?before=yesterday`],
    ['content', 'POST', `${M}/${thread.id}`, {}],
    ['content', 'POST', `${M}/${thread.id}`, { content: '  ' }],
    ['content', 'POST', `${M}/${thread.id}`, { content: 7 }],
    ['content', 'POST', `${M}/${thread.id}`, { content: 'x'.repeat(10_001) }],
    ['isDraft', 'POST', `${M}/${thread.id}`, { content: 'x', isDraft: 'maybe' }],
    ['content', 'PUT', `${M}/${message.id}`, {}],
    ['content', 'PUT', `${M}/${message.id}/edit`, { content: '' }],
    ['emoji', 'POST', `${M}/${message.id}/reactions`, {}],
    ['emoji', 'POST', `${M}/${message.id}/reactions`, { emoji: '<b>' }],
    ['userIds', 'GET', `${A}/presence`],
    ['duration', 'POST', `${A}/threads/${thread.id}/mute`, { duration: '2h' }],
    ['duration', 'POST', `${A}/threads/${thread.id}/mute`, {}],
    ['reason', 'POST', `${A}/users/${bob.id}/block`, { reason: 'x'.repeat(501) }],
    ['reason', 'POST', `${M}/${message.id}/report`, { reason: 'dull' }],
    ['q', 'GET', `${M}/search`],
    ['page', 'GET', `${M}/search?q=x&page=0`],
    ['page', 'GET', `${M}/search?q=x&page=first`],
    ['status', 'GET', `${M}/search?q=x&status=old`],
    ['startDate', 'GET', `${M}/search?q=x&startDate=monday`],
    ['hasAttachments', 'GET', `${M}/search?q=x&hasAttachments=some`],
    ['threadId', 'POST', `${M}/queue`, { content: 'x' }],
    ['content', 'POST', `${M}/queue`, { message: { threadId: thread.id } }],
    ['url', 'POST', `${M}/preview-link`, {}],
    ['status', 'GET', `${A}/admin/reports?status=new`, undefined, admin],
    ['page', 'GET', `${A}/admin/reports?page=-2`, undefined, admin],
    ['status', 'PUT', `${A}/admin/reports/1`, {}, admin],
  ])('%s: %s %s %j', async (field, method, path, body, who = alice) => {
    const answer = await request<{ error: string }>(who, method, path, body)
    expect([answer.status, answer.body]).toMatchObject([400, { success: false, code: 'invalid' }])
    expect(answer.body.error.split(/[.:]/)[0]).toBe(field)
  })

  test('a body that is no JSON object, and one that is too large', async () => {
    const list = await request(alice, 'POST', `${M}/${thread.id}`, [])
    expect([list.status, list.body.code]).toEqual([400, 'invalid'])
    const large = await request(alice, 'POST', `${M}/${thread.id}`, {
      content: 'x'.repeat(600_000),
    })
    expect([large.status, large.body.code]).toEqual([413, 'too_large'])
  })
})

describe('errors are in the words of the document', () => {
  test('what is not there, and what cannot be done there', async () => {
    const nothing = await request(alice, 'GET', `${A}/nothing`)
    expect([nothing.status, nothing.body]).toEqual([
      404,
      { success: false, code: 'not_found', error: expect.any(String) },
    ])
    const wrong = await request(alice, 'PATCH', `${M}/${thread.id}`, {})
    expect([wrong.status, wrong.body.code]).toEqual([405, 'method_not_allowed'])
    for (const path of [`${M}/t0nowhere`, `${M}/threads/${message.id}`, `${M}/%20`])
      // oxlint-disable-next-line no-await-in-loop
      expect((await request(alice, 'GET', path)).status).toBe(404)
    expect((await request(alice, 'GET', `${M}/%zz`)).status).toBe(400)
  })

  test('the older API is not served', async () => {
    for (const path of ['/api/v1/messages/threads', '/api/messages/threads']) {
      // oxlint-disable-next-line no-await-in-loop
      const { status, body } = await request(alice, 'POST', path, { participants: ['x'] })
      expect([status, body]).toMatchObject([404, { error: { code: 'not_found' } }])
    }
  })

  test('nothing that was asked comes back as a tag', async () => {
    const { body } = await request<{ error: string }>(alice, 'GET', `${M}/threads?status=<b>`)
    expect(body.error).not.toContain('<')
  })
})

describe('rules', () => {
  test('a message that looks like spam is 422 with its reasons', async () => {
    const content = 'viagra cialis casino'
    const { status, body } = await request(alice, 'POST', `${M}/${thread.id}`, { content })
    expect([status, body]).toMatchObject([
      422,
      { success: false, code: 'spam', details: { score: 60, reasons: [{}, {}, {}] } },
    ])
  })

  test('the 31st message of a minute is 429 with Retry-After', async () => {
    const hasty = await signIn('Hasty')
    const { id } = await aGroup(hasty, [])
    const path = `${M}/${id}`
    for (let n = 0; n < 30; n++)
      // oxlint-disable-next-line no-await-in-loop
      expect((await request(hasty, 'POST', path, { content: `${n}` })).status).toBe(201)
    const { status, headers, body } = await request(hasty, 'POST', path, { content: 'more' })
    expect([status, body.code]).toEqual([429, 'rate_limited'])
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
  })

  // "Existing threads remain accessible", "Cannot receive new messages from blocked users".
  test('a blocked person cannot write in the direct thread; what was there stays', async () => {
    const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]
    const { id } = await aThread(ann, [ben])
    await request(ben, 'POST', `${M}/${id}`, { content: 'before' })
    await request(ann, 'POST', `${A}/users/${ben.id}/block`, { reason: 'Spam' })
    const { status, body } = await request(ben, 'POST', `${M}/${id}`, { content: 'after' })
    expect([status, body]).toMatchObject([403, { success: false, code: 'blocked' }])
    const list = await request<{ messages: object[] }>(ann, 'GET', `${M}/${id}`)
    expect(list.body.messages).toMatchObject([{ content: 'before' }])
    const { body: blocked } = await request(ann, 'GET', `${A}/users/blocked`)
    expect(blocked.users).toMatchObject([{ _id: ben.id, name: 'Ben', reason: 'Spam' }])
    await request(ann, 'POST', `${A}/users/${ben.id}/unblock`)
    expect((await request(ben, 'POST', `${M}/${id}`, { content: 'after' })).status).toBe(201)
  })
})

describe('the cookie of a page', () => {
  // The document's client sends `credentials: 'include'` and `X-CSRF-Token` with each change.
  test('works with the CSRF token of the session, and not without', async () => {
    const signedIn = await request<{ csrfToken: string }>(null, 'POST', '/v1/session', {
      token: alice.token,
    })
    const Cookie = signedIn.headers.get('Set-Cookie')?.split(';')[0] ?? ''
    expect(signedIn.body.csrfToken.length).toBeGreaterThan(20)
    const page = { Cookie, Origin: origin }
    const path = `${M}/${thread.id}`
    expect((await request(null, 'GET', path, undefined, page)).status).toBe(200)
    const body = { content: 'from the page', attachments: [] }
    const without = await request(null, 'POST', path, body, page)
    expect([without.status, without.body]).toMatchObject([
      403,
      { success: false, code: 'forbidden' },
    ])
    const token = { ...page, 'X-CSRF-Token': signedIn.body.csrfToken }
    expect((await request(null, 'POST', path, body, token)).status).toBe(201)
  })
})

test('an Idempotency-Key makes a send happen once', async () => {
  const key = { 'Idempotency-Key': 'once' }
  const sent = await request(bob, 'POST', `${M}/${thread.id}`, { content: 'once' }, key)
  const again = await request(bob, 'POST', `${M}/${thread.id}`, { content: 'once' }, key)
  expect([sent.status, again.status, again.body]).toEqual([201, 200, sent.body])
})

test('the prefix and the root are the same dialect', async () => {
  const { body } = await request(alice, 'GET', `/eventflow${M}/threads`)
  expect(body).toEqual((await request(alice, 'GET', `${M}/threads`)).body)
  const refused = await request(null, 'GET', `/eventflow${M}/threads/`)
  expect([refused.status, refused.body.success]).toEqual([401, false])
})
