// Presence: who is there, who may know, and what is said of it.
import { evictDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { Presence } from '../../src/contract/user.ts'
import {
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
import type { Someone } from './fixtures.ts'

const three = () => Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])

const status = async (viewer: Someone, of: Someone) => {
  const path = `/presence?userIds=${of.id}`
  return (await call<{ items: object[] }>(viewer, 'GET', path)).body.items[0]
}

describe('presence', () => {
  test('is online with a socket of any kind, offline after ten seconds of grace', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const a = await socket(alice)
    for (const open of [() => socket(bob), () => threadSocket(bob, id)]) {
      a.items.length = 0
      const b = await open()
      const online = { userId: bob.id, status: 'online', lastSeen: null }
      expect((await a.event('presence.updated')).data).toEqual(online)
      expect(await status(alice, bob)).toEqual(online)
      await evictDurableObject(userObject(bob))
      expect(await status(alice, bob)).toEqual(online)
      await evictDurableObject(userObject(bob))
      await evictDurableObject(threadObject(id))
      b.close(1000)
      await b.closed
      // A reload within the grace is no event.
      const again = await open()
      again.close(1000)
      await again.closed
      expect(a.names().filter((name) => name === 'presence.updated')).toEqual(['presence.updated'])
      await evictDurableObject(userObject(bob))
      await passTime(userObject(bob))
      const { data } = await a.event('presence.updated', (one) => one.status === 'offline')
      expect(data).toEqual({ userId: bob.id, status: 'offline', lastSeen: expect.any(String) })
    }
  })

  test('is away when every device says so', async () => {
    const [alice, bob] = await three()
    await aThread(alice, [bob])
    const a = await socket(alice)
    const [desk, phone] = [await socket(bob), await socket(bob)]
    await desk.ask('presence.set', { status: 'away' })
    expect(await status(alice, bob)).toMatchObject({ status: 'online' })
    await evictDurableObject(userObject(bob))
    expect(await phone.ask('presence.set', { status: 'away' })).toMatchObject({ status: 'away' })
    await a.event('presence.updated', (one) => one.status === 'away')
    await desk.ask('presence.set', { status: 'online' })
    await a.event('presence.updated', (one) => one.status === 'online')
    expect(await status(alice, bob)).toMatchObject({ status: 'online' })
  })

  test('is not said again for a thread that is opened and closed meanwhile', async () => {
    const [alice, bob] = await three()
    const { id } = await aThread(alice, [bob])
    const a = await socket(alice)
    await socket(bob)
    await a.event('presence.updated')
    const look = await threadSocket(bob, id)
    await look.ask('typing.set', { threadId: id, typing: true })
    look.close(1000)
    await look.closed
    await a.event('typing.updated', ({ userIds }) => userIds.length === 0)
    await send(bob, id, 'done')
    await a.event('message.created')
    expect(a.names().filter((name) => name === 'presence.updated')).toEqual(['presence.updated'])
  })

  test('ends for a socket that was closed by us', async () => {
    const [alice, bob] = await three()
    await aThread(alice, [bob])
    const a = await socket(alice)
    const b = await socket(bob)
    await a.event('presence.updated', (one) => one.status === 'online')
    b.say('x'.repeat(1024 * 1024 + 1))
    await b.closed
    await passTime(userObject(bob))
    const { data } = await a.event('presence.updated', (one) => one.status === 'offline')
    expect(data).toMatchObject({ userId: bob.id, lastSeen: expect.any(String) })
  })

  test('is nobody’s business but of those who share a thread, and of none if I say so', async () => {
    const [alice, bob, eve] = await three()
    await aThread(alice, [bob])
    await socket(bob)
    const offline = { userId: bob.id, status: 'offline', lastSeen: null }
    expect(await status(eve, bob)).toEqual(offline)
    expect(await status(alice, bob)).toMatchObject({ status: 'online' })
    await call(bob, 'PUT', `/blocks/${alice.id}`)
    expect(await status(alice, bob)).toEqual(offline)
    await call(bob, 'DELETE', `/blocks/${alice.id}`)
    await call(bob, 'PATCH', '/me', { privacy: { presence: 'nobody' } })
    await evictDurableObject(userObject(bob))
    expect(await status(alice, bob)).toEqual(offline)
    expect(await status(bob, bob)).toMatchObject({ status: 'online' })
    expect(refusal(await call(alice, 'GET', '/presence'))).toEqual([400, 'invalid'])
  })
})

const online = async (user: Someone) =>
  (await call<{ items: Presence[]; total: number }>(user, 'GET', '/presence/online')).body
const ids = ({ items }: { items: Presence[] }) => items.map(({ userId }) => userId).toSorted()

describe('everybody’s presence', () => {
  test('is told to admins who ask for it, for as long as they are there', async () => {
    const [alice, bob] = await three()
    const ada = await signIn('Ada', { role: 'admin' })
    const shared = await aThread(ada, [bob])
    const [a, refused] = [await socket(ada), await socket(alice)]
    await expect(refused.ask('presence.watch', {})).rejects.toThrow('forbidden')
    refused.close(1000)
    await refused.closed
    await passTime(userObject(alice))
    await a.ask('presence.watch', {})
    await evictDurableObject(userObject(ada))
    const [one, two] = [await socket(alice), await socket(bob)]
    const told = { status: 'online', lastSeen: null }
    expect((await a.event('presence.updated', (each) => each.userId === alice.id)).data).toEqual({
      userId: alice.id,
      ...told,
    })
    // Who shares a thread is told already, and not twice.
    await a.event('presence.updated', (each) => each.userId === bob.id)
    one.close(1000)
    await one.closed
    await passTime(userObject(alice))
    await a.event('presence.updated', (each) => each.status === 'offline')
    const said = a.events().filter(({ event }) => event === 'presence.updated')
    expect(said.map(({ data }) => (data as Presence).userId)).toEqual([alice.id, bob.id, alice.id])
    a.close(1000)
    two.close(1000)
    await Promise.all([a.closed, two.closed])
    await call(ada, 'DELETE', `/threads/${shared.id}`)
  })

  test('is a list: of everybody for admins, of their contacts for others', async () => {
    const [alice, bob, cleo] = await three()
    const ada = await signIn('Ada', { role: 'admin' })
    await aThread(alice, [bob])
    const wires = [await socket(alice), await socket(bob), await socket(cleo)]
    expect(await online(alice)).toMatchObject({ total: 2 })
    expect(ids(await online(alice))).toEqual([alice.id, bob.id].toSorted())
    const all = await online(ada)
    expect(ids(all)).toEqual(expect.arrayContaining([alice.id, bob.id, cleo.id]))
    expect(all.total).toBeGreaterThanOrEqual(3)
    await call(cleo, 'PATCH', '/me', { privacy: { presence: 'nobody' } })
    expect(ids(await online(ada))).not.toContain(cleo.id)
    for (const wire of wires) wire.close(1000)
    await Promise.all(wires.map(({ closed }) => closed))
  })
})
