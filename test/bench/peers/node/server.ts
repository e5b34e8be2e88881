// A child process: what Skein's users would otherwise run. Socket.IO 4, better-sqlite3 in WAL with
// synchronous=FULL, one insert per message. It checks no token and keeps nothing but messages, which
// is in its favour. `node server.ts PORT FOLDER`
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Server } from 'socket.io'

type Sent = { clientId: string; content: string }

const [port, folder = ''] = process.argv.slice(2)
const db = new Database(join(folder, 'messages.sqlite'))
db.pragma('journal_mode = WAL')
db.pragma('synchronous = FULL')
db.exec(`CREATE TABLE messages (room TEXT, seq INTEGER, sender TEXT, clientId TEXT, content TEXT,
  createdAt TEXT, PRIMARY KEY (room, seq)) WITHOUT ROWID`)
const insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)')
const newest = db.prepare<[string, number, number]>(
  'SELECT * FROM messages WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
)
const heads = new Map<string, number>()

function send(room: string, sender: string, { clientId, content }: Sent) {
  const seq = (heads.get(room) ?? 0) + 1
  const message = { seq, clientId, sender, content, createdAt: new Date().toISOString() }
  insert.run(room, seq, sender, clientId, content, message.createdAt)
  heads.set(room, seq)
  io.to(room).emit('message', message)
  return message
}

const http = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const room = url.pathname.slice(1)
  const query = url.searchParams
  response.setHeader('content-type', 'application/json')
  if (request.method === 'POST') {
    response.statusCode = 201
    response.end(JSON.stringify(send(room, query.get('user') ?? '', await bodyOf(request))))
  } else {
    const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER)
    const items = newest.all(room, before, Number(query.get('limit') ?? 50)).reverse()
    response.end(JSON.stringify({ items }))
  }
})

async function bodyOf(request: IncomingMessage): Promise<Sent> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return JSON.parse(text)
}

const io = new Server(http, { transports: ['websocket'], serveClient: false })
io.on('connection', (socket) => {
  const { room, user } = socket.handshake.auth
  void socket.join(room)
  socket.on('send', (sent: Sent, acknowledge: (message: { seq: number }) => void) => {
    acknowledge(send(room, user, sent))
  })
})

http.listen(Number(port), '127.0.0.1', () => console.log(`ready http://127.0.0.1:${port}`))
