// What I sent, across threads: mine alone, the newest first, page by page.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aGroup, aThread, call, refusal, send, signIn, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

type Page = { items: Message[]; nextCursor: string | null }

const sent = async (user: Someone, query = '') =>
  (await call<Page>(user, 'GET', `/sent${query}`)).body

async function allSent(user: Someone, limit: number): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page = await sent(user, `?limit=${limit}${cursor && `&cursor=${cursor}`}`)
    expect(page.items.length).toBeLessThanOrEqual(limit)
    ids.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  return ids
}

test('the list is of all my threads, in the order of time, in pages of any size', async () => {
  const [alice, bob] = [await signIn('Alice', { tier: 'pro' }), await signIn('Bob')]
  const threads = [await aThread(alice, [bob])]
  for (let n = 0; n < 12; n++) threads.push(await aGroup(alice, [bob]))
  const mine: Message[] = []
  for (let n = 0; n < 26; n++) {
    const { id = '' } = threads[(n * 5) % threads.length] ?? {}
    mine.push(await send(alice, id, `mine ${n}`))
    if (n % 3 === 0) await send(bob, id, `theirs ${n}`)
    if (n % 9 === 0) await evictDurableObject(threadObject(id))
    await scheduler.wait(2)
  }
  const expected = mine.toReversed().map(({ id }) => id)
  expect(await allSent(alice, 100)).toEqual(expected)
  expect(await allSent(alice, 7)).toEqual(expected)
  expect(await allSent(alice, 1)).toEqual(expected)
  const [newest] = (await sent(alice, '?limit=1')).items
  expect(newest).toEqual(mine.at(-1))
})

test('what was deleted, for all or for me, is absent, and so is what I left', async () => {
  const [alice, bob, cleo] = [await signIn('Alice'), await signIn('Bob'), await signIn('Cleo')]
  const { id } = await aGroup(alice, [bob, cleo])
  const other = await aGroup(alice, [bob])
  const kept = await send(bob, id, 'kept')
  const [gone, hidden] = [await send(bob, id, 'gone'), await send(bob, id, 'hidden')]
  await send(bob, other.id, 'left')
  await send(alice, id, 'not bob’s')
  await call(bob, 'DELETE', `/messages/${gone.id}`)
  await call(bob, 'DELETE', `/messages/${hidden.id}?for=me`)
  await call(bob, 'DELETE', `/threads/${other.id}`)
  expect((await sent(bob)).items.map((message) => message.id)).toEqual([kept.id])
  await call(bob, 'PATCH', `/messages/${kept.id}`, { content: 'edited' })
  expect((await sent(bob)).items).toMatchObject([{ id: kept.id, content: 'edited' }])
  expect(await sent(cleo)).toEqual({ items: [], nextCursor: null })
})

test.each(['cursor=x', 'cursor=1.2', 'cursor=1.-2.t', 'limit=0', 'limit=101'])(
  'refuses %s',
  async (query) => {
    const alice = await signIn('Alice')
    expect(refusal(await call(alice, 'GET', `/sent?${query}`))).toEqual([400, 'invalid'])
  },
)
