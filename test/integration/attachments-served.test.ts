// How a stored file is answered: parts of it, copies that are still good, links, smaller pictures.
import { evictDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { AttachmentLink } from '../../src/contract/attachment.ts'
import { settingsOf } from '../../src/env.ts'
import { bytesOf } from '../../src/core/bytes.ts'
import { aPng, aWidePng, documents, located, media, pictures } from './files.ts'
import { aThread, call, origin, send, signIn, userObject } from './fixtures.ts'
import { anAttachment, download, sameBytes, stored, upload } from './uploads.ts'

describe('a part of a file', async () => {
  const ann = await signIn('Ann')
  const text = '0123456789abcdefghij'
  const { url } = await anAttachment(ann, bytesOf(text), 'a.txt')

  test.each<[range: string, status: number, part: string, said: string | null]>([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/20'],
    ['bytes=10-', 206, 'abcdefghij', 'bytes 10-19/20'],
    ['bytes=-3', 206, 'hij', 'bytes 17-19/20'],
    ['bytes=18-99', 206, 'ij', 'bytes 18-19/20'],
    ['bytes=-99', 206, text, 'bytes 0-19/20'],
    ['bytes=20-', 416, '', 'bytes */20'],
    ['bytes=-0', 416, '', 'bytes */20'],
    ['bytes=5-2', 200, text, null],
    ['bytes=0-1,3-4', 200, text, null],
    ['lines=0-1', 200, text, null],
    ['bytes=a-b', 200, text, null],
  ])('%s', async (range, status, part, said) => {
    const answer = await download(ann, url, { Range: range })
    expect([answer.status, new TextDecoder().decode(answer.bytes)]).toEqual([status, part])
    expect(answer.headers.get('Content-Range')).toBe(said)
    expect(answer.headers.get('Accept-Ranges')).toBe('bytes')
  })

  test('is answered only of the version that was asked for', async () => {
    const whole = await download(ann, url)
    const etag = whole.headers.get('ETag') ?? ''
    const modified = whole.headers.get('Last-Modified') ?? ''
    const status = async (condition: string) =>
      (await download(ann, url, { Range: 'bytes=0-1', 'If-Range': condition })).status
    const all = [etag, modified, '"other"', `W/${etag}`, 'Thu, 01 Jan 1970 00:00:00 GMT']
    expect(await Promise.all(all.map(status))).toEqual([206, 206, 200, 200, 200])
  })
})

describe('a copy that is still good', async () => {
  const [ann, eve] = [await signIn('Ann'), await signIn('Eve')]
  const { url } = await anAttachment(ann, documents.pdf, 'a.pdf')

  test('is not sent again, to whoever may see it', async () => {
    const { headers } = await download(ann, url)
    const etag = headers.get('ETag') ?? ''
    const modified = headers.get('Last-Modified') ?? ''
    const status = async (conditions: Record<string, string>, who = ann) =>
      (await download(who, url, conditions)).status
    expect(await status({ 'If-None-Match': etag })).toBe(304)
    expect(await status({ 'If-None-Match': `"x", W/${etag}` })).toBe(304)
    expect(await status({ 'If-None-Match': '*' })).toBe(304)
    expect(await status({ 'If-None-Match': '"x"' })).toBe(200)
    expect(await status({ 'If-None-Match': '"x"', 'If-Modified-Since': modified })).toBe(200)
    expect(await status({ 'If-Modified-Since': modified })).toBe(304)
    expect(await status({ 'If-None-Match': etag }, eve)).toBe(404)
    const { bytes } = await download(ann, url, { 'If-None-Match': etag })
    expect(bytes.length).toBe(0)
  })

  test('HEAD says all of it without the bytes', async () => {
    const headers = { Authorization: `Bearer ${ann.token}` }
    const answer = await exports.default.fetch(origin + url, { method: 'HEAD', headers })
    expect([answer.status, answer.headers.get('Content-Length'), await answer.text()]).toEqual([
      200,
      String(documents.pdf.length),
      '',
    ])
  })
})

describe('nobody else', async () => {
  const [ann, eve] = [await signIn('Ann'), await signIn('Eve')]
  const admin = await signIn('Ada', { role: 'admin' })
  const { id, url } = await anAttachment(ann, documents.rtf, 'a.rtf')

  test.each([
    ['a stranger', url],
    ['a guess', `/v1/attachments/a${'0'.repeat(22)}`],
    ['another name of it', `${url}-1`],
    ['no id at all', '/v1/attachments/..%2Ffiles'],
    ['an id of something else', `/v1/attachments/m${id.slice(1)}-1`],
  ])('%s gets nothing', async (_who, path) => {
    const answers = await Promise.all([eve, admin].map((one) => download(one, path)))
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
    expect((await download(null, path)).status).toBe(401)
  })
})

describe('a link', async () => {
  const [ann, ben, eve] = [await signIn('Ann'), await signIn('Ben'), await signIn('Eve')]
  const thread = await aThread(ann, [ben])
  const { id } = await anAttachment(ann, pictures.png, 'a.png')
  const { id: messageId } = await send(ann, thread.id, '', { attachments: [id] })
  const link = (who: typeof ann) => call<AttachmentLink>(who, 'POST', `/attachments/${id}/link`, {})

  test('opens the file without a header, for a while, while its maker may see it', async () => {
    const { status, body } = await link(ben)
    expect(status).toBe(201)
    const left = Date.parse(body.expiresAt) - Date.now()
    expect(left).toBeGreaterThan(200_000)
    expect(left).toBeLessThanOrEqual(300_000)
    const answer = await download(null, body.url)
    expect([answer.status, answer.bytes]).toEqual([200, pictures.png])
    expect((await link(eve)).status).toBe(404)
    await call(ann, 'DELETE', `/messages/${messageId}`)
    expect((await download(null, body.url)).status).toBe(404)
  })

  test('that was changed, or is over, or of another file, is 403', async () => {
    const other = await anAttachment(ann, pictures.gif, 'b.gif')
    const file = await anAttachment(ann, pictures.webp, 'c.webp')
    const made = await call<AttachmentLink>(ann, 'POST', `/attachments/${file.id}/link`, {})
    const good = new URL(made.body.url, origin)
    const changed = (name: string, value: string) => {
      const url = new URL(good)
      url.searchParams.set(name, value)
      return url.pathname + url.search
    }
    expect((await download(null, good.pathname + good.search)).status).toBe(200)
    const bad = [
      changed('as', ben.id),
      changed('until', String(Date.now() + 86_400_000)),
      changed('signature', '0'.repeat(64)),
      changed('signature', 'x'),
      `/v1/attachments/${other.id}${good.search}`,
    ]
    expect(await Promise.all(bad.map(async (url) => (await download(null, url)).status))).toEqual(
      bad.map(() => 403),
    )
    // A deployment without JWT_SECRET has a key of its own.
    expect(settingsOf(env).JWT_SECRET).toBeDefined()
    const secret = await env.DIRECTORY.getByName('directory-0').linkSecret()
    await evictDurableObject(env.DIRECTORY.getByName('directory-0'))
    expect(await env.DIRECTORY.getByName('directory-0').linkSecret()).toEqual(secret)
    expect(secret.length).toBe(32)
  })

  test('of somebody who was banned since is 403', async () => {
    const [mod, bo] = [await signIn('Mo', { role: 'moderator' }), await signIn('Bo')]
    const file = await anAttachment(bo, documents.txt, 'c.txt')
    const made = await call<AttachmentLink>(bo, 'POST', `/attachments/${file.id}/link`, {})
    await call(mod, 'PUT', `/admin/bans/${bo.id}`, { reason: 'x' })
    expect((await download(null, made.body.url)).status).toBe(403)
  })
})

describe('what is found in a file', async () => {
  const ann = await signIn('Ann')

  test.each([
    ['a.png', pictures.png, { width: 24, height: 16, duration: null }],
    ['a.avif', pictures.avif, { width: 24, height: 16 }],
    ['a.mp4', media.mp4, { width: 64, height: 48, duration: 1, placeholder: null }],
    ['a.webm', media.webm, { width: 64, height: 48 }],
    ['a.m4a', media.m4a, { width: null, height: null, duration: 1 }],
    ['a.wav', media.wav, { duration: 1, waveform: null }],
    ['a.mp3', media.mp3, { width: null }],
    ['a.avi', media.avi, { width: null, duration: null }],
    ['a.pdf', documents.pdf, { width: null, duration: null, placeholder: null }],
  ])('%s', async (name, bytes, facts) => {
    expect((await upload(ann, bytes, name)).body).toMatchObject({ ...facts, uploadedBy: ann.id })
  })

  test('a voice message is as long as it is, and looks as its maker says', async () => {
    const waveform = [0, 50, 100, 20]
    const fields = { waveform: JSON.stringify(waveform) }
    const { body } = await upload(ann, media.ogg, 'voice.ogg', fields)
    expect(body).toMatchObject({ kind: 'audio', waveform })
    expect(body.duration).toBeGreaterThan(0)
  })

  test('a placeholder is a tiny picture that travels along', async () => {
    const { body } = await upload(ann, pictures.jpeg, 'a.jpg')
    expect(body.placeholder).toMatch(/^data:image\/webp;base64,/)
    expect(body.placeholder?.length).toBeLessThan(1000)
  })

  test('where a photo was taken is not kept; how it was held is', async () => {
    const { body } = await upload(ann, located, 'London.jpg')
    // Held upright: as it is shown, it is higher than wide.
    expect(body).toMatchObject({ width: 16, height: 24, size: located.length })
    const { bytes } = await download(ann, body.url)
    expect(bytes.length).toBe(located.length)
    expect(bytes).not.toEqual(located)
    const pictureAt = located.lastIndexOf(0xda)
    expect(bytes.subarray(pictureAt)).toEqual(located.subarray(pictureAt))
  })

  test('its hash, by which the same file is stored once for each owner', async () => {
    const ben = await signIn('Ben')
    const first = await anAttachment(ann, aPng(5000, 3), 'a.png')
    const count = (await stored()).length
    const again = await anAttachment(ann, aPng(5000, 3), 'a.png')
    const renamed = await anAttachment(ann, aPng(5000, 3), 'b.png')
    expect(again).toEqual(first)
    expect(renamed).toMatchObject({ name: 'b.png', sha256: first.sha256 })
    expect(renamed.id).not.toBe(first.id)
    expect((await stored()).length).toBe(count)
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', aPng(5000, 3)))
    expect(first.sha256).toBe([...digest].map((b) => b.toString(16).padStart(2, '0')).join(''))
    const answer = await download(ann, renamed.url)
    expect(answer.headers.get('Content-Disposition')).toContain('b.png')
    const theirs = await anAttachment(ben, aPng(5000, 3), 'a.png')
    expect((await stored()).length).toBe(count + 1)
    expect(theirs.id).not.toBe(first.id)
    await evictDurableObject(userObject(ann))
    const usage = await call<{ usage: { storageBytes: number } }>(ben, 'GET', '/limits')
    expect(usage.body.usage.storageBytes).toBe(5000)
  })

  test('a large file twice is stored once, too', async () => {
    const large = aPng(6 * 1024 * 1024, 9)
    const first = await anAttachment(ann, large, 'large.png')
    const count = (await stored()).length
    expect(await anAttachment(ann, large, 'large.png')).toEqual(first)
    expect((await stored()).length).toBe(count)
    expect(sameBytes((await download(ann, first.url)).bytes, large)).toBe(true)
  })
})

test('names are shown as given, without what could mislead', async () => {
  const ann = await signIn('Ann')
  const long = `${'x'.repeat(400)}.txt`
  const names: [given: string, shown: string][] = [
    ['Résumé (final) – 履歴書.txt', 'Résumé (final) – 履歴書.txt'],
    ['a "quoted" one.txt', 'a "quoted" one.txt'],
    ['  many   spaces .txt', 'many spaces .txt'],
    ['cat\u202etxt.txt', 'cattxt.txt'],
    ['<b>.txt', '<b>.txt'],
    [long, `${'x'.repeat(251)}.txt`],
  ]
  for (const [given, shown] of names) {
    // oxlint-disable-next-line no-await-in-loop
    const { status, body } = await upload(ann, documents.txt, given)
    expect([given, status, body.name]).toEqual([given, 201, shown])
    // oxlint-disable-next-line no-await-in-loop
    const { headers } = await download(ann, body.url)
    const full = headers.get('Content-Disposition')?.split("filename*=UTF-8''")[1] ?? ''
    expect(decodeURIComponent(full)).toBe(shown)
  }
})

test('a smaller picture is made where that is asked, and kept for the next', async () => {
  const ann = await signIn('Ann')
  const { body } = await upload(ann, await aWidePng(1200), 'wide.png')
  expect([body.width, body.thumbnailUrl]).toEqual([1200, `${body.url}?width=400`])
  const small = await download(ann, body.thumbnailUrl ?? '')
  expect([small.status, small.headers.get('Content-Type')]).toEqual([200, 'image/webp'])
  const again = await download(ann, `${body.url}?width=390`)
  expect(again.bytes).toEqual(small.bytes)
  expect(again.headers.get('ETag')).not.toBe((await download(ann, body.url)).headers.get('ETag'))
  const etag = again.headers.get('ETag') ?? ''
  const fresh = await download(ann, `${body.url}?width=390`, { 'If-None-Match': etag })
  expect(fresh.status).toBe(304)
  expect((await download(ann, `${body.url}?width=5000`)).headers.get('Content-Type')).toBe(
    'image/png',
  )
  expect((await download(ann, `${body.url}?width=0`)).status).toBe(400)
  const paper = await anAttachment(ann, documents.pdf, 'a.pdf')
  expect((await download(ann, `${paper.url}?width=400`)).bytes).toEqual(documents.pdf)
})
