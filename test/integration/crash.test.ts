// Objects that are cut off in the middle of their work: what was answered is kept, what is tried
// again is done once, and the read model finds out.
import { abortAllDurableObjects, evictAllDurableObjects } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aGroup, call, readModel, signIn, threadObject } from './fixtures.ts'
import type { Someone } from './fixtures.ts'

test.each([
  ['aborted', abortAllDurableObjects],
  ['evicted', evictAllDurableObjects],
])('sends are kept once, however often the objects are %s', async (_, cut) => {
  const people = await Promise.all([signIn('Alice'), signIn('Bob'), signIn('Cleo')])
  const [alice, ...others] = people
  const { id } = await aGroup(alice, others)
  const answered = new Map<string, Message>()

  async function until(user: Someone, clientId: string) {
    for (let tries = 0; tries < 20; tries++) {
      // Again under the same clientId until it is answered, as every client does.
      // oxlint-disable-next-line no-await-in-loop
      const answer = await call<Message>(user, 'POST', `/threads/${id}/messages`, {
        clientId,
        content: `${user.id} ${clientId}`,
      }).catch(() => null)
      if (answer === null || answer.status >= 500) continue
      expect([200, 201]).toContain(answer.status)
      answered.set(`${user.id} ${clientId}`, answer.body)
      return
    }
    throw new Error(`${clientId} was never answered`)
  }

  for (let round = 0; round < 5; round++) {
    const sending = people.flatMap((user) =>
      Array.from({ length: 4 }, (_each, n) => until(user, `${round}.${n}`)),
    )
    await Promise.race(sending)
    await cut()
    await Promise.all(sending)
  }

  expect(answered.size).toBe(60)
  const path = `/threads/${id}/messages?limit=100`
  const { items } = (await call<{ items: Message[] }>(alice, 'GET', path)).body
  expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_each, n) => n + 1))
  for (const message of items) expect(answered.get(message.content ?? '')).toEqual(message)
  await threadObject(id).settle()
  const model = await readModel(id)
  expect(model.messages.map(({ seq, content }) => [seq, content])).toEqual(
    items.map(({ seq, content }) => [seq, content]),
  )
  const heads = await env.DB.prepare('SELECT head_seq FROM threads WHERE id = ?').bind(id).all()
  expect(heads.results).toEqual([{ head_seq: 60 }])
})
