// A raw native client for tests: frames in, frames out, nothing clever.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { DEVELOPMENT_SECRET } from '../../src/contract/development.ts'
import { signToken } from '../../src/identity/token.ts'

export const tokenOf = (sub: string, claims: Record<string, unknown> = {}) =>
  signToken({ sub, ...claims }, DEVELOPMENT_SECRET, { expiresIn: 3600 })

export type Item = Record<string, unknown>

/** One REST request with its status and body. */
export async function request(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: object,
) {
  const response = await fetch(`${url}/v1${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Item }
}

export class Client {
  readonly items: Item[] = []
  private readonly socket: WebSocket
  private readonly waiting: { fits: (item: Item) => boolean; found: (item: Item) => void }[] = []
  private asked = 0

  private constructor(socket: WebSocket) {
    this.socket = socket
    socket.on('message', (data: Buffer) => {
      for (const item of JSON.parse(data.toString()) as Item[]) this.hear(item)
    })
  }

  static async open(url: string, token: string, path = '/v1/ws'): Promise<Client> {
    const socket = new WebSocket(url.replace('http', 'ws') + path, ['skein.v1', `bearer.${token}`])
    // A server that is killed resets its sockets; what matters then is what it had said before.
    socket.on('error', () => undefined)
    const client = new Client(socket)
    await once(socket, 'open')
    return client
  }

  /** Sends one operation and resolves with its answer. */
  ask(op: string, input: object): Promise<Item> {
    const id = (this.asked += 1)
    const answer = this.next((item) => item['id'] === id)
    this.socket.send(JSON.stringify({ id, op, input }))
    return answer
  }

  /** The first item that fits, of those that came and those that will. */
  next(fits: (item: Item) => boolean): Promise<Item> {
    const known = this.items.find(fits)
    if (known) return Promise.resolve(known)
    const { promise, resolve } = Promise.withResolvers<Item>()
    this.waiting.push({ fits, found: resolve })
    return promise
  }

  async close(): Promise<void> {
    this.socket.close()
    await once(this.socket, 'close')
  }

  get closed(): Promise<unknown> {
    return once(this.socket, 'close')
  }

  private hear(item: Item): void {
    this.items.push(item)
    for (const { fits, found } of this.waiting) if (fits(item)) found(item)
  }
}
