// How the EventFlow document is read where it is silent or contradicts itself, and why.
import { env } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Someone } from '../integration/fixtures.ts'
import { aGroup, aThread, call, send, signIn, socket } from '../integration/fixtures.ts'
import { request } from './fixtures.ts'

const M = '/api/v2/messages'
const A = '/api/v2'

type Shape = Record<string, unknown> & { _id: string }
type Answered = {
  success: boolean
  error: string
  code: string
  thread: Shape
  threads: Shape[]
  message: Shape
  messages: Shape[]
  drafts: Shape[]
  hasMore: boolean
}
const ask = (user: Someone, method: string, path: string, body?: unknown) =>
  request<Answered>(user, method, path, body)
const ids = (shapes: Shape[]) => shapes.map(({ _id }) => _id)
const contents = (shapes: Shape[]) => shapes.map(({ content }) => content)

async function two(claims: Record<string, unknown> = {}) {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob', claims)]
  return { alice, bob, thread: await aThread(alice, [bob]) }
}

describe('threads, as the client class draws them', () => {
  test('participant is the other person of a direct thread', async () => {
    const { alice, bob, thread } = await two({ picture: 'https://a.example/b.png' })
    await send(bob, thread.id, 'hi')
    const live = await socket(bob)
    const { body } = await ask(alice, 'GET', `${M}/threads`)
    expect(body.threads).toMatchObject([
      {
        _id: thread.id,
        participants: [alice.id, bob.id],
        participant: {
          _id: bob.id,
          name: 'Bob',
          avatar: 'https://a.example/b.png',
          status: 'online',
        },
        lastMessage: { content: 'hi' },
        unreadCount: 1,
        status: 'active',
      },
    ])
    live.close()
  })

  // Who is there comes from the read model; a thread itself does not.
  test('a thread is shown though presence cannot be had', async () => {
    const { alice, bob, thread } = await two()
    await env.DB.exec('ALTER TABLE members RENAME TO elsewhere')
    const shown = await ask(alice, 'GET', `${M}/threads/${thread.id}`)
    await env.DB.exec('ALTER TABLE elsewhere RENAME TO members')
    expect([shown.status, shown.body.thread.participant]).toMatchObject([
      200,
      { _id: bob.id, status: 'offline' },
    ])
  })

  test('and in a group the one who wrote last', async () => {
    const [alice, bob, carol] = [await signIn('Alice'), await signIn('Bob'), await signIn('Carol')]
    const { id } = await aGroup(alice, [bob, carol])
    const { body: before } = await ask(alice, 'GET', `${M}/threads/${id}`)
    expect(before.thread.participant).toMatchObject({ _id: bob.id })
    await send(carol, id, 'hi')
    const { body } = await ask(alice, 'GET', `${M}/threads/${id}`)
    expect(body.thread.participant).toMatchObject({ _id: carol.id })
  })

  // A thread without a message has a date to show all the same: `formatTime(thread.lastMessageAt)`.
  test('lastMessageAt is always a date, lastMessage null without one', async () => {
    const { alice, bob, thread } = await two()
    const { body } = await ask(alice, 'GET', `${M}/threads/${thread.id}`)
    expect(body.thread).toMatchObject({ lastMessage: null, lastMessageAt: thread.createdAt })
    const only = await send(bob, thread.id, 'only')
    await ask(bob, 'DELETE', `${M}/${only.id}`)
    expect((await ask(alice, 'GET', `${M}/threads/${thread.id}`)).body.thread.lastMessage).toBe(
      null,
    )
  })

  // Two people have one thread: a second create finds the first, whatever its subject.
  test('a subject is the title, and two people have one thread', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const create = (subject?: string) =>
      ask(alice, 'POST', `${M}/threads`, { participants: [bob.id], subject })
    const first = await create('The <b>wedding</b>')
    expect([first.status, first.body.thread.subject]).toEqual([201, 'The ‹b›wedding‹/b›'])
    const again = await create('Flowers')
    expect([again.status, again.body.thread._id]).toEqual([200, first.body.thread._id])
  })

  // "Archive thread (soft delete)": for the caller alone, and until the next message.
  test('DELETE archives for me alone; a message brings it back', async () => {
    const { alice, bob, thread } = await two()
    await ask(alice, 'DELETE', `${M}/threads/${thread.id}`)
    const list = async (user: Someone, query = '') =>
      ids((await ask(user, 'GET', `${M}/threads${query}`)).body.threads)
    expect(await list(alice)).toEqual([])
    expect(await list(alice, '?status=archived')).toEqual([thread.id])
    expect(await list(bob)).toEqual([thread.id])
    await ask(bob, 'POST', `${M}/${thread.id}`, { content: 'still there?' })
    expect(await list(alice)).toEqual([thread.id])
  })

  test('skip and limit page through them, pinned first', async () => {
    const alice = await signIn('Alice')
    const threads = []
    for (let n = 0; n < 5; n++) threads.push(await aGroup(alice, [], { title: `t${n}` }))
    await ask(alice, 'POST', `${A}/threads/${threads[1]?.id}/pin`)
    const page = async (query: string) => {
      const { body } = await ask(alice, 'GET', `${M}/threads?${query}`)
      return [body.threads.map(({ subject }) => subject), body.hasMore]
    }
    expect(await page('limit=2')).toEqual([['t1', 't4'], true])
    expect(await page('limit=2&skip=2')).toEqual([['t3', 't2'], true])
    expect(await page('limit=2&skip=4')).toEqual([['t0'], false])
  })
})

describe('messages', () => {
  // Lists are oldest first inside a page, and the first page is the newest.
  test('page by limit, skip and before, without what was deleted', async () => {
    const { alice, bob, thread } = await two()
    const sent: Message[] = []
    for (let n = 1; n <= 6; n++) sent.push(await send(n % 2 ? alice : bob, thread.id, `m${n}`))
    await ask(bob, 'DELETE', `${M}/${sent[3]?.id}`)
    const page = async (query: string) => {
      const { body } = await ask(bob, 'GET', `${M}/${thread.id}?${query}`)
      return [contents(body.messages), body.hasMore]
    }
    expect(await page('limit=3')).toEqual([['m3', 'm5', 'm6'], true])
    expect(await page('limit=3&skip=3')).toEqual([['m1', 'm2'], false])
    // The document says only `before`; a client may have the id or the time of its oldest message.
    expect(await page(`limit=2&before=${sent[4]?.id}`)).toEqual([['m2', 'm3'], true])
    expect(await page('limit=2&before=5')).toEqual([['m2', 'm3'], true])
    const times = sent.map(({ createdAt }) => createdAt)
    for (const time of [...times, '2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z']) {
      const older = sent.filter((each) => Date.parse(each.createdAt) < Date.parse(time))
      const shown = older.filter((each) => each !== sent[3]).map(({ content }) => content)
      // oxlint-disable-next-line no-await-in-loop
      expect([time, await page(`before=${time}`)]).toEqual([time, [shown, false]])
    }
  })

  test('status is sent, delivered or read: what everybody else did', async () => {
    const { alice, bob, thread } = await two()
    const { id } = await send(alice, thread.id, 'hi')
    const status = async () => {
      const { body } = await ask(alice, 'GET', `${M}/${thread.id}`)
      return [body.messages[0]?.status, body.messages[0]?.readBy]
    }
    expect(await status()).toEqual(['sent', []])
    await call(bob, 'GET', `/threads/${thread.id}/sync`)
    expect(await status()).toEqual(['delivered', []])
    await ask(bob, 'POST', `${M}/${id}/read`)
    expect(await status()).toEqual(['read', [{ userId: bob.id, readAt: expect.any(String) }]])
  })

  // The endpoint list says "Mark single message as read", its aliases "POST /:conversationId/read".
  test('POST /:id/read takes a message or a thread', async () => {
    const { alice, bob, thread } = await two()
    const first = await send(alice, thread.id, 'one')
    await send(alice, thread.id, 'two')
    const read = async (id: string) => (await ask(bob, 'POST', `${M}/${id}/read`)).body
    expect(await read(first.id)).toEqual({ success: true, unreadCount: 1 })
    expect(await read(thread.id)).toEqual({ success: true, unreadCount: 0 })
  })

  // "Add/toggle reaction": native reactions are idempotent, so the second time takes it back.
  test('a reaction twice is none', async () => {
    const { alice, bob, thread } = await two()
    const { id } = await send(alice, thread.id, 'hi')
    const react = async (user: Someone, emoji: string) =>
      (await request(user, 'POST', `${M}/${id}/reactions`, { emoji })).body.reactions
    await react(bob, '👍')
    expect(await react(alice, '👍')).toEqual([
      { emoji: '👍', userId: bob.id },
      { emoji: '👍', userId: alice.id },
    ])
    expect(await react(bob, '👍')).toEqual([{ emoji: '👍', userId: alice.id }])
  })

  // "The token decides who speaks": a body that names somebody else is taken as oneself.
  test('nobody sends as somebody else', async () => {
    const { alice, bob, thread } = await two()
    const body = { content: 'hi', senderId: bob.id, userId: bob.id, sender: { _id: bob.id } }
    const sent = await ask(alice, 'POST', `${M}/${thread.id}`, body)
    expect([sent.status, sent.body.message.senderId]).toEqual([201, alice.id])
  })

  // "Edit message (currently drafts only)" and "Edit messages within 15 minutes": one PUT, by kind.
  test('PUT /:messageId changes a draft, sends it, and edits what was sent', async () => {
    const { alice, bob, thread } = await two()
    const draft = { content: 'sec<b>ret</b><script>1</script>', isDraft: true }
    const made = await ask(alice, 'POST', `${M}/${thread.id}`, draft)
    expect([made.status, made.body.message]).toMatchObject([
      201,
      { isDraft: true, content: 'sec<b>ret</b>' },
    ])
    const id = made.body.message._id
    expect(contents((await ask(bob, 'GET', `${M}/${thread.id}`)).body.messages)).toEqual([])
    expect((await ask(bob, 'PUT', `${M}/${id}`, { content: 'mine now' })).status).toBe(404)
    await ask(alice, 'PUT', `${M}/${id}`, { content: 'better' })
    expect(contents((await ask(alice, 'GET', `${M}/drafts`)).body.drafts)).toEqual(['better'])
    const sent = await ask(alice, 'PUT', `${M}/${id}`, { isDraft: false })
    expect(sent.body.message).toMatchObject({ isDraft: false, content: 'better' })
    expect((await ask(alice, 'GET', `${M}/drafts`)).body.drafts).toEqual([])
    const edited = await ask(alice, 'PUT', `${M}/${sent.body.message._id}`, { content: 'best' })
    expect(edited.body.message).toMatchObject({ content: 'best', isEdited: true })
    expect((await ask(bob, 'PUT', `${M}/${sent.body.message._id}`, { content: 'x' })).status).toBe(
      403,
    )
    const history = await request(bob, 'GET', `${M}/${sent.body.message._id}/history`)
    expect(history.body.history).toEqual([{ content: 'better', editedAt: expect.any(String) }])
  })

  test('POST /:threadId {draftId} sends a draft', async () => {
    const { alice, bob, thread } = await two()
    const path = `${M}/${thread.id}`
    const made = await ask(alice, 'POST', path, { content: 'later', isDraft: true })
    const draftId = made.body.message._id
    const sent = await ask(alice, 'POST', path, { draftId })
    expect([sent.status, sent.body.message.content]).toEqual([201, 'later'])
    const again = await ask(alice, 'POST', path, { draftId })
    expect([again.status, again.body.message._id]).toEqual([200, sent.body.message._id])
    expect(contents((await ask(bob, 'GET', path)).body.messages)).toEqual(['later'])
  })

  // The client sends every message over the socket and "also via REST API as backup".
  test('the backup of what the socket sent is answered by the first message', async () => {
    const { alice, thread } = await two()
    const live = await socket(alice)
    const content = 'both <i>ways</i>'
    const first = await live.ask('message.send', { threadId: thread.id, content, format: 'html' })
    const backup = await ask(alice, 'POST', `${M}/${thread.id}`, { content, attachments: [] })
    expect([backup.status, backup.body.message._id]).toEqual([200, first.id])
    const retry = await ask(alice, 'POST', `${M}/${thread.id}`, { content, attachments: [] })
    expect(retry.body.message._id).toBe(first.id)
    expect((await ask(alice, 'GET', `${M}/${thread.id}`)).body.messages.length).toBe(1)
    live.close()
  })
})

describe('what a page may put into innerHTML', () => {
  test('content is HTML with nothing that runs; plain messages of other doors are escaped', async () => {
    const { alice, bob, thread } = await two()
    await ask(alice, 'POST', `${M}/${thread.id}`, {
      content: '<b>hi</b><img src=x onerror=alert(1)><script>alert(1)</script>',
    })
    await send(bob, thread.id, '<img src=x onerror=alert(1)>')
    const { body } = await ask(alice, 'GET', `${M}/${thread.id}`)
    expect(contents(body.messages)).toEqual([
      '<b>hi</b>&#x3C;img src=x onerror=alert(1)>',
      '&lt;img src=x onerror=alert(1)&gt;',
    ])
  })

  test('names, titles and metadata hold no tags, avatars are addresses', async () => {
    const mallory = await signIn('Mallory', {
      name: '<script>alert(1)</script>',
      picture: 'https://a.example/"onerror="alert(1)',
    })
    const alice = await signIn('Alice')
    const { id } = await aThread(mallory, [alice], { metadata: { subject: '<img src=x>' } })
    const { body } = await ask(alice, 'GET', `${M}/threads/${id}`)
    expect(body.thread).toMatchObject({
      participant: {
        name: '‹script›alert(1)‹/script›',
        avatar: 'https://a.example/%22onerror=%22alert(1)',
      },
      metadata: { subject: '‹img src=x›' },
    })
  })
})
