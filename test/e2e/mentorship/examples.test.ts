// The mentorship document's examples (seed 004), as printed but for address and token, against a
// server as its readers start it.
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { request, tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'
import { StockClient, runCode } from '../stock.ts'
import type { Data, Running } from '../stock.ts'

let server: TestServer
const open: StockClient[] = []
const running: Running[] = []

beforeAll(async () => {
  server = await startServer({ dialect: 'mentorship' })
})
afterEach(() => {
  for (const client of open.splice(0)) client.socket.disconnect()
  for (const one of running.splice(0)) one.stop()
})
afterAll(() => server.stop())

const read = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8')

async function connect(token: string, options: object = {}): Promise<StockClient> {
  const client = new StockClient(server.url, token, options)
  open.push(client)
  return client.connected()
}

async function rest(token: string, method: string, path: string, body?: object) {
  const response = await fetch(`${server.url}/api/messages${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, body: (await response.json()) as Data }
}

let people = 0
async function pair() {
  people += 1
  const ids = [`mentor-${people}`, `mentee-${people}`] as const
  const tokens = [await tokenOf(ids[0]), await tokenOf(ids[1])] as const
  const { body } = await request(server.url, tokens[0], 'POST', '/threads', {
    ...{ type: 'room', title: 'Mentors', participants: [ids[1]] },
  })
  return { ids, tokens, roomId: String(body['id']) }
}

// "Socket.IO Configuration", "Client → Server Events", "Server → Client Events": one after another.
test('the document’s client runs as printed', async () => {
  const { ids, tokens, roomId } = await pair()
  const other = await connect(tokens[1])
  await other.socket.emitWithAck('join_room', { roomId })
  // Each line is one event, and goes to somebody or to the room; each message has words of its own.
  const lines = read('emits.txt')
    .split('\n')
    .filter((line) => line.startsWith('socket'))
  const emits = (receiver: string | null, room: string | null, not: RegExp) =>
    lines
      .filter((line) => !not.test(line))
      .map(
        (line, n) => `{
          const receiverId = ${JSON.stringify(receiver)}, roomId = ${JSON.stringify(room)}
          const otherUserId = receiverId, conversationId = undefined
          const content = 'Hello ${room ? 'room ' : ''}${n}', type = 'text'
          ${line} }`,
      )
      .join('\n')
  const toSomebody = emits(ids[1], null, /send_room_message|_room'/)
  const inRoom = emits(null, roomId, /send_direct_message/)
  const page = runCode(
    `import { io } from 'socket.io-client'
     const serverUrl = ${JSON.stringify(server.url)}, token = ${JSON.stringify(tokens[0])}
     ${read('client.txt')}
     ${read('events.txt')}
     socket.onAny((event, data) => console.log(event, JSON.stringify(data)))
     socket.on('connect', () => { ${toSomebody}
 ${inRoom} })`,
    'module',
  )
  running.push(page)
  await page.until('message_sent')
  await page.until('new_room_message')
  await other.next('user_online')
  await other.next('new_direct_message')
  await other.next('new_room_message')
  await other.next('user_typing', ({ receiverId }) => receiverId === ids[1])
  await other.next('user_typing', (data) => data['roomId'] === roomId)
  await other.next('user_stopped_typing')
  await page.until('_delivered')
  expect(page.said()).not.toContain('message_error')
})

const ways = {
  'default options': {},
  'websocket only': { transports: ['websocket'] },
  'polling only': { transports: ['polling'] },
}

// "Login as different users; start conversations and test", in the order of its list.
test.each(Object.entries(ways))('Manual Testing by %s', async (_name, options) => {
  const { ids, tokens, roomId } = await pair()
  const mentor = await connect(tokens[0], options)
  const mentee = await connect(tokens[1], options)
  await mentor.next('user_status_change', ({ userId }) => userId === ids[1])
  const { message } = (await mentor.socket.emitWithAck('send_message', {
    ...{ receiverId: ids[1], content: 'Hello!', type: 'text', clientId: 'c1' },
  })) as { message: Data }
  expect(message).toMatchObject({ status: 'sent', clientId: 'c1' })
  await mentee.next('new_direct_message', ({ _id }) => _id === message['_id'])
  await mentor.next('message_delivered', ({ messageId }) => messageId === message['_id'])
  mentee.socket.emit('typing_start', { receiverId: ids[0] })
  await mentor.next('user_typing', ({ userId }) => userId === ids[1])
  mentee.socket.emit('mark_messages_read', { otherUserId: ids[0] })
  await mentor.next('messages_read', ({ readerId }) => readerId === ids[1])
  const { body } = await rest(tokens[0], 'GET', `/direct/${ids[1]}`)
  expect(body['messages']).toMatchObject([{ _id: message['_id'], status: 'read' }])
  // "Automatic fallback to REST API if socket connection fails": the same message, not another.
  const again = { receiverId: ids[1], content: 'Hello!', clientId: 'c1' }
  const fallback = await rest(tokens[0], 'POST', '/', again)
  expect([fallback.status, (fallback.body['message'] as Data)['_id']]).toEqual([
    200,
    message['_id'],
  ])
  await mentee.socket.emitWithAck('send_room_message', { roomId, content: 'Hello, room' })
  await mentor.next('new_room_message', ({ content }) => content === 'Hello, room')
})
