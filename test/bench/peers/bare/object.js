// The ceiling: an object that orders, stores and tells messages with group commit, and nothing else.
// No tokens, no members, no clientId index, no read model. JavaScript, as raw workerd reads it.
import { DurableObject } from 'cloudflare:workers'

export class Room extends DurableObject {
  head = 0
  lonely = 0
  /** @type {{ sender: string, ask: { id?: number, input: { clientId: string, content: string } },
   *   ws?: WebSocket, answer?: (message: string) => void }[]} */
  queue = []

  constructor(state, env) {
    super(state, env)
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'))
    state.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS messages (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)',
    )
    this.head = state.storage.sql
      .exec('SELECT ifnull(max(seq), 0) AS head FROM messages')
      .one().head
  }

  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url)
    const sender = searchParams.get('user') ?? ''
    if (pathname.endsWith('/ws')) return this.join(sender)
    if (request.method === 'GET') return this.page(searchParams)
    const input = await request.json()
    const message = await new Promise((answer) => this.admit({ sender, ask: { input }, answer }))
    return new Response(message, { status: 201 })
  }

  join(sender) {
    const { 0: client, 1: server } = new WebSocketPair()
    this.ctx.acceptWebSocket(server)
    server.serializeAttachment(sender)
    return new Response(null, { status: 101, webSocket: client })
  }

  page(query) {
    const before = Number(query.get('before') ?? Number.MAX_SAFE_INTEGER)
    const rows = this.ctx.storage.sql.exec(
      'SELECT body FROM messages WHERE seq < ? ORDER BY seq DESC LIMIT ?',
      before,
      Number(query.get('limit') ?? 50),
    )
    const bodies = [...rows].map((row) => row.body).reverse()
    return new Response(`{"items":[${bodies.join(',')}]}`)
  }

  async webSocketMessage(ws, text) {
    await this.admit({ sender: ws.deserializeAttachment(), ask: JSON.parse(text), ws })
  }

  /**
   * The first message of a turn waits for the others of that turn, then commits them all. A timer
   * takes more than 1 ms, which only company is worth: who was alone for some commits goes at once,
   * and looks for company now and then.
   */
  async admit(item) {
    if (this.queue.push(item) > 1) return
    if (this.lonely < 4 || this.lonely % 32 === 0) await scheduler.wait(0)
    const batch = this.queue
    this.queue = []
    this.lonely = batch.length === 1 ? this.lonely + 1 : 0
    this.commit(batch)
  }

  /** One synchronous block: one transaction, one fsync, one frame for each socket. */
  commit(batch) {
    const createdAt = new Date().toISOString()
    const events = []
    const answers = new Map()
    for (const { sender, ask, ws, answer } of batch) {
      const { clientId, content } = ask.input
      const body = JSON.stringify({ seq: ++this.head, clientId, sender, content, createdAt })
      this.ctx.storage.sql.exec('INSERT INTO messages VALUES (?, ?)', this.head, body)
      events.push(`{"event":"message.created","version":${this.head},"data":${body}}`)
      answer?.(body)
      if (ws) answers.set(ws, `${answers.get(ws) ?? ''}{"id":${ask.id},"ok":${body}},`)
    }
    const told = events.join(',')
    for (const ws of this.ctx.getWebSockets())
      if (ws.readyState === WebSocket.OPEN) ws.send(`[${answers.get(ws) ?? ''}${told}]`)
  }

  webSocketClose(ws, code) {
    ws.close(code === 1005 || code === 1006 ? 1000 : code)
  }
}

export default {
  fetch(request, env) {
    const name = new URL(request.url).pathname.split('/')[2]
    return name ? env.ROOM.getByName(name).fetch(request) : new Response('ok')
  },
}
