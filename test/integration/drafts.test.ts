// Drafts: their author's alone, kept through evictions, sent once like any message.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Draft } from '../../src/contract/draft.ts'
import type { Message } from '../../src/contract/message.ts'
import {
  aGroup,
  aThread,
  call,
  passTime,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
  userObject,
} from './fixtures.ts'
import type { Answered, Someone } from './fixtures.ts'

type Page = { items: Draft[]; nextCursor: string | null }

const save = (user: Someone, threadId: string, body: object, headers = {}) =>
  call<Draft>(user, 'POST', `/threads/${threadId}/messages`, { draft: true, ...body }, headers)
const drafts = async (user: Someone, query = '') =>
  (await call<Page>(user, 'GET', `/drafts${query}`)).body
const sendDraft = (user: Someone, id: string, body?: object) =>
  call<Message>(user, 'POST', `/messages/${id}/send`, body)

async function aTalk() {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [bob])
  return { alice, bob, id }
}

describe('a draft', () => {
  test('is seen by its author alone, and counts nowhere', async () => {
    const { alice, bob, id } = await aTalk()
    const [ears, own] = [await threadSocket(bob, id), await socket(alice)]
    const first = await send(alice, id, 'sent')
    const input = { content: 'not yet', metadata: { a: 1 }, mentions: [bob.id], replyTo: first.id }
    const { status, body: draft } = await save(alice, id, input)
    expect([status, draft.id]).toEqual([201, expect.stringMatching(/^d[0-9A-Za-z]{22}$/)])
    expect(draft).toMatchObject({
      ...input,
      threadId: id,
      seq: null,
      version: null,
      sender: { id: alice.id, name: 'Alice' },
      kind: 'text',
      format: 'plain',
      draft: true,
    })
    await evictDurableObject(userObject(alice))
    await evictDurableObject(threadObject(id))
    expect((await call(alice, 'GET', `/messages/${draft.id}`)).body).toEqual(draft)
    expect(await drafts(alice)).toEqual({ items: [draft], nextCursor: null })
    expect((await drafts(bob)).items).toEqual([])
    for (const [method, path, body] of [
      ['GET', ''],
      ['PATCH', '', { content: 'x' }],
      ['DELETE', ''],
      ['POST', '/send'],
      ['PUT', '/reactions/x'],
      ['POST', '/read'],
    ] as const)
      expect(refusal(await call(bob, method, `/messages/${draft.id}${path}`, body))).toEqual([
        404,
        'not_found',
      ])
    for (const user of [alice, bob]) {
      const list = await call<{ items: Message[] }>(user, 'GET', `/threads/${id}/messages`)
      expect(list.body.items.map(({ content }) => content)).toEqual(['sent'])
      const sync = await call<{ messages: Message[] }>(user, 'GET', `/threads/${id}/sync`)
      expect(sync.body.messages.map(({ content }) => content)).toEqual(['sent'])
    }
    expect((await call(bob, 'GET', '/unread')).body).toMatchObject({ total: 1 })
    expect(JSON.stringify([ears.items, own.items])).not.toContain('not yet')
    ears.close()
    own.close()
  })

  test('is changed and thrown away', async () => {
    const { alice, id } = await aTalk()
    const { body: draft } = await save(alice, id, { content: '', metadata: { a: 1 } })
    const path = `/messages/${draft.id}`
    const change = { content: '<b>x</b>', format: 'html', metadata: null }
    const edited = await call<Draft>(alice, 'PATCH', path, change)
    expect([edited.status, edited.body]).toMatchObject([200, { id: draft.id, ...change }])
    expect((await call(alice, 'DELETE', path)).status).toBe(204)
    expect(refusal(await call(alice, 'GET', path))).toEqual([404, 'not_found'])
    expect((await drafts(alice)).items).toEqual([])
  })

  test('is refused for strangers and nonsense, by the name of the field', async () => {
    const { alice, id } = await aTalk()
    const eve = await signIn('Eve')
    expect(refusal(await save(eve, id, { content: 'x' }))).toEqual([404, 'not_found'])
    const path = `/threads/${id}/messages`
    for (const draft of ['true', 1, null, {}]) {
      const answer: Answered = await call(alice, 'POST', path, { content: 'x', draft })
      expect(refusal(answer)).toEqual([400, 'invalid'])
      expect(answer.body).toMatchObject({ error: { details: [{ path: 'draft' }] } })
    }
    const long = await save(alice, id, { content: 'x'.repeat(10_001) })
    expect(long.body).toMatchObject({ error: { code: 'invalid', details: [{ path: 'content' }] } })
    expect(refusal(await call(alice, 'GET', '/drafts?cursor=x'))).toEqual([400, 'invalid'])
  })

  test('is made once under its clientId', async () => {
    const { alice, id } = await aTalk()
    const key = { 'Idempotency-Key': 'k' }
    const first = await save(alice, id, { content: 'x' }, key)
    const again = await save(alice, id, { content: 'x' }, key)
    expect([first.status, again.status, again.body]).toEqual([201, 200, first.body])
    expect(refusal(await save(alice, id, { content: 'y' }, key))).toEqual([
      409,
      'idempotency_mismatch',
    ])
  })
})

test('my drafts are many, over threads and pages, the last changed first', async () => {
  const { alice, bob, id } = await aTalk()
  const other = await aThread(alice, [bob])
  const made: string[] = []
  for (const thread of [id, other.id, id, id]) {
    const { body } = await save(alice, thread, { content: `draft ${made.length}` })
    made.push(body.id)
    await scheduler.wait(2)
  }
  await call(alice, 'PATCH', `/messages/${made[0]}`, { content: 'changed' })
  const order = [made[0], made[3], made[2], made[1]]
  expect((await drafts(alice)).items.map((draft) => draft.id)).toEqual(order)
  const page = await drafts(alice, '?limit=3')
  const rest = await drafts(alice, `?limit=3&cursor=${page.nextCursor}`)
  expect([...page.items, ...rest.items].map((draft) => draft.id)).toEqual(order)
  expect(rest.nextCursor).toBe(null)
  const here = await drafts(alice, `?threadId=${other.id}`)
  expect(here.items.map((draft) => draft.id)).toEqual([made[1]])
})

describe('sending a draft', () => {
  test('makes one message, however often and wherever it is asked', async () => {
    const { alice, bob, id } = await aTalk()
    const ears = await threadSocket(bob, id)
    const { body: draft } = await save(alice, id, { content: 'almost', metadata: { a: 1 } })
    const [one, two] = await Promise.all([
      sendDraft(alice, draft.id, { content: 'ready' }),
      sendDraft(alice, draft.id, { content: 'ready' }),
    ])
    expect([one?.status, two?.status].toSorted()).toEqual([200, 201])
    await evictDurableObject(userObject(alice))
    await evictDurableObject(threadObject(id))
    const three = await sendDraft(alice, draft.id)
    expect([three.status, three.body]).toEqual([200, one?.body])
    expect(three.body).toMatchObject({ seq: 1, content: 'ready', metadata: { a: 1 } })
    expect(await ears.event('message.created')).toMatchObject({ data: { content: 'ready' } })
    expect((await drafts(alice)).items).toEqual([])
    for (const method of ['GET', 'DELETE'])
      expect(refusal(await call(alice, method, `/messages/${draft.id}`))).toEqual([
        404,
        'not_found',
      ])
    const list = await call<{ items: Message[] }>(bob, 'GET', `/threads/${id}/messages`)
    expect(list.body.items.length).toBe(1)
    ears.close()
  })

  test('is admitted as any send is: empty, spam, blocked, over the limit', async () => {
    const { alice, bob, id } = await aTalk()
    const draft = async (content: string, threadId = id) =>
      (await save(alice, threadId, { content })).body.id
    const empty = await sendDraft(alice, await draft(''))
    expect([refusal(empty), empty.body]).toMatchObject([
      [400, 'invalid'],
      { error: { message: expect.stringMatching(/^content: /) } },
    ])
    const spam = await draft('viagra cialis casino')
    expect(refusal(await sendDraft(alice, spam))).toEqual([422, 'spam'])
    expect((await sendDraft(alice, spam, { content: 'sorry' })).status).toBe(201)
    expect(refusal(await sendDraft(alice, await draft('sorry')))).toEqual([422, 'spam'])
    const direct = await aThread(alice, [bob])
    const blocked = await draft('let me in', direct.id)
    await call(bob, 'PUT', `/blocks/${alice.id}`)
    expect(refusal(await sendDraft(alice, blocked))).toEqual([403, 'blocked'])
    expect((await drafts(alice)).items.length).toBe(3)
    for (let n = 0; n < 29; n++)
      await call(alice, 'POST', `/threads/${id}/messages`, { content: `${n}` })
    const late = await sendDraft(alice, await draft('late'))
    expect([refusal(late), Number(late.headers.get('Retry-After')) > 0]).toEqual([
      [429, 'rate_limited'],
      true,
    ])
  })

  test('works on a socket, where nothing said as a draft is ever told', async () => {
    const { alice, bob, id } = await aTalk()
    const [wire, ears] = [await threadSocket(alice, id), await threadSocket(bob, id)]
    wire.say({ id: 1, op: 'message.send', input: { threadId: id, content: 'psst', draft: true } })
    const made = await wire.answer(1)
    const messageId = 'ok' in made ? (made.ok as Draft).id : ''
    wire.say({ id: 2, op: 'message.edit', input: { messageId, content: 'hello' } })
    expect(await wire.answer(2)).toMatchObject({ ok: { draft: true, content: 'hello' } })
    expect(await wire.ask('draft.send', { messageId })).toMatchObject({ seq: 1, content: 'hello' })
    await ears.event('message.created')
    expect(JSON.stringify(ears.items)).not.toContain('psst')
    wire.close()
    ears.close()
  })
})

describe('who leaves', () => {
  test('or is removed has no drafts there any more', async () => {
    const { alice, bob, id } = await aTalk()
    const other = await aGroup(alice, [bob])
    const { body: kept } = await save(bob, other.id, { content: 'kept' })
    const { body: mine } = await save(alice, id, { content: 'the owner’s' })
    for (const leave of [
      () => call(bob, 'DELETE', `/threads/${id}`),
      () => call(alice, 'DELETE', `/threads/${id}/members/${bob.id}`),
    ]) {
      const { body: draft } = await save(bob, id, { content: 'gone' })
      await evictDurableObject(threadObject(id))
      expect((await leave()).status).toBe(204)
      expect((await drafts(bob)).items).toEqual([kept])
      expect(refusal(await call(bob, 'GET', `/messages/${draft.id}`))).toEqual([404, 'not_found'])
      await call(alice, 'POST', `/threads/${id}/members`, { userId: bob.id })
    }
    expect((await drafts(alice)).items).toEqual([mine])
  })

  test('a direct thread, too, though it is only out of sight', async () => {
    const { alice, bob } = await aTalk()
    const { id } = await aThread(alice, [bob])
    await save(alice, id, { content: 'gone' })
    await call(alice, 'DELETE', `/threads/${id}`)
    expect((await drafts(alice)).items).toEqual([])
    // Nothing is left to tell when the alarm comes.
    await passTime(threadObject(id))
    await save(alice, id, { content: 'kept' })
    await passTime(threadObject(id))
    expect((await drafts(alice)).items.length).toBe(1)
  })
})
