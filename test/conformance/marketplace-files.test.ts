// "File Upload & Media" of the marketplace document (seed 002), and what booking shows of files.
import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import { aPng, documents, media, noise, pictures } from '../integration/files.ts'
import type { Someone } from '../integration/fixtures.ts'
import { call, send } from '../integration/fixtures.ts'
import { request } from './fixtures.ts'
import { aForm, aScene, ask, refusal } from './marketplace/scene.ts'
import type { Listed, Shape } from './marketplace/scene.ts'

const C = '/api/conversations'
type Uploaded = Record<'id' | 'fileUrl' | 'fileName' | 'type', string> & { files: object[] }

const upload = (user: Someone | null, files: Record<string, Uint8Array>) =>
  ask<Uploaded>(user, 'POST', '/api/upload/chat-files', aForm(files))
const statusOf = async (user: Someone | null, url: string) => {
  const headers = user ? { Authorization: `Bearer ${user.token}` } : undefined
  const response = await exports.default.fetch(url, { headers })
  await response.arrayBuffer()
  return response.status
}

describe('an upload', () => {
  // "Automatic file type categorization".
  test.each<[type: string, name: string, bytes: Uint8Array]>([
    ['image', 'a.jpg', pictures.jpeg],
    ['image', 'a.gif', pictures.gif],
    ['image', 'a.webp', pictures.webp],
    ['video', 'a.mp4', media.mp4],
    ['video', 'a.mov', media.mov],
    ['video', 'a.mkv', media.mkv],
    ['video', 'a.avi', media.avi],
    ['audio', 'a.mp3', media.mp3],
    ['audio', 'a.wav', media.wav],
    ['audio', 'a.m4a', media.m4a],
    ['audio', 'a.aac', media.aac],
    ['file', 'a.pdf', documents.pdf],
    ['file', 'a.rtf', documents.rtf],
    ['file', 'a.docx', documents.docx],
    ['file', 'a.txt', documents.txt],
  ])('is %s for %s', async (type, name, bytes) => {
    const { anna } = await aScene()
    const { status, body } = await upload(anna, { [name]: bytes })
    expect([status, body]).toMatchObject([201, { type, fileName: name, fileSize: bytes.length }])
  })

  test('may be of several files', async () => {
    const { anna } = await aScene()
    const { body } = await upload(anna, { 'a.png': pictures.png, 'b.mp3': media.mp3 })
    expect(body).toMatchObject({
      fileName: 'a.png',
      files: [
        { fileName: 'a.png', type: 'image' },
        { fileName: 'b.mp3', type: 'audio' },
      ],
    })
  })

  // "10MB file size limit"; reading 9: 413 over it, 415 for other types.
  test('is refused over 10 MB, and of other types', async () => {
    const { anna } = await aScene()
    const large = await upload(anna, { 'a.png': aPng(10_485_761) })
    expect([large.status, large.body]).toEqual([413, refusal(413)])
    for (const [name, bytes] of [
      ['a.exe', noise(100)],
      ['a.png', media.mp3],
    ] as const) {
      const { status, body } = await upload(anna, { [name]: bytes })
      expect([status, body]).toEqual([415, refusal(415)])
    }
    const none = await upload(anna, {})
    expect([none.status, none.body]).toEqual([400, refusal(400)])
  })
})

describe('a message', () => {
  // Files need membership, not only the address: whoever is in the conversation may have them.
  test('that names a file in its metadata shows it to the conversation', async () => {
    const { anna, ben, eve, id } = await aScene()
    const { body: file } = await upload(anna, { 'photo.png': pictures.png })
    expect(await Promise.all([anna, ben, eve].map((user) => statusOf(user, file.fileUrl)))).toEqual(
      [...[200, 404, 404]],
    )
    const { status, body } = await ask(anna, 'POST', `${C}/${id}/messages`, {
      type: 'image',
      content: 'Look',
      metadata: { fileUrl: file.fileUrl, fileName: 'another', fileSize: 1, caption: 'mine' },
    })
    expect([status, body]).toMatchObject([
      201,
      {
        type: 'image',
        content: 'Look',
        metadata: {
          caption: 'mine',
          fileUrl: file.fileUrl,
          fileName: 'photo.png',
          fileSize: pictures.png.length,
          mimeType: 'image/png',
        },
        attachments: [{ id: file.id, fileUrl: file.fileUrl }],
      },
    ])
    const all = await Promise.all([ben, eve, null].map((user) => statusOf(user, file.fileUrl)))
    expect(all).toEqual([200, 404, 401])
  })

  test('needs no words beside a file, and no metadata beside its id', async () => {
    const { anna, ben, id } = await aScene()
    const { body: file } = await upload(anna, { 'song.mp3': media.mp3 })
    const at = `${C}/${id}/messages`
    const { body } = await ask(anna, 'POST', at, { type: 'audio', attachments: [file.id] })
    expect(body).toMatchObject({ type: 'audio', content: '', metadata: { fileName: 'song.mp3' } })
    const { body: list } = await ask<Listed>(ben, 'GET', C)
    expect(list.data).toMatchObject([{ lastMessage: 'song.mp3' }])
  })

  test('of a native client is of the type of its file', async () => {
    const { anna, ben, id } = await aScene()
    const { body: file } = await upload(anna, { 'a.pdf': documents.pdf })
    await send(anna, id, 'the terms', { attachments: [file.id] })
    const { body } = await ask<Listed>(ben, 'GET', `${C}/${id}/messages?limit=1`)
    expect(body.data).toMatchObject([{ type: 'file', metadata: { fileName: 'a.pdf' } }])
  })

  test('cannot show somebody else’s file', async () => {
    const { anna, ben, id } = await aScene()
    const { body: file } = await upload(anna, { 'a.png': pictures.png })
    const taken = await ask(ben, 'POST', `${C}/${id}/messages`, {
      type: 'image',
      metadata: { fileUrl: file.fileUrl },
    })
    expect([taken.status, taken.body]).toEqual([taken.status, refusal(taken.status)])
    expect(taken.status).toBeGreaterThanOrEqual(400)
    const { body } = await ask<Listed>(ben, 'GET', `${C}/${id}/messages`)
    expect(body.data.length).toBe(2)
  })
})

// Seed 001: "attachments: [{ url, filename, mimetype, size }]".
test('booking shows and takes files in its own words', async () => {
  const { anna, ben, id } = await aScene()
  const { body: file } = await upload(anna, { 'photo.png': pictures.png })
  const at = `/booking/messaging/conversations/${id}/messages`
  type Said = { data: { message: Shape; messages: Shape[] } }
  const sent = await request<Said>(anna, 'POST', at, {
    messageType: 'image',
    attachments: [{ url: file.fileUrl }],
  })
  const attachments = [
    {
      url: file.fileUrl,
      filename: 'photo.png',
      mimetype: 'image/png',
      size: pictures.png.length,
    },
  ]
  expect([sent.status, sent.body.data.message]).toMatchObject([
    201,
    { messageType: 'image', content: '', attachments },
  ])
  const { body } = await request<Said>(ben, 'GET', `${at}?limit=1`)
  expect(body.data.messages).toMatchObject([{ attachments }])
  const native = await call<{ attachments: { id: string }[] }>(
    ben,
    'GET',
    `/messages/${sent.body.data.message._id}`,
  )
  expect(native.body.attachments[0]?.id).toBe(file.id)
})
