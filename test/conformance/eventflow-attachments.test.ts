// EventFlow's attachments. The document has the shape and no way to upload ("File upload with cloud
// storage" is its future): so files go in by Skein's own door, and are named by what that told.
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/contract/attachment.ts'
import { documents, media, pictures } from '../integration/files.ts'
import { aThread, origin, send, signIn } from '../integration/fixtures.ts'
import { anAttachment, download } from '../integration/uploads.ts'
import { request } from './fixtures.ts'
import { Client } from './sockets.ts'

const M = '/api/v2/messages'

type File = { _id: string; url: string }
type Sent = { message: { _id: string; content: string; attachments: File[] }; error: string }

const alice = await signIn('Alice')
const bob = await signIn('Bob')
const thread = await aThread(alice, [bob])
const path = `${M}/${thread.id}`

/** Seed 000: `attachments: [{ type, url, filename, size, mimeType, metadata }]`. */
const shape = ({ id, kind, name, size, type, width, height, duration }: Attachment) => ({
  _id: id,
  type: kind === 'audio' ? 'document' : kind,
  url: `${origin}/v1/attachments/${id}`,
  filename: name,
  size,
  mimeType: type,
  metadata: {
    ...{ width, height, duration, waveform: null },
    thumbnailUrl: kind === 'image' ? `${origin}/v1/attachments/${id}?width=400` : null,
  },
})

test('files of each kind go through, byte for byte', async () => {
  const sent: [string, Uint8Array][] = [
    ['a<b>.png', pictures.png],
    ['a.mp4', media.mp4],
    ['a.mp3', media.mp3],
    ['a.pdf', documents.pdf],
  ]
  const files = await Promise.all(sent.map(([name, bytes]) => anAttachment(alice, bytes, name)))
  const attachments = files.map(({ id }) => id)
  const { status, body } = await request<Sent>(alice, 'POST', path, { content: 'x', attachments })
  expect(status).toBe(201)
  const shown = files.map(shape).map((file) => ({
    ...file,
    // A page of the document puts names into innerHTML.
    filename: file.filename.replace('<', '‹').replace('>', '›'),
  }))
  expect(body.message.attachments).toEqual(shown)
  const list = await request<{ messages: Sent['message'][] }>(bob, 'GET', path)
  const got = list.body.messages.at(-1)?.attachments ?? []
  expect(got).toEqual(shown)
  const bytes = await Promise.all(
    got.map(async ({ url }) => (await download(bob, url.slice(origin.length))).bytes),
  )
  expect(bytes).toEqual(sent.map(([, each]) => each))
})

test('a file is named by its id, its address, or the object that told of it', async () => {
  const file = await anAttachment(alice, documents.txt, 'a.txt')
  const names: unknown[] = [
    file.id,
    file.url,
    origin + file.url,
    `${origin}${file.url}?width=400`,
    file,
    shape(file),
    { url: file.url, type: 'document', filename: 'other.txt' },
  ]
  for (const [n, name] of names.entries()) {
    const said = { content: `file ${n}`, attachments: [name] }
    // oxlint-disable-next-line no-await-in-loop
    const { status, body } = await request<Sent>(alice, 'POST', path, said)
    expect([n, status, body.message?.attachments]).toEqual([n, 201, [shape(file)]])
  }
})

test('what is no file of mine is refused, and names the field', async () => {
  const theirs = await anAttachment(bob, documents.rtf, 'b.rtf')
  const wrong: [unknown, number][] = [
    [[{ url: 'https://elsewhere.example/a.png', type: 'image' }], 400],
    [[{}], 400],
    [[7], 400],
    ['a.png', 400],
    [Array.from({ length: 11 }, () => theirs.id), 400],
    [[`a${'0'.repeat(22)}`], 404],
    [[theirs.id], 404],
  ]
  for (const [attachments, expected] of wrong) {
    // oxlint-disable-next-line no-await-in-loop
    const { status, body } = await request<Sent>(alice, 'POST', path, { content: 'x', attachments })
    expect([attachments, status]).toEqual([attachments, expected])
    expect(body.error).toContain('attachments')
  }
})

test('files need no words, in a draft, in the queue and on a socket, too', async () => {
  const file = await anAttachment(alice, documents.rtf, 'r.rtf')
  const attachments = [file.id]
  const alone = await request<Sent>(alice, 'POST', path, { attachments })
  expect([alone.status, alone.body.message.content]).toEqual([201, ''])
  const draft = await request<Sent>(alice, 'POST', path, {
    isDraft: true,
    content: '',
    attachments,
  })
  expect(draft.body.message.attachments).toEqual([shape(file)])
  const late = await request<Sent>(alice, 'POST', path, { draftId: draft.body.message._id })
  expect([late.status, late.body.message.attachments]).toEqual([201, [shape(file)]])
  const letter = { threadId: thread.id, attachments, clientId: 'queued with a file' }
  const queued = await request<{ item: { status: string } }>(alice, 'POST', `${M}/queue`, letter)
  expect([queued.status, queued.body.item.status]).toEqual([201, 'sent'])
  const empty = await request(alice, 'POST', path, { content: '', attachments: [] })
  expect(empty.status).toBe(400)
})

test('a socket is told of files at the address that it connected to', async () => {
  const file = await anAttachment(alice, pictures.gif, 'g.gif')
  const [hers, his] = [await Client.open(alice), await Client.open(bob)]
  hers.emit('message:send', { threadId: thread.id, content: 'look', attachments: [shape(file)] })
  const heard = await his.next('message:received')
  expect(heard).toMatchObject({ message: { content: 'look', attachments: [shape(file)] } })
  await send(alice, thread.id, 'again', { attachments: [file.id] })
  await his.next('message:received', ({ message }) => {
    const { content, attachments } = message as Sent['message']
    return content === 'again' && attachments[0]?.url === origin + file.url
  })
  hers.close()
  his.close()
})

test('search finds what has files', async () => {
  const file = await anAttachment(alice, pictures.webp, 'marker.webp')
  const word = 'needle'
  await send(alice, thread.id, `${word} alone`)
  const found = await request<Sent>(alice, 'POST', path, { content: word, attachments: [file.id] })
  type Results = { results: { _id: string }[] }
  const search = async (query: string) => {
    const { body } = await request<Results>(alice, 'GET', `${M}/search?q=${word}${query}`)
    return body.results.map(({ _id }) => _id)
  }
  await expect
    .poll(() => search('&hasAttachments=true'), { timeout: 8000 })
    .toEqual([found.body.message._id])
  expect(await search('%20has:image')).toEqual([found.body.message._id])
  expect(await search('')).toHaveLength(2)
  expect(await search('&hasAttachments=false')).toHaveLength(1)
})
