// Files in messages: who may name one, who may see it, and for how long.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Attachment, ShownAttachment } from '../../src/contract/attachment.ts'
import type { Message } from '../../src/contract/message.ts'
import { bytesOf } from '../../src/core/bytes.ts'
import { documents, pictures } from './files.ts'
import {
  aGroup,
  aThread,
  call,
  passTime,
  send,
  signIn,
  socket,
  threadObject,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'
import { aDayLater, anAttachment, download, stored } from './uploads.ts'

let papers = 0
/** A file that nobody else has. */
const aPaper = (user: Someone) => anAttachment(user, bytesOf(`{\\rtf1 paper ${++papers}}`), 'a.rtf')

const seenBy = async (user: Someone, { url }: Attachment) => (await download(user, url)).status
const isStored = async ({ id }: Attachment) => (await stored()).includes(`files/${id}`)

describe('a message with files', async () => {
  const [ann, ben, eve] = [await signIn('Ann'), await signIn('Ben'), await signIn('Eve')]
  const thread = await aThread(ann, [ben])

  test('shows them to the other one, on every door', async () => {
    const bens = await socket(ben)
    const picture = await anAttachment(ann, pictures.png, 'sunset.png')
    const paper = await anAttachment(ann, documents.pdf, 'Plan.pdf')
    const sent = await send(ann, thread.id, 'look', { attachments: [picture.id, paper.id] })
    expect(sent.attachments).toEqual([picture, paper])
    const { data } = await bens.event('message.created')
    expect(data.attachments).toEqual([picture, paper])
    await evictDurableObject(threadObject(thread.id))
    const list = await call<{ items: Message[] }>(ben, 'GET', `/threads/${thread.id}/messages`)
    expect(list.body.items[0]?.attachments).toEqual([picture, paper])
    const found = await call<{ items: { lastMessage: Message }[] }>(ben, 'GET', '/threads')
    expect(found.body.items[0]?.lastMessage.attachments).toEqual([picture, paper])
    expect(await Promise.all([ann, ben, eve].map((one) => seenBy(one, picture)))).toEqual([
      200, 200, 404,
    ])
    bens.close()
  })

  test('needs no words; neither words nor files is no message', async () => {
    const picture = await aPaper(ann)
    const path = `/threads/${thread.id}/messages`
    const sent = await call<Message>(ann, 'POST', path, { attachments: [picture.id, picture.id] })
    expect([sent.status, sent.body]).toMatchObject([201, { content: '', attachments: [picture] }])
    for (const body of [{}, { content: ' ' }, { content: '', attachments: [] }])
      // oxlint-disable-next-line no-await-in-loop
      expect((await call(ann, 'POST', path, body)).status).toBe(400)
  })

  test('names no more than ten, and only what its sender uploaded', async () => {
    const path = `/threads/${thread.id}/messages`
    const picture = await aPaper(ann)
    const many = Array.from({ length: 11 }, (_, n) => `${picture.id}-${n}`)
    expect((await call(ann, 'POST', path, { content: 'x', attachments: many })).status).toBe(400)
    for (const id of ['a', `a${'0'.repeat(22)}`, `${picture.id}-1`]) {
      const body = { content: 'x', attachments: [id] }
      // oxlint-disable-next-line no-await-in-loop
      expect([id, (await call(ann, 'POST', path, body)).status]).toEqual([id, 404])
    }
    const stolen = { content: 'mine', attachments: [picture.id] }
    expect((await call(ben, 'POST', path, stolen)).status).toBe(404)
    expect(await seenBy(ben, picture)).toBe(404)
  })

  test('is the same again under its clientId, and not with other files', async () => {
    const [one, two] = [await aPaper(ann), await aPaper(ann)]
    const path = `/threads/${thread.id}/messages`
    const body = { clientId: 'with files', content: 'x', attachments: [one.id] }
    const first = await call<Message>(ann, 'POST', path, body)
    const again = await call<Message>(ann, 'POST', path, body)
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body])
    const other = await call(ann, 'POST', path, { ...body, attachments: [two.id] })
    expect([other.status, other.body]).toMatchObject([
      409,
      { error: { code: 'idempotency_mismatch' } },
    ])
    const none = await call(ann, 'POST', path, { ...body, attachments: undefined })
    expect(none.status).toBe(409)
  })

  test('several in a row without words are no spam', async () => {
    const files = [await aPaper(ann), await aPaper(ann)]
    for (const { id } of files)
      // oxlint-disable-next-line no-await-in-loop
      expect((await send(ann, thread.id, '', { attachments: [id] })).attachments).toHaveLength(1)
  })
})

describe('a file is seen', () => {
  test('by members while they are members, and while a message shows it', async () => {
    const people = [await signIn('Ann'), await signIn('Ben'), await signIn('Cy')] as const
    const [ann, ben, cy] = people
    const group = await aGroup(ann, [ben, cy])
    const file = await aPaper(ann)
    const statuses = () => Promise.all(people.map((one) => seenBy(one, file)))
    expect(await statuses()).toEqual([200, 404, 404])
    const { id } = await send(ann, group.id, 'all', { attachments: [file.id] })
    expect(await statuses()).toEqual([200, 200, 200])
    await call(ann, 'DELETE', `/threads/${group.id}/members/${cy.id}`)
    expect(await statuses()).toEqual([200, 200, 404])
    await call(ben, 'DELETE', `/messages/${id}?for=me`)
    expect(await statuses()).toEqual([200, 404, 404])
    await call(ann, 'POST', `/threads/${group.id}/members`, { userId: cy.id })
    expect(await statuses()).toEqual([200, 404, 200])
    await call(ann, 'DELETE', `/messages/${id}`)
    expect(await statuses()).toEqual([404, 404, 404])
    expect(await isStored(file)).toBe(false)
  })

  test('nowhere once no message shows it: a forward refers, and copies nothing', async () => {
    const [ann, ben, cy] = [await signIn('Ann'), await signIn('Ben'), await signIn('Cy')]
    const thread = await aThread(ann, [ben])
    const file = await aPaper(ann)
    const before = (await stored()).length
    const { id } = await send(ann, thread.id, '', { attachments: [file.id] })
    const forwarded = await call<{ items: { message: Message }[] }>(
      ben,
      'POST',
      `/messages/${id}/forward`,
      { recipientIds: [cy.id] },
    )
    const copy = forwarded.body.items[0]?.message
    expect(copy?.attachments).toEqual([file])
    expect((await stored()).length).toBe(before)
    await call(ann, 'DELETE', `/messages/${id}`)
    expect(await Promise.all([ann, ben, cy].map((one) => seenBy(one, file)))).toEqual([
      200, 200, 200,
    ])
    await call(ben, 'DELETE', `/messages/${copy?.id}`)
    expect(await Promise.all([ann, ben, cy].map((one) => seenBy(one, file)))).toEqual([
      404, 404, 404,
    ])
    expect(await isStored(file)).toBe(false)
  })

  test('is erased after a deletion on a socket and an eviction, too', async () => {
    const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]
    const thread = await aThread(ann, [ben])
    const file = await aPaper(ann)
    const { id } = await send(ann, thread.id, '', { attachments: [file.id] })
    const anns = await socket(ann)
    await anns.ask('message.delete', { messageId: id, for: 'all' })
    await evictDurableObject(threadObject(thread.id))
    await passTime(threadObject(thread.id))
    expect(await isStored(file)).toBe(false)
    anns.close()
  })
})

describe('a file that nobody sent', () => {
  test('is erased after a day; one that was sent, drafted or queued is not', async () => {
    const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]
    const thread = await aThread(ann, [ben])
    const [sent, drafted, unused] = [await aPaper(ann), await aPaper(ann), await aPaper(ann)]
    await send(ann, thread.id, '', { attachments: [sent.id] })
    const draft = { content: 'later', draft: true, attachments: [drafted.id] }
    const kept = await call<Message>(ann, 'POST', `/threads/${thread.id}/messages`, draft)
    expect(kept.body.attachments).toEqual([drafted])
    await aDayLater(ann)
    expect(await Promise.all([sent, drafted, unused].map(isStored))).toEqual([true, true, false])
    expect(await seenBy(ann, unused)).toBe(404)
    const late = await call<Message>(ann, 'POST', `/messages/${kept.body.id}/send`)
    expect([late.status, late.body.attachments]).toEqual([201, [drafted]])
    expect(await seenBy(ben, drafted)).toBe(200)
  })

  test('is not erased for a send that was refused, nor kept by one', async () => {
    const [ann, ben] = [await signIn('Ann'), await signIn('Ben')]
    const thread = await aThread(ann, [ben])
    const file = await aPaper(ann)
    const body = { content: 'viagra cialis casino', attachments: [file.id] }
    expect((await call(ann, 'POST', `/threads/${thread.id}/messages`, body)).status).toBe(422)
    expect([await seenBy(ann, file), await seenBy(ben, file)]).toEqual([200, 404])
    await evictDurableObject(userObject(ann))
    await aDayLater(ann)
    expect(await isStored(file)).toBe(false)
  })
})

test('a thread lists its files, the newest first, by kind and in pages', async () => {
  const [ann, ben, eve] = [await signIn('Ann'), await signIn('Ben'), await signIn('Eve')]
  const thread = await aThread(ann, [ben])
  const picture = await anAttachment(ann, pictures.gif, 'a.gif')
  const paper = await anAttachment(ann, documents.pdf, 'b.pdf')
  const first = await send(ann, thread.id, 'both', { attachments: [picture.id, paper.id] })
  await send(ann, thread.id, 'none')
  const text = await anAttachment(ben, documents.txt, 'c.txt')
  const last = await send(ben, thread.id, 'one', { attachments: [text.id] })
  const path = `/threads/${thread.id}/attachments`
  type Page = { items: ShownAttachment[]; nextCursor: string | null }
  const all = await call<Page>(ben, 'GET', path)
  expect(all.body.items.map(({ attachment }) => attachment.name)).toEqual([
    'c.txt',
    'a.gif',
    'b.pdf',
  ])
  expect(all.body.items[0]).toEqual({
    attachment: text,
    messageId: last.id,
    seq: last.seq,
    sender: last.sender,
    createdAt: last.createdAt,
  })
  const images = await call<Page>(ann, 'GET', `${path}?kind=image`)
  expect(images.body.items.map(({ attachment }) => attachment.name)).toEqual(['a.gif'])
  const page = await call<Page>(ann, 'GET', `${path}?limit=1`)
  expect([page.body.items.length, page.body.nextCursor]).toEqual([1, String(last.seq)])
  const next = await call<Page>(ann, 'GET', `${path}?limit=1&before=${last.seq}`)
  expect([next.body.items.length, next.body.nextCursor]).toEqual([2, null])
  expect((await call(eve, 'GET', path)).status).toBe(404)
  await call(ann, 'DELETE', `/messages/${first.id}`)
  expect((await call<Page>(ben, 'GET', path)).body.items).toHaveLength(1)
})
