// The EventFlow document's own examples, as printed, against a server as its readers start it.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { request, tokenOf } from './native.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

const run = promisify(execFile)

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

/** Seed 000, "Test Endpoints". Only the host is another one. */
const examples = {
  search: `curl -H "Authorization: Bearer $TOKEN" \\
  "http://localhost:3000/api/v2/messages/search?q=test"`,
  edit: `curl -X PUT -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"content":"Updated text"}' \\
  "http://localhost:3000/api/v2/messages/$MESSAGE_ID/edit"`,
  block: `curl -X POST -H "Authorization: Bearer $TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"reason":"Spam"}' \\
  "http://localhost:3000/api/v2/users/$USER_ID/block"`,
}

async function curl(example: string, variables: Record<string, string>): Promise<unknown> {
  const here = example.replace('http://localhost:3000', server.url).replace('curl ', 'curl -sS ')
  const { stdout } = await run('bash', ['-c', here], { env: { ...process.env, ...variables } })
  return JSON.parse(stdout)
}

test('the curl examples work as printed', async () => {
  const TOKEN = await tokenOf('alice', { name: 'Alice' })
  const participants = ['bob']
  const { body: thread } = await request(server.url, TOKEN, 'POST', '/threads', { participants })
  const { body: message } = await request(
    server.url,
    TOKEN,
    'POST',
    `/threads/${String(thread.id)}/messages`,
    { content: 'a test' },
  )
  const MESSAGE_ID = String(message.id)
  await expect
    .poll(() => curl(examples.search, { TOKEN }), { timeout: 5000 })
    .toMatchObject({ success: true, results: [{ _id: MESSAGE_ID }], total: 1, page: 1 })
  expect(await curl(examples.edit, { TOKEN, MESSAGE_ID })).toMatchObject({
    success: true,
    message: { _id: MESSAGE_ID, content: 'Updated text', isEdited: true },
  })
  expect(await curl(examples.block, { TOKEN, USER_ID: 'bob' })).toMatchObject({
    success: true,
    user: { _id: 'bob', reason: 'Spam' },
  })
})

test('and say in the document’s words what a wrong token does', async () => {
  expect(await curl(examples.search, { TOKEN: 'nonsense' })).toEqual({
    success: false,
    code: 'unauthenticated',
    error: expect.any(String),
  })
})

// Seed 000, "REST API Usage", with the session of a page.
test('a page signs in and sends with its cookie and CSRF token', async () => {
  const token = await tokenOf('carol', { name: 'Carol' })
  const signedIn = await fetch(`${server.url}/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  })
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string }
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
  const headers = { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken, cookie }
  const created = await fetch(`${server.url}/api/v2/messages/threads`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      participants: ['user456'],
      metadata: { subject: 'Project Discussion' },
    }),
  })
  const { thread } = (await created.json()) as { thread: { _id: string } }
  const sent = await fetch(`${server.url}/api/v2/messages/${thread._id}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ content: 'Hello, World!', attachments: [] }),
  })
  expect([created.status, sent.status]).toEqual([201, 201])
  const list = await fetch(`${server.url}/api/v2/messages/${thread._id}`, { headers: { cookie } })
  expect(await list.json()).toMatchObject({
    success: true,
    messages: [{ content: 'Hello, World!', senderId: 'carol', reactions: [], status: 'sent' }],
  })
})
