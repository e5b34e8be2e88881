// Where nobody wants domain events, no thread keeps a place for them.
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { aGroup, send, signIn, threadObject } from './fixtures.ts'

const told = (id: string) =>
  runInDurableObject(
    threadObject(id),
    (_, { storage }) => storage.sql.exec('SELECT told FROM thread').one()['told'],
  )

test('nothing is written, and what was is dropped', async () => {
  const alice = await signIn('Alice')
  const { id } = await aGroup(alice, [])
  await send(alice, id, 'hi')
  expect(await told(id)).toBe(null)
  // As when they were wanted until now.
  await runInDurableObject(threadObject(id), (_, { storage }) => {
    storage.sql.exec('UPDATE thread SET told = 2')
  })
  await evictDurableObject(threadObject(id))
  await send(alice, id, 'again')
  expect(await told(id)).toBe(null)
})
