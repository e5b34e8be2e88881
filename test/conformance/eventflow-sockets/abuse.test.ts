// Bad input: a clear error, nothing stored, and everyone else lives on.
import { expect, test } from 'vitest'
import { aThread, call, send, signIn } from '../../integration/fixtures.ts'
import type { Message } from '../../../src/contract/message.ts'
import { Client } from '../sockets.ts'

const alice = await signIn('Alice')
const bob = await signIn('Bob')
const { id: threadId } = await aThread(alice, [bob])
const message = await send(alice, threadId, 'hello')
const messageId = message.id

test.each<[code: string, event: string, ...args: unknown[]]>([
  ['not_found', 'no:such:event', {}],
  ['not_found', 'constructor', {}],
  ['not_found', '__proto__', {}],
  ['not_found', ''],
  ['invalid', 'thread:join'],
  ['invalid', 'thread:join', null],
  ['invalid', 'thread:join', 'bare text'],
  ['invalid', 'thread:join', 7],
  ['invalid', 'thread:join', [{ threadId }]],
  ['invalid', 'thread:join', { threadId: 7 }],
  ['invalid', 'thread:join', { threadId: { $ne: null } }],
  ['not_found', 'thread:join', { threadId: '../../etc' }],
  ['invalid', 'message:send', { threadId }],
  ['invalid', 'message:send', { threadId, content: '   ' }],
  ['invalid', 'message:send', { threadId, content: ['x'] }],
  ['invalid', 'message:send', { threadId, content: 'x'.repeat(10_001) }],
  ['not_found', 'message:send', { threadId: `${threadId}x`, content: 'x' }],
  ['spam', 'message:send', { threadId, content: 'viagra cialis casino' }],
  ['invalid', 'typing:start', {}],
  ['invalid', 'message:read', {}],
  ['not_found', 'message:read', { messageId: 'nonsense' }],
  ['not_found', 'message:read', { messageId: `${messageId}9` }],
  ['invalid', 'reaction:send', { messageId }],
  ['invalid', 'reaction:send', { messageId, emoji: '<b>' }],
  ['invalid', 'presence:update', { status: 'invisible' }],
  ['invalid', 'auth', { userId: 7 }],
])('%s: %s %j', async (code, event, ...args) => {
  const client = await Client.open(bob)
  const [answer] = await client.ask(event, ...args)
  expect(answer).toMatchObject({ success: false, code, error: expect.any(String) })
  expect(await client.next('error')).toEqual(answer)
  client.close()
})

test('nothing of it was stored, and the thread lives on', async () => {
  const path = `/threads/${threadId}/messages`
  const { body } = await call<{ items: Message[] }>(bob, 'GET', path)
  expect(body.items).toEqual([message])
})

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size))

test.each<[what: string, frame: string | Uint8Array]>([
  ['random bytes', random(5000)],
  ['random text', `4${String.fromCodePoint(...random(500))}`],
  ['a wrong packet type', '49["x"]'],
  ['no Engine.IO packet', 'x'],
  ['deep JSON', `42["message:send",${'['.repeat(50_000)}${']'.repeat(50_000)}]`],
  ['a binary event without its attachments', '451-["message:send",{"_placeholder":true,"num":9}]'],
  ['an event before CONNECT', '42/other,["x"]'],
  ['too much', `42["message:send",{"content":"${'x'.repeat(2_000_000)}"}]`],
])('%s ends the connection at most', async (_what, frame) => {
  const [bad, bystander] = [await Client.open(bob), await Client.open(alice)]
  bad.raw(frame)
  await Promise.race([bad.settled(), bad.closed])
  bystander.emit('auth', {})
  await bystander.next('auth:success')
  for (const client of [bad, bystander]) client.close()
})

test('thousands of namespaces are refused, and then the connection is closed', async () => {
  const client = await Client.open(bob)
  for (let n = 0; n < 3000; n++) client.raw(`40/n${n},`)
  await client.closed
  const other = await Client.open(bob)
  other.emit('auth', {})
  await other.next('auth:success')
})
