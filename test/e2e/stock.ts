// The stock Socket.IO client, and a source document's own code run with it as printed.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'

export type Data = Record<string, unknown>

/** A client that remembers what it was told. */
export class StockClient {
  readonly socket: Socket
  readonly heard: [event: string, data: Data][] = []
  private waiting: (() => void)[] = []

  constructor(address: string, token: string, options: object = {}) {
    this.socket = io(address, { forceNew: true, auth: { token }, ...options })
    this.socket.onAny((event: string, data: Data) => {
      this.heard.push([event, data])
      for (const look of this.waiting.splice(0)) look()
    })
  }

  async connected(): Promise<this> {
    if (!this.socket.connected)
      await new Promise<void>((resolve, reject) => {
        this.socket.once('connect', resolve)
        this.socket.once('connect_error', reject)
      })
    return this
  }

  /** The data of the first event of a name, of those that came and those to come, that `fits`. */
  async next(event: string, fits: (data: Data) => boolean = () => true): Promise<Data> {
    const found = this.heard.find(([name, data]) => name === event && fits(data))
    if (found) return found[1]
    await new Promise<void>((resolve) => this.waiting.push(resolve))
    return this.next(event, fits)
  }

  names(): string[] {
    return this.heard.map(([event]) => event)
  }
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A document's code, with its addresses, tokens and ids replaced by what is there. */
export function printed(file: URL, replacements: Record<string, string>): string {
  let code = readFileSync(file, 'utf8')
  for (const [from, to] of Object.entries(replacements)) {
    if (!code.includes(from)) throw new Error(`the document does not say ${from}`)
    code = code.replaceAll(from, to)
  }
  return code
}

export type Running = {
  said: () => string
  until: (text: string) => Promise<void>
  stop: () => void
}

/** Runs code in a Node of its own, with the packages that are installed here. */
export function runCode(code: string, type: 'commonjs' | 'module'): Running {
  const child = spawn(process.execPath, [`--input-type=${type}`, '-e', code], { cwd: root })
  const lines: string[] = []
  let waiting: (() => void)[] = []
  const said = () => lines.join('\n')
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => {
      lines.push(line)
      for (const look of waiting.splice(0)) look()
    })
  const until = async (text: string): Promise<void> => {
    if (said().includes(text)) return
    await new Promise<void>((resolve) => {
      waiting = [...waiting, resolve]
    })
    await until(text)
  }
  return { said, until, stop: () => child.kill() }
}
