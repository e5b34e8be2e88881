// Engine.IO by hand: requests, and WebSockets whose packets are waited for.
import { setTimeout as delay } from 'node:timers/promises'
import { expect, inject } from 'vitest'
import { WebSocket } from 'ws'
import { pings } from './pings.ts'

export type Path = '/engine.io/' | '/socket.io/' | '/rules.io/'

export const SEPARATOR = '\x1e'

export const address = (path: Path, query: string) => `${inject('protocolServer')}${path}?${query}`
export const ask = (path: Path, query: string, init?: RequestInit) =>
  fetch(address(path, query), init)

/** A session over long-polling. */
export class Poller {
  readonly path: Path
  readonly sid: string

  static async open(path: Path): Promise<Poller> {
    const response = await ask(path, 'EIO=4&transport=polling')
    expect(response.status).toBe(200)
    const { sid } = JSON.parse((await response.text()).slice(1)) as { sid: string }
    return new Poller(path, sid)
  }

  constructor(path: Path, sid: string) {
    this.path = path
    this.sid = sid
  }

  get query(): string {
    return `EIO=4&transport=polling&sid=${this.sid}`
  }

  poll(init?: RequestInit): Promise<Response> {
    return ask(this.path, this.query, init)
  }

  post(body: string, init?: RequestInit): Promise<Response> {
    return ask(this.path, this.query, { method: 'POST', body, ...init })
  }

  /** What the next poll gets. */
  async next(): Promise<string> {
    const response = await this.poll()
    expect(response.status).toBe(200)
    return response.text()
  }

  async send(body: string): Promise<void> {
    const response = await this.post(body)
    expect([response.status, await response.text()]).toEqual([200, 'ok'])
  }

  upgrade(): Wire {
    return new Wire(this.path, `EIO=4&transport=websocket&sid=${this.sid}`)
  }
}

type Frame = string | ArrayBuffer

/** A WebSocket of which no packet is missed. */
export class Wire {
  readonly socket: WebSocket
  readonly opened: Promise<void>
  readonly closed: Promise<number>
  /** What was received and not asked for yet. */
  readonly received: Frame[] = []
  private readonly waiting: ((frame: Frame) => void)[] = []

  constructor(path: Path, query = 'EIO=4&transport=websocket', headers = {}) {
    this.socket = new WebSocket(address(path, query).replace('http', 'ws'), { headers })
    this.socket.binaryType = 'arraybuffer'
    // A refused upgrade is an error too; what counts is that it closes.
    this.socket.on('error', () => {})
    this.opened = new Promise((resolve) => this.socket.once('open', () => resolve()))
    this.closed = new Promise((resolve) => this.socket.once('close', resolve))
    this.socket.on('message', (data: ArrayBuffer | Buffer, binary) => {
      const frame = binary ? (data as ArrayBuffer) : Buffer.from(data as ArrayBuffer).toString()
      const next = this.waiting.shift()
      if (next) next(frame)
      else this.received.push(frame)
    })
  }

  /** An Engine.IO session over this WebSocket alone, with its first ping still to come. */
  static async open(path: Path): Promise<Wire> {
    const wire = new Wire(path)
    expect(await wire.next()).toMatch(/^0\{/)
    return wire
  }

  /** Connected to a namespace; what the application says there first is still to come. */
  static async connect(path: Path, packet = '40'): Promise<Wire> {
    const wire = await Wire.open(path)
    wire.send(packet)
    expect(await wire.next()).toMatch(/^40/)
    return wire
  }

  send(...frames: (string | Uint8Array)[]): void {
    for (const frame of frames) this.socket.send(frame)
  }

  next(): Promise<Frame> {
    const frame = this.received.shift()
    if (frame !== undefined) return Promise.resolve(frame)
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  /** The next packets that are no pings; those are answered. */
  async read(count: number): Promise<Frame[]> {
    const frames: Frame[] = []
    while (frames.length < count) {
      const frame = await this.next()
      if (frame === '2') this.send('3')
      else frames.push(frame)
    }
    return frames
  }

  close(): void {
    this.socket.close()
  }
}

export const bytes = (...values: number[]) => Uint8Array.from(values).buffer

/** The only waiting for time itself: until a session that stays silent must have been given up. */
export const silence = () => delay(pings.interval + pings.timeout)
