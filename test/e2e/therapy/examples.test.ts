// The therapy document's examples (seed 003), as printed but for address and token, against a server
// as its readers start it.
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'
import { StockClient, printed, runCode } from '../stock.ts'
import type { Data, Running } from '../stock.ts'

let server: TestServer
const open: StockClient[] = []
const running: Running[] = []

beforeAll(async () => {
  server = await startServer({ dialect: 'therapy' })
})
afterEach(() => {
  for (const client of open.splice(0)) client.socket.disconnect()
  for (const one of running.splice(0)) one.stop()
})
afterAll(() => server.stop())

async function connect(token: string, options: object = {}): Promise<StockClient> {
  const client = new StockClient(`${server.url}/messaging`, token, options)
  open.push(client)
  return client.connected()
}

async function rest(token: string, method: string, path: string, body?: object): Promise<Data> {
  const response = await fetch(`${server.url}/messaging${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(response.ok).toBe(true)
  return (await response.json()) as Data
}

let people = 0
async function pair() {
  people += 1
  const [john, jane] = [`john-${people}`, `jane-${people}`]
  const tokens = [
    await tokenOf(john, { first_name: 'John', last_name: 'Doe', role: 'client' }),
    await tokenOf(jane, { first_name: 'Jane', last_name: 'Smith', role: 'therapist' }),
  ] as const
  const { id } = await rest(tokens[0], 'POST', '/conversations', { participantIds: [jane] })
  return { ids: [john, jane] as const, tokens, id: String(id) }
}

test('WebSocket Testing', async () => {
  const { ids, tokens, id } = await pair()
  const jane = await connect(tokens[1])
  await jane.socket.emitWithAck('join_conversation', { conversationId: id })
  const code = printed(new URL('websocket-test.txt', import.meta.url), {
    'http://localhost:5000': server.url,
    'your-test-token': tokens[0],
    'test-conv': id,
  })
  const script = runCode(code, 'commonjs')
  running.push(script)
  await script.until('Connected and authenticated')
  const joined = await jane.next('user_joined_conversation')
  expect(joined).toEqual({ conversationId: id, userId: ids[0] })
})

// "Authentication Events", "Conversation Events", "Connection Events": each is heard.
test('Server Events', async () => {
  const { tokens, id } = await pair()
  const [john, jane] = tokens
  const listeners = readFileSync(new URL('events.txt', import.meta.url), 'utf8')
  const page = runCode(
    `const socket = require('socket.io-client').io('${server.url}/messaging', { auth: { token: '${john}' } });
     ${listeners}
     socket.once('conversation_joined', () =>
       socket.emit('leave_conversation', { conversationId: '${id}' }, () =>
         socket.emit('join_conversation', { conversationId: '${id}' }, () =>
           socket.emit('nothing', {}, () => console.log('ready')))));
     socket.emit('join_conversation', { conversationId: '${id}' })`,
    'commonjs',
  )
  running.push(page)
  for (const said of ['Authenticated:', 'Joined conversation:', 'Left conversation:'])
    await page.until(said)
  await page.until('Socket error:')
  await page.until('ready')
  const other = await connect(jane)
  await page.until('User status:')
  await other.socket.emitWithAck('join_conversation', { conversationId: id })
  await page.until('User joined:')
  other.socket.emit('typing_indicator', { conversationId: id, isTyping: true })
  await page.until('Typing indicator:')
  const sent = await rest(john, 'POST', `/conversations/${id}/messages`, { content: 'Hello' })
  await page.until('New message:')
  await rest(jane, 'POST', `/messages/${String(sent['id'])}/read`)
  await page.until('Message read:')
  await rest(jane, 'POST', `/messages/${String(sent['id'])}/reactions`, { emoji: '👍' })
  await page.until('Message reaction:')
  await rest(john, 'PUT', `/messages/${String(sent['id'])}`, { content: 'Updated content' })
  await page.until('Message updated:')
  await other.socket.emitWithAck('leave_conversation', { conversationId: id })
  await page.until('User left:')
})

const run = async (command: string) =>
  JSON.parse((await promisify(execFile)('bash', ['-c', `${command} -s`])).stdout) as Data

test('Debug Commands', async () => {
  const { tokens, id } = await pair()
  const commands = printed(new URL('debug-commands.txt', import.meta.url), {
    'http://localhost:5000': server.url,
    '<token>': tokens[0],
    conv_123: id,
  })
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line.startsWith('curl'))
  const [stats = '', send = ''] = commands
  // As printed it shows no token: what the server holds is shown to admins alone.
  expect(await run(stats)).toMatchObject({ statusCode: 401, error: 'Unauthorized' })
  const admin = await tokenOf('ada', { role: 'admin' })
  await connect(tokens[1])
  expect(await run(`${stats} -H 'Authorization: Bearer ${admin}'`)).toMatchObject({
    ...{ totalConnections: expect.any(Number), connectedUsers: expect.any(Number) },
  })
  expect(await run(send)).toMatchObject({ content: 'Test message', conversationId: id })
})

const ways = {
  'default options': {},
  'websocket only': { transports: ['websocket'] },
  'polling only': { transports: ['polling'] },
}

test.each(Object.entries(ways))('a conversation by %s', async (_name, options) => {
  const { ids, tokens, id } = await pair()
  const john = await connect(tokens[0], options)
  const jane = await connect(tokens[1], options)
  for (const client of [john, jane])
    await client.socket.emitWithAck('join_conversation', { conversationId: id })
  jane.socket.emit('typing_indicator', { conversationId: id, isTyping: true })
  expect(await john.next('typing_indicator')).toEqual({
    ...{ conversationId: id, userId: ids[1], isTyping: true },
  })
  await rest(tokens[1], 'POST', `/conversations/${id}/messages`, { content: 'Hello, how are you?' })
  const heard = await john.next('new_message')
  expect(heard).toMatchObject({
    content: 'Hello, how are you?',
    sender: { firstName: 'Jane', lastName: 'Smith' },
  })
})
