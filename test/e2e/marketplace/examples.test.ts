// The marketplace document's examples (seed 002), as printed but for address and token, against a
// server as its readers start it.
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { request, tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'
import { StockClient, printed, runCode } from '../stock.ts'
import type { Data, Running } from '../stock.ts'

let server: TestServer
const open: StockClient[] = []
const running: Running[] = []

beforeAll(async () => {
  // "100 messages per hour per user (configurable)".
  const set = { MAX_MESSAGES_PER_HOUR: '100', MAX_MESSAGES_PER_MINUTE: '0' }
  server = await startServer({ dialect: 'marketplace', set })
})
afterEach(() => {
  for (const client of open.splice(0)) client.socket.disconnect()
  for (const one of running.splice(0)) one.stop()
})
afterAll(() => server.stop())

async function connect(token: string, options: object = {}): Promise<StockClient> {
  const client = new StockClient(`${server.url}/chat`, token, options)
  open.push(client)
  return client.connected()
}

async function rest(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/api${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Data }
}

let people = 0
async function pair() {
  people += 1
  const [a, b] = [`anna-${people}`, `ben-${people}`]
  const tokens = [await tokenOf(a, { name: 'Anna' }), await tokenOf(b, { name: 'Ben' })] as const
  const { body } = await rest(tokens[0], 'POST', '/conversations', {
    participants: [a, b],
    type: 'direct',
  })
  return { ids: [a, b] as const, tokens, id: String(body['_id']) }
}

test('JavaScript/Node.js Client', async () => {
  const { tokens, id } = await pair()
  const client = (token: string) =>
    runCode(
      printed(new URL('node-client.txt', import.meta.url), {
        'ws://localhost:3001': server.url.replace('http', 'ws'),
        'your-jwt-token': token,
        conv123: id,
      }),
      'commonjs',
    )
  const annas = client(tokens[0])
  running.push(annas)
  await annas.until('New message:')
  const bens = client(tokens[1])
  running.push(bens)
  await Promise.all([bens.until('New message:'), annas.until('Ben is typing...')])
  expect(annas.said()).toContain("content: 'Hello!'")
  expect(annas.said()).not.toContain('error')
  const { body } = await rest(tokens[0], 'GET', `/conversations/${id}/messages`)
  expect((body['data'] as Data[]).map(({ content }) => content)).toEqual(['Hello!', 'Hello!'])
})

/** What the example imports; the client is closed at the end of its test. */
const io = (address: string, options: { auth: { token: string } }) => {
  const client = new StockClient(address, options.auth.token)
  open.push(client)
  return client.socket
}

test('the client of "Integration Tests"', async () => {
  const { tokens, id } = await pair()
  const { promise, resolve } = Promise.withResolvers<void>()
  const code = printed(new URL('integration.txt', import.meta.url), {
    'http://localhost:3001': server.url,
    'test-conv': id,
  })
  const run = new Function('io', 'validToken', 'expect', 'done', code)
  run(io, tokens[0], expect, resolve)
  await promise
})

test('REST API Examples', async () => {
  const [user1, user2] = [await tokenOf('user1', { name: 'One' }), await tokenOf('user2')]
  await request(server.url, user1, 'PATCH', '/me', {
    servicePackages: [{ id: 'service123', name: 'Massage', price: 80, currency: 'FCFA' }],
  })
  const { body: direct } = await rest(user2, 'POST', '/conversations', { participants: ['user1'] })
  const code = printed(new URL('rest.txt', import.meta.url), {})
  const inputs = {
    fetch: (path: string, init: RequestInit) => fetch(server.url + path, init),
    token: user1,
    convId: direct['_id'],
    fileInput: { files: [new File(['%PDF-1.4\n%%EOF\n'], 'terms.pdf')] },
  }
  const answers =
    'return Promise.all([conversation, serviceOffer, upload].map(async (answer) => [answer.status, await answer.json()]))'
  const AsyncFunction = (async () => undefined).constructor as FunctionConstructor
  const run = new AsyncFunction(...Object.keys(inputs), `${code}\n${answers}`)
  const [conversation, offer, upload] = (await run(...Object.values(inputs))) as [number, Data][]
  // Two people have one direct conversation, and it was there.
  expect(conversation).toMatchObject([200, { _id: direct['_id'], type: 'direct' }])
  expect(offer).toMatchObject([
    201,
    {
      type: 'service_offer',
      content: 'I would like to offer this service!',
      metadata: { servicePackageId: 'service123', serviceName: 'Massage', price: 80 },
    },
  ])
  expect(upload).toMatchObject([
    201,
    { fileName: 'terms.pdf', mimeType: 'application/pdf', type: 'file' },
  ])
})

const ways = {
  'default options': {},
  'websocket only': { transports: ['websocket'] },
  'polling only': { transports: ['polling'] },
}

// The test script itself is not in the document; what it does, step by step, is.
test.each(Object.entries(ways))('the steps of test_socket_events.js: %s', async (_, options) => {
  people += 1
  const users = [`one-${people}`, `two-${people}`]
  const tokens = await Promise.all(users.map((sub) => tokenOf(sub, { name: sub })))
  const clients = await Promise.all(tokens.map((token) => connect(token, options)))
  const [token = ''] = tokens
  const created = await rest(token, 'POST', '/conversations', {
    participants: users,
    type: 'direct',
  })
  const { _id: id } = created.body
  expect(created.status).toBe(201)
  expect(await clients[1]?.next('new_conversation')).toMatchObject({ conversation: { _id: id } })
  const sent = await rest(token, 'POST', `/conversations/${String(id)}/messages`, {
    content: 'Hello!',
    type: 'text',
  })
  expect(sent.status).toBe(201)
  for (const client of clients)
    expect(await client.next('new_message')).toMatchObject({ message: { _id: sent.body['_id'] } })
  const path = `/messages/${String(sent.body['_id'])}`
  const updated = await rest(token, 'PUT', path, { content: 'Hello there!' })
  expect(updated.status).toBe(200)
  for (const client of clients)
    expect(await client.next('message_updated')).toMatchObject({
      message: { content: 'Hello there!' },
    })
})

test('the 101st message of an hour is one too many', async () => {
  const { tokens, id } = await pair()
  const [token] = tokens
  const post = (n: number) =>
    rest(token, 'POST', `/conversations/${id}/messages`, { content: `message ${n}` })
  for (let n = 1; n <= 100; n++) expect((await post(n)).status).toBe(201)
  expect(await post(101)).toEqual({
    status: 429,
    body: {
      success: false,
      statusCode: 429,
      error: expect.stringContaining('at most 100 messages an hour'),
    },
  })
  const { body } = await request(server.url, token, 'GET', '/limits')
  expect(body).toMatchObject({
    limits: { messagesPerHour: 100, messagesPerMinute: null },
    usage: { messagesPerHour: 100 },
  })
  expect(
    (await rest(tokens[1], 'POST', `/conversations/${id}/messages`, { content: 'x' })).status,
  ).toBe(201)
})
