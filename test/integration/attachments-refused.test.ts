// Files that are not what they say, and uploads that break off: refused with the reason, and nothing of
// them is left in the bucket.
import { runInDurableObject } from 'cloudflare:test'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bytesOf, joined } from '../../src/core/bytes.ts'
import { aPng, aZip, documents, media, noise, pictures } from './files.ts'
import { aToken, call, signIn, userObject } from './fixtures.ts'
import { aForm, download, post, sameBytes, stored, upload } from './uploads.ts'

type Refusal = { error: { code: string; message: string } }

const ann = await signIn('Ann')
const MiB = 1024 * 1024

let before: string[] = []
beforeEach(async () => {
  before = await stored()
})
afterEach(async () => {
  expect(await stored()).toEqual(before)
})

const refused = async (bytes: Uint8Array, name: string) => {
  const { status, body } = await upload<Refusal>(ann, bytes, name)
  return [status, body.error.code, body.error.message] as const
}

const exe = joined([bytesOf('MZ'), Uint8Array.of(0x90, 0), noise(400)])
const script = bytesOf('<script>alert(1)</script>')
const zip = aZip({ 'Main.class': 'payload' })
const rar = joined([bytesOf('Rar!'), Uint8Array.of(0x1a, 0x07, 0)])
const sevenZip = joined([bytesOf('7z'), Uint8Array.of(0xbc, 0xaf, 0x27, 0x1c)])

describe('content that may not be attached is 415', () => {
  test.each<[what: string, name: string, bytes: Uint8Array]>([
    ['a program named as a picture', 'cat.png', exe],
    ['a program named as a text', 'read me.txt', exe],
    ['a program', 'setup.exe', exe],
    ['a page', 'page.html', bytesOf('<!doctype html><script>alert(1)</script>')],
    ['a page without an ending', 'page', bytesOf('<!doctype html><script>alert(1)</script>')],
    ['a drawing with a script', 'x.svg', bytesOf('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a drawing named as a picture', 'x.png', bytesOf('<?xml version="1.0"?><svg/>')],
    ['an archive', 'a.zip', zip],
    ['an archive named as a document', 'a.docx', zip],
    ['noise', 'noise.bin', noise(1000)],
    ['noise named as a picture', 'noise.jpg', noise(1000)],
    ['a picture under another name', 'a.jpg', pictures.png],
    ['a picture named as a program', 'a.exe', pictures.png],
    ['a text named as a document', 'a.pdf', documents.txt],
    ['a film named as a sound', 'a.mp3', media.mp4],
    ['a picture and a ZIP archive', 'a.png', joined([pictures.png, zip])],
    ['a picture and a JAR', 'a.gif', joined([pictures.gif, zip])],
    ['a photo and a RAR archive', 'a.jpg', joined([pictures.jpeg, rar])],
    ['a photo and a 7z archive', 'a.jpg', joined([pictures.jpeg, sevenZip])],
    ['a photo and a ZIP archive', 'a.jpg', joined([pictures.jpeg, zip])],
    ['a picture and a page', 'a.gif', joined([pictures.gif, script])],
    ['a picture that is a script', 'a.gif', joined([bytesOf('GIF89a=1/*'), pictures.gif, script])],
    ['a picture and a server page', 'a.jpg', joined([pictures.jpeg, bytesOf('<?php x();')])],
    ['a picture and a document', 'a.webp', joined([pictures.webp, documents.pdf])],
    ['a document and an archive', 'a.pdf', joined([documents.pdf, zip])],
    ['a picture with something behind it', 'a.png', joined([pictures.png, exe])],
    ['a picture that is cut off', 'a.png', pictures.png.subarray(0, 90)],
    ['the begin of a picture', 'a.jpg', pictures.jpeg.subarray(0, 40)],
    ['a picture of no size', 'a.gif', bytesOf('GIF89a\0\0\0\0\0\0\0;')],
  ])('%s: %s', async (_what, name, bytes) => {
    expect(await refused(bytes, name)).toEqual([
      415,
      'unsupported_type',
      expect.stringMatching(/^file: /),
    ])
  })
})

describe('a name that is none is 400', () => {
  test.each(['../a.png', '..\\a.png', '/etc/passwd.png', 'C:\\a.png', 'folder/a.png', '..'])(
    '%s',
    async (name) => {
      const head = `--B\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\n\r\n`
      const body = joined([bytesOf(head), pictures.png, bytesOf('\r\n--B--\r\n')])
      const { status, body: answer } = await post<Refusal>(ann, '/v1/attachments', body, {
        'Content-Type': 'multipart/form-data; boundary=B',
      })
      expect([status, answer.error.code, answer.error.message]).toEqual([
        400,
        'invalid',
        expect.stringMatching(/^filename: /),
      ])
    },
  )
})

describe('what is too much, or nothing', () => {
  test('an empty file, no file, two files, a file in another field', async () => {
    expect((await refused(new Uint8Array(0), 'a.png')).slice(0, 2)).toEqual([400, 'invalid'])
    const forms: FormData[] = [new FormData(), new FormData(), aForm(pictures.png, 'a.png')]
    forms[0]?.append('note', 'no file')
    forms[1]?.append('picture', new Blob([pictures.png]), 'a.png')
    forms[2]?.append('file', new Blob([pictures.gif]), 'b.gif')
    for (const form of forms) {
      // oxlint-disable-next-line no-await-in-loop
      const { status, body } = await post<Refusal>(ann, '/v1/attachments', form)
      expect([status, body.error.code]).toEqual([400, 'invalid'])
    }
  })

  test('over MAX_FILE_SIZE is 413, whether announced or found out on the way', async () => {
    const large = aPng(10 * MiB + 1)
    expect((await refused(large, 'a.png')).slice(0, 2)).toEqual([413, 'too_large'])
    const whole = await new Response(aForm(large, 'a.png')).arrayBuffer()
    const [head] = new TextDecoder('latin1').decode(whole.slice(0, 200)).split('\r\n')
    const boundary = head?.slice(2) ?? ''
    const { status, body } = await post<Refusal>(
      ann,
      '/v1/attachments',
      new Blob([whole]).stream().pipeThrough(new TransformStream()),
      { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    )
    expect([status, body.error.code]).toEqual([413, 'too_large'])
  })

  test('exactly MAX_FILE_SIZE is taken', async () => {
    const { status, body } = await upload(ann, aPng(10 * MiB, 7), 'a.png')
    expect([status, body.size]).toEqual([201, 10 * MiB])
    const { bytes } = await download(ann, body.url)
    expect(sameBytes(bytes, aPng(10 * MiB, 7))).toBe(true)
    before = await stored()
  })

  test('more than one may store is 413, and says how much is left', async () => {
    const full = await signIn('Full')
    await upload(full, documents.txt, 'first.txt')
    before = await stored()
    await runInDurableObject(userObject(full), (_, { storage }) => {
      storage.sql.exec('UPDATE attachments SET size = ?', 1024 * MiB - 100)
    })
    for (const bytes of [pictures.png, aPng(6 * MiB)]) {
      // oxlint-disable-next-line no-await-in-loop
      const { status, body } = await upload<Refusal>(full, bytes, 'a.png')
      expect([status, body.error.code]).toEqual([413, 'too_large'])
      expect(body.error.message).toContain('100 bytes')
    }
    const { body } = await call<{ usage: object }>(full, 'GET', '/limits')
    expect(body.usage).toMatchObject({ storageBytes: 1024 * MiB - 100 })
  })
})

const sendAs = (type: string | null, body: BodyInit) =>
  post<Refusal>(ann, '/v1/attachments', body, type === null ? {} : { 'Content-Type': type })

describe('requests that are no form', () => {
  test.each<[what: string, body: string, type: string | null]>([
    ['JSON', '{}', 'application/json'],
    ['no type', 'hello', null],
    ['no boundary', '--B\r\n', 'multipart/form-data'],
    ['an empty body', '', 'multipart/form-data; boundary=B'],
    ['no part', 'nothing of the kind', 'multipart/form-data; boundary=B'],
    [
      'no end',
      '--B\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\nabc',
      'multipart/form-data; boundary=B',
    ],
    [
      'a header that is none',
      '--B\r\n\0\0: x\r\n\r\nabc\r\n--B--\r\n',
      'multipart/form-data; boundary=B',
    ],
    [
      'a name that is not encoded',
      '--B\r\nContent-Disposition: form-data; name="file"; filename*=UTF-8\'\'%zz\r\n\r\nabc\r\n--B--\r\n',
      'multipart/form-data; boundary=B',
    ],
    [
      'a field that is too long',
      `--B\r\nContent-Disposition: form-data; name="note"\r\n\r\n${'x'.repeat(9000)}\r\n--B--\r\n`,
      'multipart/form-data; boundary=B',
    ],
  ])('%s is 400', async (_what, body, type) => {
    const { status, body: answer } = await sendAs(type, body)
    expect([status, answer.error.code]).toEqual([400, 'invalid'])
  })

  test('a form that breaks off in the middle of a large file leaves nothing', async () => {
    const whole = new Uint8Array(await new Response(aForm(aPng(8 * MiB), 'a.png')).arrayBuffer())
    const boundary = new TextDecoder().decode(whole.subarray(2, 120)).split('\r\n')[0] ?? ''
    const cut = whole.slice(0, 7 * MiB)
    const { status, body } = await sendAs(`multipart/form-data; boundary=${boundary}`, cut)
    expect([status, body.error.code]).toEqual([400, 'invalid'])
  })

  test('a waveform that is none', async () => {
    for (const waveform of ['[1,2', '[101]', '{}', '[0.5]']) {
      // oxlint-disable-next-line no-await-in-loop
      const { status } = await upload(ann, media.voice, 'v.webm', { waveform })
      expect([waveform, status]).toEqual([waveform, 400])
    }
  })

  test('nobody uploads without a token, or with that of somebody who is banned', async () => {
    expect((await upload(null, pictures.png, 'a.png')).status).toBe(401)
    const bad = { ...ann, token: await aToken({ sub: ann.id }, -3600) }
    expect((await upload(bad, pictures.png, 'a.png')).status).toBe(401)
    const [mod, bo] = [await signIn('Mo', { role: 'moderator' }), await signIn('Bo')]
    await call(mod, 'PUT', `/admin/bans/${bo.id}`, { reason: 'x' })
    expect((await upload(bo, pictures.png, 'a.png')).status).toBe(403)
  })
})
