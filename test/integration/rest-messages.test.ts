// Messages over REST: sent, listed, changed, taken back, reacted to.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aGroup, aThread, call, refusal, send, signIn, threadObject } from './fixtures.ts'

type Page = { items: Message[]; nextCursor: string | null }

describe('a message', () => {
  test('sent is answered whole, and read again the same', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const thread = await aThread(alice, [bob])
    const { status, body } = await call<Message>(alice, 'POST', `/threads/${thread.id}/messages`, {
      content: 'hi <b>',
      clientId: 'one',
      metadata: { a: [1, null] },
      mentions: [bob.id, 'nobody'],
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^m0/),
      threadId: thread.id,
      seq: 1,
      version: thread.version + 1,
      clientId: 'one',
      sender: { id: alice.id, name: 'Alice', avatarUrl: null },
      kind: 'text',
      format: 'plain',
      content: 'hi <b>',
      metadata: { a: [1, null] },
      attachments: [],
      mentions: [bob.id],
      replyTo: null,
      forwardedFrom: null,
      reactions: [],
      preview: null,
      createdAt: expect.any(String),
      editedAt: null,
      deletedAt: null,
    })
    expect(Math.abs(Date.now() - Date.parse(body.createdAt))).toBeLessThan(5000)
    await evictDurableObject(threadObject(thread.id))
    expect((await call(bob, 'GET', `/messages/${body.id}`)).body).toEqual(body)
    expect((await call<Page>(bob, 'GET', `/threads/${thread.id}/messages`)).body).toEqual({
      items: [body],
      nextCursor: null,
    })
  })

  test('sent again under its clientId or Idempotency-Key is the first one', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const path = `/threads/${id}/messages`
    const key = { 'Idempotency-Key': 'k' }
    const first = await call<Message>(alice, 'POST', path, { content: 'hi' }, key)
    expect(first.status).toBe(201)
    await evictDurableObject(threadObject(id))
    const again = await call(alice, 'POST', path, { content: 'hi', clientId: 'k' })
    expect([again.status, again.body]).toEqual([200, first.body])
    const other = await call(alice, 'POST', path, { content: 'ho' }, key)
    expect(refusal(other)).toEqual([409, 'idempotency_mismatch'])
    // Under somebody else's key of the same name it is another message.
    expect((await send(bob, id, 'ho', { clientId: 'k' })).seq).toBe(2)
    await call(alice, 'PATCH', `/messages/${first.body.id}`, { content: 'edited' })
    const late = await call<Message>(alice, 'POST', path, { content: 'hi' }, key)
    expect([late.status, late.body.content]).toEqual([200, 'edited'])
  })

  test('lists in seq order by before, after, around and limit', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    for (let n = 1; n <= 7; n++) await send(n % 2 ? alice : bob, id, `m${n}`)
    const seqs = async (query: string) => {
      const { body } = await call<Page>(bob, 'GET', `/threads/${id}/messages?${query}`)
      return [body.items.map(({ seq }) => seq), body.nextCursor]
    }
    expect(await seqs('')).toEqual([[1, 2, 3, 4, 5, 6, 7], null])
    expect(await seqs('limit=3')).toEqual([[5, 6, 7], '5'])
    expect(await seqs('limit=3&before=5')).toEqual([[2, 3, 4], '2'])
    expect(await seqs('limit=3&before=2')).toEqual([[1], null])
    expect(await seqs('limit=2&after=3')).toEqual([[4, 5], null])
    expect((await seqs('limit=3&around=4'))[0]).toEqual([3, 4, 5])
    expect((await seqs('before=1'))[0]).toEqual([])
  })

  test('is edited by its author alone, with its earlier texts kept', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'one')
    const path = `/messages/${sent.id}`
    const edited = await call<Message>(alice, 'PATCH', path, { content: 'two' })
    expect(edited.body).toEqual({
      ...sent,
      content: 'two',
      version: expect.any(Number),
      editedAt: expect.any(String),
    })
    expect(edited.body.version).toBeGreaterThan(sent.version)
    const same = await call<Message>(alice, 'PATCH', path, { content: 'two' })
    expect(same.body).toEqual(edited.body)
    expect(refusal(await call(bob, 'PATCH', path, { content: 'x' }))).toEqual([403, 'forbidden'])
    await call(alice, 'PATCH', path, { content: 'three' })
    await evictDurableObject(threadObject(id))
    const history = await call(bob, 'GET', `${path}/history`)
    expect(history.body).toEqual({
      items: [
        { content: 'one', format: 'plain', editedAt: expect.any(String) },
        { content: 'two', format: 'plain', editedAt: expect.any(String) },
      ],
    })
  })

  test('is edited for a quarter of an hour, and taken back at any time', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const sent = await send(alice, id, 'one')
    const path = `/messages/${sent.id}`
    vi.setSystemTime(Date.parse(sent.createdAt) + 15 * 60_000)
    expect((await call(alice, 'PATCH', path, { content: 'two' })).status).toBe(200)
    vi.setSystemTime(Date.parse(sent.createdAt) + 15 * 60_000 + 1)
    expect(refusal(await call(alice, 'PATCH', path, { content: 'x' }))).toEqual([403, 'forbidden'])
    expect((await call(alice, 'DELETE', path)).status).toBe(204)
    vi.useRealTimers()
  })

  test('deleted for all stays as a tombstone', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'secret', { metadata: { a: 1 }, mentions: [bob.id] })
    await call(bob, 'PUT', `/messages/${sent.id}/reactions/x`)
    await call(alice, 'PATCH', `/messages/${sent.id}`, { content: 'secret 2' })
    expect(refusal(await call(bob, 'DELETE', `/messages/${sent.id}`))).toEqual([403, 'forbidden'])
    expect((await call(alice, 'DELETE', `/messages/${sent.id}`)).status).toBe(204)
    expect((await call(alice, 'DELETE', `/messages/${sent.id}`)).status).toBe(204)
    await evictDurableObject(threadObject(id))
    const { body } = await call<Message>(bob, 'GET', `/messages/${sent.id}`)
    expect(body).toEqual({
      ...sent,
      content: null,
      metadata: null,
      mentions: [],
      version: expect.any(Number),
      editedAt: expect.any(String),
      deletedAt: expect.any(String),
    })
    const history = await call(bob, 'GET', `/messages/${sent.id}/history`)
    expect(history.body).toEqual({ items: [] })
    const late = await call(alice, 'PATCH', `/messages/${sent.id}`, { content: 'x' })
    expect(refusal(late)).toEqual([409, 'conflict'])
    const react = await call(bob, 'PUT', `/messages/${sent.id}/reactions/y`)
    expect(refusal(react)).toEqual([409, 'conflict'])
  })

  test('deleted for me is gone for me alone', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'hi')
    expect((await call(bob, 'DELETE', `/messages/${sent.id}?for=me`)).status).toBe(204)
    await evictDurableObject(threadObject(id))
    expect(refusal(await call(bob, 'GET', `/messages/${sent.id}`))).toEqual([404, 'not_found'])
    const mine = await call<Page>(bob, 'GET', `/threads/${id}/messages`)
    expect(mine.body.items).toEqual([])
    const sync = await call<{ messages: unknown[] }>(bob, 'GET', `/threads/${id}/sync`)
    expect(sync.body.messages).toEqual([
      { id: sent.id, seq: 1, version: expect.any(Number), hidden: true },
    ])
    expect((await call(bob, 'GET', '/unread')).body).toEqual({ total: 0, mentions: 0, items: [] })
    expect((await call<Page>(alice, 'GET', `/threads/${id}/messages`)).body.items).toEqual([sent])
  })

  test('is taken back by admins of a group, not by members', async () => {
    const [alice, bob, cleo] = [await signIn('Alice'), await signIn('Bob'), await signIn('Cleo')]
    const { id } = await aGroup(alice, [bob, cleo])
    const sent = await send(bob, id, 'hi')
    expect(refusal(await call(cleo, 'DELETE', `/messages/${sent.id}`))).toEqual([403, 'forbidden'])
    expect((await call(alice, 'DELETE', `/messages/${sent.id}`)).status).toBe(204)
  })

  test('carries reactions, each person’s once', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'hi')
    const heart = `/messages/${sent.id}/reactions/${encodeURIComponent('❤️')}`
    await call(bob, 'PUT', heart)
    await call(alice, 'PUT', heart)
    const both = await call<Message>(bob, 'PUT', heart)
    expect(both.body.reactions).toEqual([{ emoji: '❤️', count: 2, userIds: [bob.id, alice.id] }])
    await evictDurableObject(threadObject(id))
    const one = await call<Message>(bob, 'DELETE', heart)
    expect(one.body.reactions).toEqual([{ emoji: '❤️', count: 1, userIds: [alice.id] }])
    expect((await call<Message>(bob, 'DELETE', heart)).body).toEqual(one.body)
    const bad = await call(bob, 'PUT', `/messages/${sent.id}/reactions/${'x'.repeat(33)}`)
    expect(refusal(bad)).toEqual([400, 'invalid'])
    expect(JSON.stringify(bad.body)).toContain('emoji')
  })

  test('can have one reaction of each person, whatever they send at once', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'hi')
    const at = `/messages/${sent.id}/reactions`
    const react = (emoji: string, replace?: boolean) =>
      call<Message>(bob, 'PUT', `${at}/${emoji}`, { replace })
    await react('a')
    await react('b')
    await call(alice, 'PUT', `${at}/a`)
    const all = await Promise.all(['c', 'd', 'e', 'f'].map((emoji) => react(emoji, true)))
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    await evictDurableObject(threadObject(id))
    const { body: one } = await react('g', true)
    expect(one.reactions).toEqual([
      { emoji: 'a', count: 1, userIds: [alice.id] },
      { emoji: 'g', count: 1, userIds: [bob.id] },
    ])
    expect((await react('g', true)).body).toEqual(one)
    await react('h')
    const { body: cleared } = await call<Message>(bob, 'DELETE', at)
    expect(cleared.reactions).toEqual([{ emoji: 'a', count: 1, userIds: [alice.id] }])
    expect((await call<Message>(bob, 'DELETE', at)).body).toEqual(cleared)
  })

  test('replies to a message of its thread only', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const here = await aThread(alice, [bob])
    const there = await aGroup(alice, [bob])
    const [first, elsewhere] = [await send(alice, here.id, 'a'), await send(alice, there.id, 'b')]
    expect((await send(bob, here.id, 'c', { replyTo: first.id })).replyTo).toBe(first.id)
    const path = `/threads/${here.id}/messages`
    const bad = await call(bob, 'POST', path, { content: 'd', replyTo: elsewhere.id })
    expect(refusal(bad)).toEqual([400, 'invalid'])
  })

  test('as HTML is cleaned, and holds something', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const html = '<b>hi</b><script>alert(1)</script><x>you</x>'
    const sent = await send(alice, id, html, { format: 'html' })
    expect(sent.content).toBe('<b>hi</b>&#x3C;x>you&#x3C;/x>')
    const path = `/threads/${id}/messages`
    const empty = { content: '<script>1</script>', format: 'html' }
    expect(refusal(await call(alice, 'POST', path, empty))).toEqual([400, 'invalid'])
  })

  test('has receipts of who got and read it', async () => {
    const [alice, bob, cleo] = [await signIn('Alice'), await signIn('Bob'), await signIn('Cleo')]
    const { id } = await aGroup(alice, [bob, cleo])
    const sent = await send(alice, id, 'hi')
    await call(bob, 'GET', `/threads/${id}/sync`)
    await call(cleo, 'POST', `/messages/${sent.id}/read`)
    await evictDurableObject(threadObject(id))
    const { body } = await call(alice, 'GET', `/messages/${sent.id}/receipts`)
    expect(body).toEqual({
      items: [
        { userId: bob.id, deliveredAt: expect.any(String), readAt: null },
        { userId: cleo.id, deliveredAt: expect.any(String), readAt: expect.any(String) },
      ],
    })
  })
})

describe('bad input names its field', () => {
  test.each([
    ['content', {}],
    ['content', { content: '' }],
    ['content', { content: '  \n ' }],
    ['content', { content: 'x'.repeat(10_001) }],
    ['content', { content: 7 }],
    ['clientId', { content: 'x', clientId: '' }],
    ['clientId', { content: 'x', clientId: 'x'.repeat(65) }],
    ['format', { content: 'x', format: 'markdown' }],
    ['kind', { content: 'x', kind: 'system' }],
    ['metadata', { content: 'x', metadata: { a: 'x'.repeat(8200) } }],
    ['metadata', { content: 'x', metadata: [] }],
    ['mentions', { content: 'x', mentions: Array<string>(51).fill('bob') }],
    ['replyTo', { content: 'x', replyTo: 'nothing' }],
  ])('%s in %j', async (field, input) => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const { id } = await aThread(alice, [bob])
    const answer = await call<{ error: { message: string } }>(
      alice,
      'POST',
      `/threads/${id}/messages`,
      input,
    )
    expect(refusal(answer as never)).toEqual([400, 'invalid'])
    expect(answer.body.error.message).toMatch(new RegExp(`^${field}`))
  })
})

describe('what is not mine does not exist', () => {
  test('for a stranger and for an admin of the service', async () => {
    const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
    const eve = await signIn('Eve', { role: 'admin' })
    const { id } = await aThread(alice, [bob])
    const sent = await send(alice, id, 'hi')
    const m = `/messages/${sent.id}`
    const asks: [string, string, unknown?][] = [
      ['POST', `/threads/${id}/messages`, { content: 'x' }],
      ['GET', `/threads/${id}/messages`],
      ['GET', m],
      ['PATCH', m, { content: 'x' }],
      ['DELETE', m],
      ['GET', `${m}/history`],
      ['GET', `${m}/receipts`],
      ['POST', `${m}/read`],
      ['PUT', `${m}/reactions/x`],
      ['DELETE', `${m}/reactions/x`],
      ['DELETE', `${m}/reactions`],
      ['POST', `${m}/accept`],
      ['GET', '/messages/m0000000000000000000000-1'],
      ['GET', `/messages/${sent.id.replace(/-1$/, '-2')}`],
      ['GET', '/messages/nonsense'],
      ['GET', '/threads/nonsense/messages'],
    ]
    const answers = await Promise.all(asks.map((ask) => call(eve, ...ask)))
    for (const answer of answers) expect(refusal(answer)).toEqual([404, 'not_found'])
  })
})
