// HTTP as a service in front of a chat would speak it: connections kept open, JSON both ways.
import { Agent, request } from 'node:http'
import type { HttpRequest } from '../peers/peer.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const requestMostMs = 60_000

/** The JSON of a 2xx answer; anything else throws, with what the server said. */
export async function call<T>({ method, url, headers, body }: HttpRequest): Promise<T> {
  const { status, text } = await exchange(method, url, headers, body)
  if (status < 200 || status > 299)
    throw new HttpError(status, `${method} ${url}: ${status} ${text.slice(0, 300)}`)
  return JSON.parse(text) as T // the caller knows which of the servers it asked
}

export class HttpError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'HttpError'
    this.status = status
  }
}

function exchange(
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<{ status: number; text: string }> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  const sent = payload
    ? { 'content-type': 'application/json', 'content-length': payload.length, ...headers }
    : headers
  return new Promise((resolve, reject) => {
    const options = { method, agent, headers: sent, timeout: requestMostMs }
    const asked = request(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() })
      })
    })
    asked.on('timeout', () => asked.destroy(new Error(`${method} ${url}: no answer`)))
    asked.on('error', reject)
    asked.end(payload)
  })
}
