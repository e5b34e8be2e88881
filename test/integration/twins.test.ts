// A message sent over a socket and "also via REST API as backup" (EventFlow's client) is one message.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aThread, call, signIn, socket, threadObject, threadSocket } from './fixtures.ts'

const bySocket = (threadId: string, content: string, id: string) => ({
  id,
  op: 'message.send',
  input: { threadId, content, format: 'html' },
})

test('the second door answers with the first message, whichever was first', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const path = `/threads/${id}/messages`
  for (const open of [() => socket(alice), () => threadSocket(alice, id)]) {
    const live = await open()
    const content = `1 < 2 ${open}`
    live.say(bySocket(id, content, 'a'))
    const first = await live.answer('a')
    await evictDurableObject(threadObject(id))
    const backup = await call<Message>(alice, 'POST', path, { content, format: 'html' })
    expect([backup.status, { ok: backup.body, id: 'a' }]).toEqual([200, first])

    const rest = await call<Message>(alice, 'POST', path, { content: 'other', format: 'html' })
    expect(rest.status).toBe(201)
    live.say(bySocket(id, 'other', 'b'))
    expect(await live.answer('b')).toEqual({ id: 'b', ok: rest.body })
    await call(alice, 'DELETE', `/messages/${rest.body.id}`)
  }
  const { body } = await call<{ items: Message[] }>(bob, 'GET', path)
  expect(body.items.map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
})

test('both at once are one too, in the order in which they were typed', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const live = await socket(alice)
  const texts = ['one', 'two', 'three']
  const backups = texts.map((content, n) => {
    live.say(bySocket(id, content, String(n)))
    return call<Message>(alice, 'POST', `/threads/${id}/messages`, { content, format: 'html' })
  })
  const ids = (await Promise.all(backups)).map(({ body }) => body.id)
  const answers = await Promise.all(texts.map((_, n) => live.answer(String(n))))
  expect(answers.map((answer) => 'ok' in answer && (answer.ok as Message).id)).toEqual(ids)
  const { body } = await call<{ items: Message[] }>(bob, 'GET', `/threads/${id}/messages`)
  expect(body.items.map(({ content }) => content).toSorted()).toEqual(texts.toSorted())
})

test('a twin costs no place of the 30 messages a minute', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const live = await socket(alice)
  for (let n = 0; n < 30; n++) {
    live.say(bySocket(id, `text ${n}`, String(n)))
    const [answer, backup] = await Promise.all([
      live.answer(String(n)),
      call(alice, 'POST', `/threads/${id}/messages`, { content: `text ${n}`, format: 'html' }),
    ])
    expect(answer).toHaveProperty('ok')
    expect([200, 201]).toContain(backup.status)
  }
  const over = await call(alice, 'POST', `/threads/${id}/messages`, { content: 'too much' })
  expect(over.status).toBe(429)
})

test('other text, a clientId, or another sender make another message', async () => {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aThread(alice, [bob])
  const live = await socket(alice)
  live.say(bySocket(id, 'hi', 'a'))
  await live.answer('a')
  const path = `/threads/${id}/messages`
  const html = { content: 'hi', format: 'html' }
  expect((await call(bob, 'POST', path, html)).status).toBe(201)
  expect((await call(alice, 'POST', path, { ...html, content: 'ho' })).status).toBe(201)
  expect((await call(alice, 'POST', path, { ...html, clientId: 'k' })).status).not.toBe(200)
})
