// A Socket.IO client for tests inside workerd, where the stock one cannot run: one connection over a
// WebSocket, to the namespace of a dialect.
import { evictDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { Decoder, Encoder, PacketType } from 'socket.io-parser'
import type { Packet } from 'socket.io-parser'
import { origin, threadObject, userObject } from '../integration/fixtures.ts'
import type { Someone } from '../integration/fixtures.ts'

export type Data = Record<string, unknown>

type Options = {
  /** Of the dialect, as `/booking`; without it the one at the root answers. */
  prefix?: string
  namespace?: string
  /** What the client gives beside its token: a page gives `pid` and `offset` when it comes back. */
  auth?: Data
  headers?: Record<string, string>
}

const patienceMs = 8000

export class Client {
  /** The engine's session, which is also its object's id. */
  id = ''
  /** What the server said when the namespace was connected. */
  greeting: Data = {}
  readonly heard: { event: string; args: unknown[] }[] = []
  readonly refused: Promise<Data>
  /** The server ended the namespace. */
  readonly dismissed: Promise<void>
  readonly closed: Promise<number>
  /** It hears nothing any more. */
  gone = false
  private readonly socket: WebSocket
  private readonly namespace: string
  private readonly listeners = new Set<() => void>()
  private readonly acks = new Map<number, (args: unknown[]) => void>()
  private connected = false
  private asked = 0

  private constructor(socket: WebSocket, namespace: string) {
    this.socket = socket
    this.namespace = namespace
    const refused = Promise.withResolvers<Data>()
    const dismissed = Promise.withResolvers<void>()
    const closed = Promise.withResolvers<number>()
    this.refused = refused.promise
    this.dismissed = dismissed.promise
    this.closed = closed.promise
    const decoder = new Decoder()
    decoder.on('decoded', (packet: Packet) => {
      if (packet.type === PacketType.CONNECT) {
        this.connected = true
        this.greeting = packet.data as Data
      } else if (packet.type === PacketType.CONNECT_ERROR) refused.resolve(packet.data as Data)
      else if (packet.type === PacketType.DISCONNECT) dismissed.resolve()
      else if (packet.type === PacketType.ACK) this.acks.get(packet.id ?? -1)?.(packet.data)
      else if (packet.type === PacketType.EVENT) {
        const [event, ...args] = packet.data as [string, ...unknown[]]
        this.heard.push({ event, args })
      }
      this.look()
    })
    socket.addEventListener('message', ({ data }) => {
      if (this.gone) return
      const text = String(data)
      if (text.startsWith('0')) this.id = (JSON.parse(text.slice(1)) as { sid: string }).sid
      if (text.startsWith('4')) decoder.add(text.slice(1))
      this.look()
    })
    socket.addEventListener('close', ({ code }) => closed.resolve(code))
    socket.accept()
  }

  /** Connects, and resolves as soon as the server has let it in, or refused it. */
  static async open(user: Someone | null, options: Options = {}): Promise<Client> {
    const client = await Client.dial(options)
    client.connect({ ...(user && { token: user.token }), ...options.auth })
    await Promise.race([client.until(() => client.connected), client.refused])
    return client
  }

  /** Opens the engine and connects to nothing yet. */
  static async dial({ prefix = '', namespace = '/', headers = {} }: Options = {}): Promise<Client> {
    const response = await exports.default.fetch(
      `${origin}${prefix}/socket.io/?EIO=4&transport=websocket`,
      { headers: { Upgrade: 'websocket', ...headers } },
    )
    if (!response.webSocket) throw new Error(`no socket: ${response.status}`)
    const client = new Client(response.webSocket, namespace)
    await client.until(() => client.id !== '')
    return client
  }

  connect(auth: Data): void {
    this.send({ type: PacketType.CONNECT, nsp: this.namespace, data: auth })
  }

  emit(event: string, ...args: unknown[]): void {
    this.send({ type: PacketType.EVENT, nsp: this.namespace, data: [event, ...args] })
  }

  /** Emits with an acknowledgement callback, and resolves with what that was called with. */
  ask(event: string, ...args: unknown[]): Promise<unknown[]> {
    const id = this.asked++
    const { promise, resolve } = Promise.withResolvers<unknown[]>()
    this.acks.set(id, resolve)
    this.send({ type: PacketType.EVENT, nsp: this.namespace, id, data: [event, ...args] })
    return promise
  }

  /** The data of the first event of a name, that came or will come, and that `fits`. */
  async next(event: string, fits: (data: Data) => boolean = () => true): Promise<Data> {
    const find = () =>
      this.heard.find((one) => one.event === event && fits((one.args[0] ?? {}) as Data))
    await this.until(() => find() !== undefined)
    return find()?.args[0] as Data
  }

  /** What the stock client shows when it comes back. */
  get memory(): Data {
    const offsets = this.heard.flatMap(({ args }) => (args.length > 1 ? [args.at(-1)] : []))
    return { pid: this.greeting['pid'], offset: offsets.at(-1) }
  }

  names(): string[] {
    return this.heard.map(({ event }) => event)
  }

  /** Everything that was said before this is answered is heard after it. */
  async settled(): Promise<void> {
    await this.ask('no such event')
  }

  raw(frame: string | Uint8Array): void {
    this.socket.send(frame)
  }

  /** Off the network without a word: the server still thinks that somebody is there. */
  vanish(): void {
    this.gone = true
  }

  close(): void {
    this.socket.close(1000)
  }

  private send(packet: Packet): void {
    for (const part of new Encoder().encode(packet)) this.socket.send(`4${String(part)}`)
  }

  private look(): void {
    for (const listener of this.listeners) listener()
  }

  async until(done: () => boolean): Promise<void> {
    if (done()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const listener = () => {
      if (done()) resolve()
    }
    this.listeners.add(listener)
    const patience = setTimeout(() => {
      reject(new Error(`waited in vain; there came ${JSON.stringify(this.heard).slice(-2000)}`))
    }, patienceMs)
    await promise.finally(() => {
      clearTimeout(patience)
      this.listeners.delete(listener)
    })
  }
}

/** All that a live thread rests on falls asleep. */
export async function fallAsleep(
  threadId: string,
  people: Someone[],
  clients: Client[],
): Promise<void> {
  await evictDurableObject(threadObject(threadId))
  await Promise.all(people.map((one) => evictDurableObject(userObject(one))))
  const { CONNECTION } = env
  await Promise.all(
    clients.map(({ id }) => evictDurableObject(CONNECTION.get(CONNECTION.idFromString(id)))),
  )
}
