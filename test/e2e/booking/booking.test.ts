// The booking document (seed 001) with the stock client, against a server as its readers start it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { signToken } from '../../../src/identity/token.ts'
import { tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'
import { StockClient, printed, runCode } from '../stock.ts'
import type { Data, Running } from '../stock.ts'

let server: TestServer
const open: StockClient[] = []
const running: Running[] = []

beforeAll(async () => {
  server = await startServer({ dialect: 'booking' })
})
afterEach(() => {
  for (const client of open.splice(0)) client.socket.disconnect()
  for (const one of running.splice(0)) one.stop()
})
afterAll(() => server.stop())

async function connect(token: string, options: object = {}): Promise<StockClient> {
  const client = new StockClient(server.url, token, options)
  open.push(client)
  return client.connected()
}

async function rest(token: string | null, method: string, path: string, body?: object) {
  const response = await fetch(server.url + path, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      'Content-Type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    body: (await response.json()) as { success: boolean; data: Data },
  }
}

const conversationOf = async (token: string, booking: string) => {
  const { body } = await rest(token, 'GET', `/messaging/conversations/booking/${booking}`)
  return String((body.data['conversation'] as Data)['_id'])
}

// "Client Connection (Frontend Implementation Guide)": a page keeps its token in localStorage.
test('the document’s client runs as printed', async () => {
  const customer = await tokenOf('customer', { name: 'Customer' })
  const admin = await tokenOf('desk', { name: 'Desk', role: 'admin' })
  const id = await conversationOf(customer, 'b1')
  await conversationOf(admin, 'b1')
  const code = printed(new URL('client.txt', import.meta.url), {
    'http://localhost:3000': server.url,
    'localStorage.getItem("token")': JSON.stringify(customer),
  })
  const told = `
    socket.emit("join_conversation", ${JSON.stringify(id)}, () => console.log("joined"));
    socket.onAny((event, data) => console.log(event, JSON.stringify(data)));`
  const page = runCode(code + told, 'module')
  running.push(page)
  await page.until('joined')
  const desk = await connect(admin)
  desk.socket.emit('typing_start', id)
  await page.until('user_typing')
  const sent = await rest(admin, 'POST', `/messaging/conversations/${id}/messages`, {
    content: 'How can I help?',
    messageType: 'text',
  })
  expect(sent.status).toBe(201)
  await page.until('new_message')
  await page.until('conversation_updated')
  expect(page.said()).toContain('How can I help?')
})

const ways = {
  'default options': {},
  'websocket only': { transports: ['websocket'] },
  'polling only': { transports: ['polling'] },
}

test.each(Object.entries(ways))('a customer and the desk talk: %s', async (name, options) => {
  const customer = await tokenOf(`c-${name}`, { name: 'Customer' })
  const admin = await tokenOf(`a-${name}`, { name: 'Desk', role: 'admin' })
  const desk = await connect(admin, options)
  expect(await desk.next('authenticated')).toEqual({ userId: `a-${name}`, role: 'admin' })
  const client = await connect(customer, options)
  await desk.next('user_online', ({ userId }) => userId === `c-${name}`)
  const id = await conversationOf(customer, `b-${name}`)
  await conversationOf(admin, `b-${name}`)
  for (const one of [client, desk]) await one.socket.emitWithAck('join_conversation', id)
  client.socket.emit('typing_start', { conversationId: id })
  expect(await desk.next('user_typing')).toMatchObject({
    isTyping: true,
    user: { name: 'Customer' },
  })
  const path = `/messaging/conversations/${id}`
  await rest(customer, 'POST', `${path}/messages`, { content: 'Hello' })
  expect(await desk.next('new_message')).toMatchObject({
    conversationId: id,
    message: { content: 'Hello', sender: `c-${name}` },
  })
  await client.next('message_sent')
  await desk.next('user_typing', ({ isTyping }) => isTyping === false)
  await rest(admin, 'PUT', `${path}/read`)
  expect(await client.next('messages_read')).toMatchObject({ userId: `a-${name}` })
  desk.socket.emit('admin_broadcast', { message: 'Closing soon' })
  expect(await client.next('admin_broadcast')).toMatchObject({ message: 'Closing soon' })
})

// "Test the System".
test('the test endpoints answer, here and not in production', async () => {
  const token = await tokenOf('tester', { name: 'Tester' })
  const client = await connect(token)
  const sample = await rest(token, 'POST', '/test/test-messaging')
  expect([sample.status, sample.body]).toMatchObject([
    201,
    { success: true, data: { message: {} } },
  ])
  await client.next('message_sent')
  const { status, body } = await rest(token, 'GET', '/test/socket-status')
  expect([status, body.data]).toEqual([
    200,
    { initialized: true, onlineUsers: ['tester'], onlineCount: 1 },
  ])
  expect((await rest(null, 'GET', '/test/socket-status')).status).toBe(401)
})

test('and there is nothing at their paths in production', async () => {
  const secret = 'a secret of the operators, 32 characters'
  const elsewhere = await startServer({
    dialect: 'booking',
    set: { ENVIRONMENT: 'production', JWT_SECRET: secret, DEV_LOGIN: 'false' },
  })
  const token = await signToken({ sub: 'tester' }, secret, { expiresIn: 60 })
  const tries = [
    ['POST', '/test/test-messaging'],
    ['GET', '/test/socket-status'],
    ['GET', '/messaging/conversations'],
  ] as const
  const statuses = []
  for (const [method, path] of tries) {
    const headers = { Authorization: `Bearer ${token}` }
    const response = await fetch(elsewhere.url + path, { method, headers })
    statuses.push(response.status)
    await response.text()
  }
  await elsewhere.stop()
  expect(statuses).toEqual([404, 404, 200])
})
