// Spam: refused at every door, with its reasons; duplicates too, whatever happens to the object.
import { evictDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import { aGroup, call, refusal, send, signIn, threadObject, threadSocket } from './fixtures.ts'
import type { Answered, Someone } from './fixtures.ts'

const links = (count: number) =>
  Array.from({ length: count }, (_, at) => `https://example.com/${at}`).join(' ')

async function aTalk() {
  const [alice, bob] = [await signIn('Alice'), await signIn('Bob')]
  const { id } = await aGroup(alice, [bob])
  const say = (content: string, more: object = {}, user: Someone = alice): Promise<Answered> =>
    call(user, 'POST', `/threads/${id}/messages`, { content, ...more })
  return { id, alice, bob, say }
}

test('the score decides at 50, and the refusal says why', async () => {
  const { say } = await aTalk()
  expect((await say('one casino')).status).toBe(201)
  expect((await say(links(6))).status).toBe(201)
  expect((await say('our specialists are socialists')).status).toBe(201)
  const words = await say('c@sino, L0TTERY, v.i.a.g.r.a')
  expect(refusal(words)).toEqual([422, 'spam'])
  expect(words.body).toMatchObject({
    error: {
      message:
        'this looks like spam: it holds the word “viagra”, it holds the word “casino”, it holds the word “lottery”',
      details: {
        score: 60,
        threshold: 50,
        reasons: ['viagra', 'casino', 'lottery'].map((keyword) => ({
          reason: 'keyword',
          score: 20,
          keyword,
        })),
      },
    },
  })
  const linked = await say(links(7))
  expect(linked.body).toMatchObject({
    error: { code: 'spam', details: { score: 60, reasons: [{ reason: 'links', links: 7 }] } },
  })
  expect(refusal(await say(`casino ${links(6)}`))).toEqual([422, 'spam'])
  const html = await say('<p>casino, lottery, via<b>gra</b></p>', { format: 'html' })
  expect(refusal(html)).toEqual([422, 'spam'])
})

test('the same again within five seconds is refused, an eviction in the middle or not', async () => {
  const { id, alice, bob, say } = await aTalk()
  await send(alice, id, 'ok', { clientId: 'a' })
  await send(alice, id, 'between')
  const again = await say('ok', { clientId: 'b' })
  expect(again.body).toMatchObject({
    error: { code: 'spam', details: { score: 50, reasons: [{ reason: 'duplicate', score: 50 }] } },
  })
  await evictDurableObject(threadObject(id))
  expect(refusal(await say('ok'))).toEqual([422, 'spam'])
  expect(refusal(await say('between'))).toEqual([422, 'spam'])
  // A retry is no duplicate, and what somebody else says is not either.
  expect((await say('ok', { clientId: 'a' })).status).toBe(200)
  expect((await say('ok', {}, bob)).status).toBe(201)
  const other = await aGroup(alice, [bob])
  await send(alice, other.id, 'ok')
})

test('what was changed or taken back may be said again', async () => {
  const { id, alice, say } = await aTalk()
  const first = await send(alice, id, 'helo')
  await call(alice, 'PATCH', `/messages/${first.id}`, { content: 'hello' })
  expect((await say('helo')).status).toBe(201)
  const oops = await send(alice, id, 'oops')
  await call(alice, 'DELETE', `/messages/${oops.id}`)
  await evictDurableObject(threadObject(id))
  expect((await say('hello')).status).toBe(201)
  expect((await say('oops')).status).toBe(201)
})

test('editing is checked, but for duplicates', async () => {
  const { id, alice } = await aTalk()
  await send(alice, id, 'same')
  const message = await send(alice, id, 'different')
  const edit = (content: string) =>
    call<Message>(alice, 'PATCH', `/messages/${message.id}`, { content })
  expect((await edit('same')).status).toBe(200)
  expect(refusal(await edit('viagra cialis casino'))).toEqual([422, 'spam'])
  const { body } = await call<Message>(alice, 'GET', `/messages/${message.id}`)
  expect(body.content).toBe('same')
})

test('a socket is a door like any other', async () => {
  const { id, alice } = await aTalk()
  const wire = await threadSocket(alice, id)
  const ask = (clientId: string, content: string) =>
    wire.say([{ id: clientId, op: 'message.send', input: { threadId: id, clientId, content } }])
  ask('first', 'hi')
  ask('second', 'hi')
  ask('third', links(7))
  ask('fourth', 'ho')
  expect(await wire.answer('fourth')).toMatchObject({ ok: { seq: 2 } })
  expect(await wire.answer('second')).toMatchObject({ error: { code: 'spam' } })
  expect(await wire.answer('third')).toMatchObject({ error: { code: 'spam' } })
  wire.close()
})
