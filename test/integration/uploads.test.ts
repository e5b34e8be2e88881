// Large files in parts: sent, sent again, resumed after an eviction, completed once, given up.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { Attachment, Upload } from '../../src/contract/attachment.ts'
import { bytesOf, joined } from '../../src/core/bytes.ts'
import { createUpload } from '../../src/service/files/uploads.ts'
import { aPng, aZip, documents, pictures } from './files.ts'
import { call, origin, passTime, signIn, userObject } from './fixtures.ts'
import type { Answered, Someone } from './fixtures.ts'
import { download, sameBytes, stored } from './uploads.ts'

const MiB = 1024 * 1024
const PART = 8 * MiB

const begin = (user: Someone, name: string, size: number, clientId?: string) =>
  call<Upload>(user, 'POST', '/uploads', { name, size, clientId })

async function putPart<T = Upload>(
  user: Someone,
  id: string,
  part: number | string,
  bytes: Uint8Array,
): Promise<Answered<T>> {
  const response = await exports.default.fetch(`${origin}/v1/uploads/${id}/parts/${part}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${user.token}` },
    body: bytes,
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

const complete = <T = Attachment>(user: Someone, id: string, body = {}) =>
  call<T>(user, 'POST', `/uploads/${id}/complete`, body)

/** Everything under way or stored: multipart uploads are no objects until they are completed. */
const left = async (before: string[]) => (await stored()).filter((key) => !before.includes(key))

describe('a large file in parts', () => {
  test('arrives whole, in any order, with a part sent twice and an eviction in between', async () => {
    const ann = await signIn('Ann')
    const whole = aPng(PART + 3 * MiB, 21)
    const { status, body: upload } = await begin(ann, 'large.png', whole.length)
    expect([status, upload]).toMatchObject([
      201,
      {
        name: 'large.png',
        size: whole.length,
        partSize: PART,
        parts: 2,
        received: [],
        direct: null,
      },
    ])
    const second = await putPart(ann, upload.id, 2, whole.subarray(PART))
    expect([second.status, second.body.received]).toEqual([200, [2]])
    await evictDurableObject(userObject(ann))
    const early = await complete<{ error: { code: string; details: object } }>(ann, upload.id)
    expect([early.status, early.body.error]).toMatchObject([
      409,
      { code: 'conflict', details: { missing: [1] } },
    ])
    await putPart(ann, upload.id, 1, new Uint8Array(PART))
    await putPart(ann, upload.id, 1, whole.subarray(0, PART))
    const state = await call<Upload>(ann, 'GET', `/uploads/${upload.id}`)
    expect(state.body.received).toEqual([1, 2])
    const done = await complete(ann, upload.id)
    expect([done.status, done.body]).toMatchObject([
      201,
      { name: 'large.png', type: 'image/png', size: whole.length, width: 24 },
    ])
    expect(sameBytes((await download(ann, done.body.url)).bytes, whole)).toBe(true)
    const again = await complete(ann, upload.id)
    expect([again.status, again.body]).toEqual([201, done.body])
    const known = await call<Upload>(ann, 'GET', `/uploads/${upload.id}`)
    expect(known.body.attachmentId).toBe(done.body.id)
    expect((await stored()).filter((key) => key.startsWith('incoming/'))).toEqual([])
  })

  test('begun again under its clientId is the same upload; another file is a mistake', async () => {
    const ann = await signIn('Ann')
    const first = await begin(ann, 'a.png', 5000, 'one')
    const again = await begin(ann, 'a.png', 5000, 'one')
    expect(again.body.id).toBe(first.body.id)
    expect((await begin(ann, 'a.png', 5001, 'one')).status).toBe(409)
    expect((await begin(await signIn('Ben'), 'a.png', 5000, 'one')).body.id).not.toBe(first.body.id)
  })

  test('is nobody else’s', async () => {
    const [ann, eve] = [await signIn('Ann'), await signIn('Eve')]
    const { body } = await begin(ann, 'a.png', 500)
    const statuses = [
      await call(eve, 'GET', `/uploads/${body.id}`),
      await putPart(eve, body.id, 1, new Uint8Array(500)),
      await complete(eve, body.id),
    ].map(({ status }) => status)
    expect(statuses).toEqual([404, 404, 404])
    await call(eve, 'DELETE', `/uploads/${body.id}`)
    expect((await call(ann, 'GET', `/uploads/${body.id}`)).status).toBe(200)
  })
})

describe('nothing is left', () => {
  test('of what is no file that can be attached', async () => {
    const ann = await signIn('Ann')
    const before = await stored()
    const bad: [name: string, bytes: Uint8Array, status: number][] = [
      ['cat.png', bytesOf(`MZ${'x'.repeat(500)}`), 415],
      ['a.png', joined([aPng(6 * MiB), aZip({ a: 'b' })]), 415],
      ['a.gif', pictures.png, 415],
    ]
    for (const [name, bytes, status] of bad) {
      // oxlint-disable-next-line no-await-in-loop
      const { body: upload } = await begin(ann, name, bytes.length)
      // oxlint-disable-next-line no-await-in-loop
      await putPart(ann, upload.id, 1, bytes)
      // oxlint-disable-next-line no-await-in-loop
      expect([name, (await complete(ann, upload.id)).status]).toEqual([name, status])
      // oxlint-disable-next-line no-await-in-loop
      expect((await call(ann, 'GET', `/uploads/${upload.id}`)).status).toBe(404)
    }
    expect(await left(before)).toEqual([])
  })

  test('of a part that is too short, too long, or none of it', async () => {
    const ann = await signIn('Ann')
    const { body: upload } = await begin(ann, 'a.png', PART + 100)
    const parts: [part: number | string, bytes: Uint8Array, status: number][] = [
      [1, new Uint8Array(PART - 1), 400],
      [1, new Uint8Array(0), 400],
      [2, new Uint8Array(101), 400],
      [3, new Uint8Array(10), 404],
      [0, new Uint8Array(10), 400],
      ['x', new Uint8Array(10), 400],
    ]
    for (const [part, bytes, status] of parts)
      // oxlint-disable-next-line no-await-in-loop
      expect([part, (await putPart(ann, upload.id, part, bytes)).status]).toEqual([part, status])
    expect((await call<Upload>(ann, 'GET', `/uploads/${upload.id}`)).body.received).toEqual([])
  })

  test('of one that was given up, or forgotten for a day', async () => {
    const ann = await signIn('Ann')
    const before = await stored()
    const uploads = [await begin(ann, 'a.txt', 13), await begin(ann, 'b.txt', 13)]
    const [one = '', two = ''] = uploads.map(({ body }) => body.id)
    await putPart(ann, one, 1, documents.txt.subarray(0, 13))
    expect((await call(ann, 'DELETE', `/uploads/${one}`)).status).toBe(204)
    expect((await call(ann, 'DELETE', `/uploads/${one}`)).status).toBe(204)
    expect((await putPart(ann, one, 1, new Uint8Array(13))).status).toBe(404)
    await evictDurableObject(userObject(ann))
    await passTime(userObject(ann))
    expect((await call(ann, 'GET', `/uploads/${two}`)).status).toBe(404)
    expect(await left(before)).toEqual([])
  })

  test('of a file that was put at once, and is not as long as it was said to be', async () => {
    const ann = await signIn('Ann')
    const before = await stored()
    const { body: upload } = await begin(ann, 'a.png', pictures.png.length + 1)
    await env.FILES.put(`incoming/${upload.id}`, pictures.png)
    expect((await complete(ann, upload.id)).status).toBe(400)
    expect(await left(before)).toEqual([])
  })
})

describe('an address to put the whole file to', () => {
  test('is given where the operator set it up, for exactly this many bytes', async () => {
    const ann = await signIn('Ann')
    const vars = {
      ...env,
      ASSETS: exports.default,
      R2_ACCOUNT_ID: 'account',
      R2_BUCKET: 'files',
      R2_ACCESS_KEY_ID: 'key',
      R2_SECRET_ACCESS_KEY: 'secret',
    }
    const actor = { id: ann.id, name: null, avatarUrl: null, email: null, role: 'user' }
    const known = { ...actor, tier: 'free', expiresAt: null }
    const { ok } = await createUpload(vars, known, { name: 'a.png', size: 123 })
    const url = new URL(ok.direct?.url ?? '')
    expect(url.origin + url.pathname).toBe(
      `https://account.r2.cloudflarestorage.com/files/incoming/${ok.id}`,
    )
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toContain('content-length')
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600')
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/)
    expect(ok.direct?.headers).toMatchObject({ 'content-length': '123' })
  })

  test('what was put there becomes an attachment like any other', async () => {
    const ann = await signIn('Ann')
    const { body: upload } = await begin(ann, 'direct.png', pictures.png.length)
    await env.FILES.put(`incoming/${upload.id}`, pictures.png)
    const { status, body } = await complete(ann, upload.id)
    expect([status, body]).toMatchObject([201, { name: 'direct.png', type: 'image/png' }])
    expect((await download(ann, body.url)).bytes).toEqual(pictures.png)
    expect((await stored()).filter((key) => key.startsWith('incoming/'))).toEqual([])
  })
})

test('an upload has limits of its own', async () => {
  const ann = await signIn('Ann')
  expect((await begin(ann, 'a.mp4', 500 * MiB + 1)).status).toBe(413)
  expect((await begin(ann, 'a.mp4', 0)).status).toBe(400)
  expect((await begin(ann, '../a.mp4', 10)).status).toBe(400)
  await begin(ann, 'a.mp4', 500 * MiB)
  await begin(ann, 'b.mp4', 500 * MiB)
  const full = await begin(ann, 'c.mp4', 500 * MiB)
  expect([full.status, full.body]).toMatchObject([413, { error: { code: 'too_large' } }])
  await runInDurableObject(userObject(ann), (_, { storage }) => {
    storage.sql.exec('UPDATE uploads SET size = 1')
  })
  for (let n = 0; n < 18; n++)
    // oxlint-disable-next-line no-await-in-loop
    expect((await begin(ann, 'd.mp4', 10)).status).toBe(201)
  expect((await begin(ann, 'e.mp4', 10)).status).toBe(409)
})

test('files uploaded in a day are counted, for admins', async () => {
  const [ann, admin] = [await signIn('Ann'), await signIn('Ada', { role: 'admin' })]
  type Metrics = { uploads: { day: number; bytes: number } }
  const count = async () => (await call<Metrics>(admin, 'GET', '/admin/metrics')).body.uploads
  const before = await count()
  const { body: upload } = await begin(ann, 'a.txt', documents.txt.length)
  await putPart(ann, upload.id, 1, documents.txt)
  await complete(ann, upload.id)
  expect(await count()).toEqual({
    day: before.day + 1,
    bytes: before.bytes + documents.txt.length,
  })
})
