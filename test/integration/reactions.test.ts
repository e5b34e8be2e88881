// Who reacted with what, and when.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { ReactionEntry } from '../../src/contract/message.ts'
import { aGroup, call, refusal, send, signIn, socket, threadObject } from './fixtures.ts'

type Page = { items: { messageId: string; reactions: ReactionEntry[] }[] }

test('the reactions of a stretch, one by one, as a member may see them', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [bob])
  const one = await send(alice, id, 'one')
  await send(alice, id, 'two')
  const three = await send(alice, id, 'three')
  for (const [who, message, emoji] of [
    [alice, one, '👍'],
    [bob, one, '👍'],
    [bob, three, '🎉'],
  ] as const)
    // oxlint-disable-next-line no-await-in-loop
    await call(who, 'PUT', `/messages/${message.id}/reactions/${encodeURIComponent(emoji)}`)
  await evictDurableObject(threadObject(id))
  const list = async (query: string) =>
    (await call<Page>(bob, 'GET', `/threads/${id}/reactions?${query}`)).body.items
  const entry = (emoji: string, { id: userId, name }: typeof bob) => ({
    emoji,
    user: { id: userId, name, avatarUrl: null },
    createdAt: expect.stringMatching(/Z$/),
  })
  expect(await list('from=1&to=3')).toEqual([
    { messageId: one.id, reactions: [entry('👍', alice), entry('👍', bob)] },
    { messageId: three.id, reactions: [entry('🎉', bob)] },
  ])
  await call(bob, 'DELETE', `/messages/${one.id}?for=me`)
  await call(bob, 'DELETE', `/messages/${three.id}/reactions/${encodeURIComponent('🎉')}`)
  expect(await list('from=1&to=3')).toEqual([])
  const eve = await signIn('Eve')
  const path = `/threads/${id}/reactions?from=1&to=3`
  expect(refusal(await call(eve, 'GET', path))).toEqual([404, 'not_found'])
})

test('an event says whose reaction came or went', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [bob])
  const message = await send(alice, id, 'hi')
  const wire = await socket(alice)
  const path = `/messages/${message.id}/reactions/x`
  await call(bob, 'PUT', path)
  await call(bob, 'PUT', path)
  await call(bob, 'DELETE', path)
  const user = { id: bob.id, name: 'Bob', avatarUrl: null }
  const gone = await wire.event('message.reactions', ({ change }) => change?.added === null)
  expect(gone.data).toEqual({
    messageId: message.id,
    reactions: [],
    change: { user, added: null, removed: ['x'] },
  })
  const said = wire.events().filter(({ event }) => event === 'message.reactions')
  expect(said.length).toBe(2)
})
