// People over REST: profiles, blocks, what is unread.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Thread } from '../../src/contract/thread.ts'
import {
  aGroup,
  aThread,
  aToken,
  call,
  passTime,
  readModel,
  refusal,
  send,
  signIn,
  socket,
  threadObject,
  threadSocket,
  userObject,
} from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page<T> = { items: T[]; nextCursor: string | null }
const time = expect.stringMatching(/^\d{4}-.*Z$/)
const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
const contents = async (user: Someone, id: string) => {
  const { body } = await call<Page<Message>>(user, 'GET', `/threads/${id}/messages`)
  return body.items.map(({ content }) => content)
}

describe('a profile', () => {
  test('is made of the token’s claims, refreshed by the next, and changed by its owner', async () => {
    const [alice, bob] = await three()
    const claims = { picture: 'https://a.test/a.png', email: 'a@b.test', role: 'x', tier: 'pro' }
    const anna = await signIn('Anna', claims)
    expect((await call(anna, 'GET', '/me')).body).toEqual({
      id: anna.id,
      name: 'Anna',
      avatarUrl: 'https://a.test/a.png',
      email: 'a@b.test',
      role: 'x',
      tier: 'pro',
      privacy: { presence: 'contacts' },
      servicePackages: [],
      createdAt: time,
    })
    const change = { privacy: { presence: 'nobody' }, servicePackages: [{ id: 'p', name: 'P' }] }
    const changed = await call(anna, 'PATCH', '/me', change)
    expect(changed.body).toMatchObject(change)
    await evictDurableObject(userObject(anna))
    expect((await call(anna, 'GET', '/me')).body).toEqual(changed.body)
    expect((await call(bob, 'GET', `/users/${anna.id}`)).body).toEqual({
      id: anna.id,
      name: 'Anna',
      avatarUrl: 'https://a.test/a.png',
      role: 'x',
      servicePackages: [{ id: 'p', name: 'P' }],
    })
    const renamed = { ...anna, token: await aToken({ sub: anna.id, name: 'Anne' }) }
    expect((await call(renamed, 'GET', '/me')).body).toMatchObject({ name: 'Anne', role: 'user' })
    expect((await call(bob, 'GET', `/users/${anna.id}`)).body).toMatchObject({ name: 'Anne' })
    expect(refusal(await call(alice, 'GET', '/users/nobody'))).toEqual([404, 'not_found'])
  })

  test('shows its new name in every thread', async () => {
    const [alice, bob] = await three()
    const nameless = { ...bob, token: await aToken({ sub: bob.id }) }
    await call(nameless, 'GET', '/me')
    const { id } = await aThread(alice, [bob])
    const b = await threadSocket(alice, id)
    expect((await call(nameless, 'PATCH', '/me', { name: 'Bobby' })).body).toMatchObject({
      name: 'Bobby',
    })
    await passTime(userObject(bob))
    const { data } = await b.event('member.updated')
    expect(data).toMatchObject({ userId: bob.id, name: 'Bobby' })
    expect((await send(nameless, id, 'hi')).sender.name).toBe('Bobby')
  })

  test('shows the parts of its name and its role, as the token says them', async () => {
    const [alice] = await three()
    const doe = { firstName: 'John Paul', lastName: 'Doe' }
    const claims = { first_name: doe.firstName, last_name: doe.lastName, role: 'therapist' }
    const john = await signIn('John', { name: undefined, ...claims })
    expect((await call(john, 'GET', '/me')).body).toMatchObject({ ...doe, name: 'John Paul Doe' })
    const thread = await aThread(alice, [john])
    const { sender } = await send(john, thread.id, 'hi')
    expect(sender).toEqual({ id: john.id, name: 'John Paul Doe', avatarUrl: null, ...doe })
    await evictDurableObject(threadObject(thread.id))
    const one = (await call<Thread>(alice, 'GET', `/threads/${thread.id}`)).body
    const member = { userId: john.id, ...doe, role: 'member', userRole: 'therapist' }
    expect(one.members).toContainEqual(expect.objectContaining(member))
    expect(one.lastMessage?.sender).toEqual(sender)
    expect((await call<Page<Thread>>(alice, 'GET', '/threads')).body.items).toEqual([one])
    expect((await call(alice, 'GET', `/users/${john.id}`)).body).toMatchObject(doe)
    // A new name is a whole: its parts are not those of the old one.
    const plain = { ...john, token: await aToken({ sub: john.id, role: 'client' }) }
    const renamed = await call(plain, 'PATCH', '/me', { name: 'JP' })
    expect(renamed.body).toMatchObject({ name: 'JP', role: 'client' })
    expect(renamed.body).not.toHaveProperty('firstName')
    await passTime(userObject(john))
    const after = (await call<Thread>(alice, 'GET', `/threads/${thread.id}`)).body
    const [shown] = after.members.filter(({ userId }) => userId === john.id)
    expect(shown).toMatchObject({ name: 'JP', userRole: 'client' })
    expect(shown).not.toHaveProperty('firstName')
  })

  test.each([
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['avatarUrl', { avatarUrl: 'javascript:alert(1)' }],
    ['privacy', { privacy: { presence: 'all' } }],
    ['servicePackages', { servicePackages: [{}] }],
  ])('refuses a bad %s: %#', async (field, body) => {
    const [alice] = await three()
    const answer = await call<{ error: { message: string } }>(alice, 'PATCH', '/me', body)
    expect(refusal(answer as never)).toEqual([400, 'invalid'])
    expect(answer.body.error.message).toMatch(new RegExp(`^${field}`))
  })
})

describe('a block', () => {
  test('is listed, and ends', async () => {
    const [alice, bob] = await three()
    const block = { userId: bob.id, reason: 'spam', createdAt: time }
    const added = await call(alice, 'PUT', `/blocks/${bob.id}`, { reason: 'spam' })
    expect([added.status, added.body]).toEqual([200, block])
    expect((await call(alice, 'PUT', `/blocks/${bob.id}`, { reason: 'spam' })).body).toEqual(
      added.body,
    )
    await evictDurableObject(userObject(alice))
    expect((await call(alice, 'GET', '/blocks')).body).toEqual({
      items: [{ ...block, name: bob.id, avatarUrl: null }],
      nextCursor: null,
    })
    expect((await call(alice, 'DELETE', `/blocks/${bob.id}`)).status).toBe(204)
    expect((await call(alice, 'DELETE', `/blocks/${bob.id}`)).status).toBe(204)
    expect((await call(alice, 'GET', '/blocks')).body).toEqual({ items: [], nextCursor: null })
    const mine = await call(alice, 'PUT', `/blocks/${alice.id}`)
    expect(refusal(mine)).toEqual([400, 'invalid'])
  })

  test('stops a direct thread both ways, and leaves its messages', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const sent = await send(bob, id, 'before')
    await call(alice, 'PUT', `/blocks/${bob.id}`)
    await evictDurableObject(threadObject(id))
    const path = `/threads/${id}/messages`
    for (const one of [alice, bob]) {
      expect(refusal(await call(one, 'POST', path, { content: 'x' }))).toEqual([403, 'blocked'])
      expect(await contents(one, id)).toEqual(['before'])
    }
    const edit = await call(bob, 'PATCH', `/messages/${sent.id}`, { content: 'y' })
    expect(refusal(edit)).toEqual([403, 'blocked'])
    const react = await call(bob, 'PUT', `/messages/${sent.id}/reactions/x`)
    expect(refusal(react)).toEqual([403, 'blocked'])
    await call(alice, 'DELETE', `/blocks/${bob.id}`)
    expect((await send(bob, id, 'after')).seq).toBe(2)
  })

  test('made before the direct thread stops it too', async () => {
    const [alice, bob] = await three()
    await call(alice, 'PUT', `/blocks/${bob.id}`)
    const { id } = await aThread(bob, [alice])
    const answer = await call(bob, 'POST', `/threads/${id}/messages`, { content: 'x' })
    expect(refusal(answer)).toEqual([403, 'blocked'])
  })

  test('hides the later messages of a group from who blocked, everywhere', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    await send(bob, id, 'old')
    const wires = [await socket(alice), await threadSocket(alice, id)]
    await call(alice, 'PUT', `/blocks/${bob.id}`)
    const hidden = await send(bob, id, 'unseen', { mentions: [alice.id] })
    await evictDurableObject(threadObject(id))
    await call(bob, 'PATCH', `/messages/${hidden.id}`, { content: 'unseen still' })
    const b = await threadSocket(bob, id)
    await b.ask('typing.set', { threadId: id, typing: true })
    await send(cleo, id, 'seen')
    for (const wire of wires) {
      await wire.event('message.created', ({ content }) => content === 'seen')
      expect(JSON.stringify(wire.items)).not.toContain('unseen')
      expect(JSON.stringify(wire.items.filter((item) => 'event' in item))).not.toMatch(
        new RegExp(`"userIds":\\["${bob.id}`),
      )
    }
    expect(await contents(alice, id)).toEqual(['old', 'seen'])
    expect(await contents(cleo, id)).toEqual(['old', 'unseen still', 'seen'])
    expect(refusal(await call(alice, 'GET', `/messages/${hidden.id}`))).toEqual([404, 'not_found'])
    const sync = await call(alice, 'GET', `/threads/${id}/sync`)
    expect(JSON.stringify(sync.body)).not.toContain('unseen')
    const items = [{ threadId: id, unread: 2, mentions: 0 }]
    expect((await call(alice, 'GET', '/unread')).body).toEqual({ total: 2, mentions: 0, items })
    const list = await call<Page<{ unread: number }>>(alice, 'GET', '/threads')
    expect(list.body.items).toMatchObject([{ unread: 2, lastMessage: { content: 'seen' } }])
  })

  test('holds in a group that both come to later', async () => {
    const [alice, bob, cleo] = await three()
    await call(alice, 'PUT', `/blocks/${bob.id}`)
    const { id } = await aGroup(cleo, [alice, bob])
    await send(bob, id, 'unseen')
    expect(await contents(alice, id)).toEqual([])
    const other = await aGroup(cleo, [alice])
    await call(cleo, 'POST', `/threads/${other.id}/members`, { userId: bob.id })
    await send(bob, other.id, 'unseen')
    expect(await contents(alice, other.id)).toEqual([])
  })

  test('that was taken back at once is taken back everywhere', async () => {
    const [alice, bob] = await three()
    const [direct, group] = [await aThread(alice, [bob]), await aGroup(alice, [bob])]
    const wire = await socket(alice)
    const ask = (id: string, op: string) => ({ id, op, input: { userId: bob.id } })
    const moves = Array.from({ length: 9 }, (_, n) => `${n}`)
    wire.say(moves.flatMap((n) => [ask(n, 'block.add'), ask(`-${n}`, 'block.remove')]))
    await Promise.all(moves.map((n) => wire.answer(`-${n}`)))
    await userObject(alice).settle()
    for (const { id } of [direct, group]) {
      await send(bob, id, 'back')
      expect(await contents(alice, id)).toEqual(['back'])
    }
    expect(await unread(alice)).toMatchObject({ total: 2 })
  })

  test('renewed counts from its new start, in the read model as well', async () => {
    const [alice, bob] = await three()
    const { id } = await aGroup(alice, [bob])
    await call(alice, 'PUT', `/blocks/${bob.id}`)
    await call(alice, 'DELETE', `/blocks/${bob.id}`)
    await send(bob, id, 'between')
    await call(alice, 'PUT', `/blocks/${bob.id}`)
    await send(bob, id, 'late')
    expect(await contents(alice, id)).toEqual(['between'])
    expect((await call(alice, 'GET', '/unread')).body).toMatchObject({ total: 1 })
    expect((await readModel(id)).messages.length).toBe(2)
  })
})

const unread = async (user: Someone) => (await call(user, 'GET', '/unread')).body

describe('what is unread', () => {
  test('is what came after my cursor, of others, not deleted, and moves as I read', async () => {
    const [alice, bob, cleo] = await three()
    const { id } = await aGroup(alice, [bob, cleo])
    const sent: Message[] = []
    for (let n = 1; n <= 5; n++)
      sent.push(await send(n === 3 ? cleo : alice, id, `${n}`, { mentions: [bob.id] }))
    const at = (count: number, mentions = count) => ({
      total: count,
      mentions,
      items: count === 0 ? [] : [{ threadId: id, unread: count, mentions }],
    })
    const read = async (path: string, body?: object) => (await call(bob, 'POST', path, body)).body
    expect(await unread(bob)).toEqual(at(5))
    expect(await unread(alice)).toEqual(at(0))
    expect(await unread(cleo)).toEqual(at(2, 0))
    expect(await read(`/threads/${id}/read`, { seq: 2 })).toEqual({ readSeq: 2, unread: 3 })
    await evictDurableObject(threadObject(id))
    expect(await unread(bob)).toEqual(at(3))
    expect(await read(`/threads/${id}/read`, { seq: 1 })).toEqual({ readSeq: 2, unread: 3 })
    await call(alice, 'DELETE', `/messages/${sent[3]?.id}`)
    expect(await unread(bob)).toEqual(at(2))
    expect(await read(`/messages/${sent[2]?.id}/read`)).toEqual({ readSeq: 3, unread: 1 })
    expect(await read(`/threads/${id}/read`, { seq: 99 })).toEqual({ readSeq: 5, unread: 0 })
    expect(await unread(bob)).toEqual(at(0))
    expect(await read(`/threads/${id}/unread`)).toEqual({ readSeq: 4, unread: 1 })
    expect(await read(`/threads/${id}/unread`, { seq: 1 })).toEqual({ readSeq: 0, unread: 4 })
    await evictDurableObject(threadObject(id))
    expect(await unread(bob)).toEqual(at(4))
    // Who writes has read.
    await send(bob, id, 'mine')
    expect(await unread(bob)).toEqual(at(0))
    await send(alice, id, 'more')
    expect(await unread(bob)).toEqual(at(1, 0))
    await call(bob, 'POST', `/threads/${id}/archive`)
    expect(await unread(bob)).toEqual({ ...at(1, 0), total: 0 })
    const bad = await call(bob, 'POST', `/threads/${id}/unread`, { seq: 0 })
    expect(refusal(bad)).toEqual([400, 'invalid'])
  })
})
