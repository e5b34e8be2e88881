// A file that is sent again under its Idempotency-Key is the attachment that was made the first time.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Attachment } from '../../src/contract/attachment.ts'
import { aPng, documents, pictures } from './files.ts'
import { call, signIn, userObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'
import { aDayLater, stored, upload } from './uploads.ts'

const MiB = 1024 * 1024

const under = <T = Attachment>(user: Someone, key: string, bytes: Uint8Array, name: string) =>
  upload<T>(user, bytes, name, {}, { 'Idempotency-Key': key })

const fillUp = (user: Someone) =>
  runInDurableObject(userObject(user), (_, { storage }) => {
    storage.sql.exec('UPDATE attachments SET size = ?', 1024 * MiB)
  })

test('over an eviction, and though it took all the room that there was', async () => {
  const ann = await signIn('Ann')
  const first = await under(ann, 'one', pictures.png, 'a.png')
  expect(first.status).toBe(201)
  await fillUp(ann)
  await evictDurableObject(userObject(ann))
  expect((await upload(ann, pictures.png, 'a.png')).status).toBe(413)
  const again = await under(ann, 'one', pictures.png, 'a.png')
  expect([again.status, again.body.id]).toEqual([201, first.body.id])
})

test('two at once are one, be they small or large', async () => {
  const ann = await signIn('Ann')
  for (const [key, bytes] of [
    ['small', pictures.png],
    ['large', aPng(6 * MiB)],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one pair after the other
    const before = await stored()
    // oxlint-disable-next-line no-await-in-loop
    const pair = await Promise.all([
      under(ann, key, bytes, 'a.png'),
      under(ann, key, bytes, 'a.png'),
    ])
    expect(pair.map(({ status }) => status)).toEqual([201, 201])
    expect(pair[0].body).toEqual(pair[1].body)
    // oxlint-disable-next-line no-await-in-loop
    await expect.poll(async () => (await stored()).length).toBe(before.length + 1)
  }
})

test('another file under the same key is a conflict, and nothing of it is left', async () => {
  const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]
  await under(ann, 'one', pictures.png, 'a.png')
  const before = await stored()
  for (const [bytes, name] of [
    [pictures.png, 'b.png'],
    [documents.txt, 'a.txt'],
    [aPng(6 * MiB), 'a.png'],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status, body } = await under<{ error: { code: string } }>(ann, 'one', bytes, name)
    expect([name, status, body.error.code]).toEqual([name, 409, 'idempotency_mismatch'])
  }
  await expect.poll(stored).toEqual(before)
  expect((await under(ben, 'one', documents.txt, 'a.txt')).status).toBe(201)
  const begun = await call(ann, 'POST', '/uploads', { name: 'c.png', size: 9, clientId: 'one' })
  expect(begun.status).toBe(201)
})

test('what was forgotten because nobody sent it comes as new', async () => {
  const ann = await signIn('Ann')
  const first = await under(ann, 'one', pictures.png, 'a.png')
  await aDayLater(ann)
  const again = await under(ann, 'one', pictures.png, 'a.png')
  expect(again.status).toBe(201)
  expect(again.body.id).not.toBe(first.body.id)
})

test('a key that is none', async () => {
  const ann = await signIn('Ann')
  expect((await under(ann, 'x'.repeat(65), pictures.png, 'a.png')).status).toBe(400)
})
