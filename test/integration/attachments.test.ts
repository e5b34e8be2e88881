// Files uploaded and downloaded: each family byte for byte, under its own type, and once.
import { describe, expect, test } from 'vitest'
import { documents, media, pictures } from './files.ts'
import { signIn } from './fixtures.ts'
import { download, upload } from './uploads.ts'

const families: [name: string, bytes: Uint8Array, type: string, kind: string][] = [
  ['a.jpg', pictures.jpeg, 'image/jpeg', 'image'],
  ['a.png', pictures.png, 'image/png', 'image'],
  ['a.gif', pictures.gif, 'image/gif', 'image'],
  ['a.webp', pictures.webp, 'image/webp', 'image'],
  ['a.avif', pictures.avif, 'image/avif', 'image'],
  ['a.mp4', media.mp4, 'video/mp4', 'video'],
  ['a.mov', media.mov, 'video/quicktime', 'video'],
  ['a.mkv', media.mkv, 'video/x-matroska', 'video'],
  ['a.webm', media.webm, 'video/webm', 'video'],
  ['a.avi', media.avi, 'video/x-msvideo', 'video'],
  ['a.m4a', media.m4a, 'audio/mp4', 'audio'],
  ['voice.webm', media.voice, 'audio/webm', 'audio'],
  ['a.ogg', media.ogg, 'audio/ogg', 'audio'],
  ['a.mp3', media.mp3, 'audio/mpeg', 'audio'],
  ['a.wav', media.wav, 'audio/wav', 'audio'],
  ['a.aac', media.aac, 'audio/aac', 'audio'],
  ['a.pdf', documents.pdf, 'application/pdf', 'document'],
  ['a.doc', documents.doc, 'application/msword', 'document'],
  [
    'a.docx',
    documents.docx,
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'document',
  ],
  ['a.rtf', documents.rtf, 'application/rtf', 'document'],
  ['a.txt', documents.txt, 'text/plain', 'document'],
]

describe('a file of each family', async () => {
  const ann = await signIn('Ann')

  test.each(families)('%s goes in and comes out', async (name, bytes, type, kind) => {
    const { status, body } = await upload(ann, bytes, name)
    expect([status, body]).toMatchObject([201, { name, type, kind, size: bytes.length }])
    expect(body.url).toBe(`/v1/attachments/${body.id}`)
    const answer = await download(ann, body.url)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('Content-Type')?.split(';')[0]).toBe(type)
    expect(answer.bytes).toEqual(bytes)
    const shown = kind !== 'document' && name !== 'a.avi'
    expect(answer.headers.get('Content-Disposition')?.split(';')[0]).toBe(
      shown ? 'inline' : 'attachment',
    )
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(answer.headers.get('Content-Security-Policy')).toContain('sandbox')
    expect(answer.headers.get('Cache-Control')).toMatch(/^private/)
  })
})
