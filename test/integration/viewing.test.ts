// Who has a thread on a screen: told while it happens, and kept nowhere.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { aGroup, call, signIn, socket, threadObject } from './fixtures.ts'

test('the others hear who opens a thread and who turns away, and nothing is written', async () => {
  const [alice, bob, eve] = [await signIn('Alice'), await signIn('Bob'), await signIn('Eve')]
  const { id: threadId } = await aGroup(alice, [bob])
  const [a, b, e] = [await socket(alice), await socket(bob), await socket(eve)]
  await call(bob, 'GET', `/threads/${threadId}`)
  const before = await call<{ version: number }>(alice, 'GET', `/threads/${threadId}`)
  expect(await b.ask('viewing.set', { threadId, viewing: true })).toBe(null)
  const seen = await a.event('viewing.updated')
  expect(seen).toMatchObject({ threadId, data: { userId: bob.id, viewing: true } })
  await evictDurableObject(threadObject(threadId))
  await b.ask('viewing.set', { threadId, viewing: false })
  await a.event('viewing.updated', ({ viewing }) => !viewing)
  const after = await call<{ version: number }>(alice, 'GET', `/threads/${threadId}`)
  expect(after.body.version).toBe(before.body.version)
  await expect(e.ask('viewing.set', { threadId, viewing: true })).rejects.toThrow('not_found')
})

test('a crowd is told of nobody', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const crowd = Array.from({ length: 49 }, (_, n) => `m${n}`)
  const { body } = await call<{ id: string }>(alice, 'POST', '/threads', {
    participants: [bob.id, ...crowd],
  })
  const [a, b] = [await socket(alice), await socket(bob)]
  await b.ask('viewing.set', { threadId: body.id, viewing: true })
  await b.ask('message.send', { threadId: body.id, content: 'hi' })
  await a.event('message.created')
  expect(a.names()).not.toContain('viewing.updated')
})
