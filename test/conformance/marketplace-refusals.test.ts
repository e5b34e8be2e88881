// What the marketplace dialect refuses, and how it says so: "Common HTTP Status Codes" of seed 002.
import { describe, expect, test } from 'vitest'
import { aGroup, call, signIn } from '../integration/fixtures.ts'
import { aScene, ask, refusal } from './marketplace/scene.ts'
import type { Listed } from './marketplace/scene.ts'

const C = '/api/conversations'
const M = '/api/messages'

const scene = await aScene()
const at = `${C}/${scene.id}`
const slot = { servicePackageId: 'pkg123', requestedDate: '2024-02-15', requestedTime: '14:30' }

describe('bad input is 400, names its field, and leaves nothing behind', () => {
  test.each<[field: string, method: string, path: string, body?: unknown]>([
    ['participants', 'POST', C, {}],
    ['participants', 'POST', C, { participants: [] }],
    ['participants', 'POST', C, { participants: ['x'.repeat(129)] }],
    ['type', 'POST', C, { participants: ['x'], type: 'room' }],
    ['groupName', 'POST', C, { participants: ['x', 'y'], groupName: 'x'.repeat(201) }],
    ['groupAvatar', 'POST', C, { participants: ['x', 'y'], groupAvatar: 'javascript:x' }],
    ['limit', 'GET', `${C}?limit=0`],
    ['page', 'GET', `${C}?page=first`],
    ['cursor', 'GET', `${C}?cursor=nothing`],
    ['archived', 'GET', `${C}?archived=perhaps`],
    ['content', 'POST', `${at}/messages`, {}],
    ['content', 'POST', `${at}/messages`, { content: ' ' }],
    ['content', 'POST', `${at}/messages`, { content: 'x'.repeat(10_001) }],
    ['type', 'POST', `${at}/messages`, { content: 'x', type: 'poll' }],
    // Nobody but the server says such things.
    ['type', 'POST', `${at}/messages`, { content: 'x', type: 'system' }],
    ['metadata', 'POST', `${at}/messages`, { content: 'x', metadata: 'x' }],
    ['metadata', 'POST', `${at}/messages`, { content: 'x', type: 'location' }],
    ['metadata', 'POST', `${at}/messages`, { type: 'image', metadata: { fileSize: 'big' } }],
    ['metadata', 'POST', `${at}/messages`, { content: 'x', type: 'service_offer' }],
    ['replyTo', 'POST', `${at}/messages`, { content: 'x', replyToId: 'nothing' }],
    ['cursor', 'GET', `${at}/messages?cursor=x`],
    ['servicePackageId', 'POST', `${at}/messages/service-offer`, {}],
    ['expiresAt', 'POST', `${at}/messages/service-offer`, { ...slot, expiresAt: 'soon' }],
    [
      'metadata',
      'POST',
      `${at}/messages/service-offer`,
      { ...slot, expiresAt: '2020-01-01T00:00:00Z' },
    ],
    ['requestedDate', 'POST', `${at}/messages/booking-request`, { ...slot, requestedDate: 'x' }],
    [
      'metadata',
      'POST',
      `${at}/messages/booking-request`,
      { ...slot, requestedTime: 'noon', message: 'x' },
    ],
    ['latitude', 'POST', `${at}/messages/location`, { longitude: 1 }],
    ['longitude', 'POST', `${at}/messages/location`, { latitude: 1, longitude: 181 }],
    ['messageIds', 'POST', `${at}/messages/bulk-mark-read`, { messageIds: [] }],
    ['q', 'GET', `${M}/search`],
    ['content', 'PUT', `${M}/${scene.mine.id}`, {}],
    ['emoji', 'POST', `${M}/${scene.mine.id}/reaction`, {}],
    ['emoji', 'POST', `${M}/${scene.mine.id}/reaction`, { emoji: '<b>' }],
  ])('%s: %s %s %j', async (field, method, path, body) => {
    const { anna, ben, id } = scene
    const user = path.endsWith('booking-request') ? ben : anna
    const { status, body: said } = await ask(user, method, path, body)
    expect([status, said]).toEqual([400, refusal(400)])
    expect(String(said['error']).split(/[.:]/)[0]).toBe(field)
    expect((await ask<Listed>(anna, 'GET', `${C}/${id}/messages`)).body.data.length).toBe(2)
  })

  test('a body that is no JSON object, and one that is too large', async () => {
    const list = await ask(scene.anna, 'POST', `${at}/messages`, [])
    expect([list.status, list.body]).toEqual([400, refusal(400)])
    const large = await ask(scene.anna, 'POST', `${at}/messages`, { content: 'x'.repeat(600_000) })
    expect([large.status, large.body]).toEqual([413, refusal(413)])
  })
})

describe('statuses are those of the document', () => {
  // "400 Bad Request: Invalid input or business logic violation".
  test('what breaks a rule of the business is 400', async () => {
    const { anna, ben, id } = await aScene()
    const path = `${C}/${id}/messages`
    const spam = await ask(anna, 'POST', path, { content: 'viagra cialis casino' })
    expect([spam.status, spam.body]).toEqual([400, refusal(400)])
    const key = { 'Idempotency-Key': 'once' }
    await ask(anna, 'POST', path, { content: 'one' }, key)
    const other = await ask(anna, 'POST', path, { content: 'two' }, key)
    expect([other.status, other.body]).toEqual([400, refusal(400)])
    const group = await aGroup(anna, [ben])
    await call(anna, 'PATCH', `/threads/${group.id}`, { status: 'closed' })
    const closed = await ask(ben, 'POST', `${C}/${group.id}/messages`, { content: 'late' })
    expect([closed.status, closed.body]).toEqual([400, refusal(400)])
  })

  test('somebody who is blocked is refused with 403', async () => {
    const { anna, ben, id } = await aScene()
    await call(anna, 'PUT', `/blocks/${ben.id}`)
    const refused = await ask(ben, 'POST', `${C}/${id}/messages`, { content: 'x' })
    expect([refused.status, refused.body]).toEqual([403, refusal(403)])
  })

  // "A wrong conversation id 404", "Users can only access conversations they participate in".
  test('what is not there is 404, what is not mine 403', async () => {
    const { anna, eve, id, mine } = await aScene()
    const paths: [string, string, unknown?][] = [
      ['GET', `${C}/:id`],
      ['PUT', `${C}/:id`, { groupName: 'x' }],
      ['DELETE', `${C}/:id`],
      ['GET', `${C}/:id/messages`],
      ['POST', `${C}/:id/messages`, { content: 'x' }],
      ['GET', `${M}/:message`],
      ['DELETE', `${M}/:message/for-me`],
    ]
    const tryAll = async (user: typeof anna, conversation: string, message: string) =>
      Promise.all(
        paths.map(async ([method, path, body]) => {
          const url = path.replace(':id', conversation).replace(':message', message)
          const { status, body: said } = await ask(user, method, url, body)
          expect(said).toEqual(refusal(status))
          return status
        }),
      )
    const all = (status: number) => paths.map(() => status)
    expect(await tryAll(eve, id, mine.id)).toEqual(all(403))
    expect(await tryAll(anna, 'conv123', 'm1')).toEqual(all(404))
    const nowhere = 't00000000000000000000000'
    expect(await tryAll(anna, nowhere, `m${nowhere.slice(1)}-1`)).toEqual(all(404))
    expect((await ask(anna, 'GET', `${M}/${mine.id.replace(/-1$/, '-99')}`)).status).toBe(404)
  })

  test('a path that is none is 404, whatever the method', async () => {
    for (const [method, path] of [
      ['GET', `${M}/x/y/z`],
      ['PATCH', C],
      ['POST', `${M}/search`],
    ] as const) {
      const { status, body } = await ask(scene.anna, method, path)
      expect([status, body]).toEqual([404, refusal(404)])
    }
  })

  // "429 Too Many Requests", with when to come back.
  test('too many messages are 429', async () => {
    const hasty = await signIn('Hasty')
    const { id } = await aGroup(hasty, [])
    const post = (n: number) => ask(hasty, 'POST', `${C}/${id}/messages`, { content: `${n}` })
    for (let n = 0; n < 30; n++) expect((await post(n)).status).toBe(201)
    const { status, headers, body } = await post(30)
    expect([status, body]).toEqual([429, refusal(429)])
    expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0)
  })
})
