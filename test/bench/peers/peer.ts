// What every server under test can do, so that one load runs against all of them.
import type { Child } from './process.ts'

export const peerNames = ['skein', 'node', 'bare', 'bareMiniflare'] as const
export type PeerName = (typeof peerNames)[number]

export const peerTitles: Record<PeerName, string> = {
  skein: 'Skein',
  node: 'Node + Socket.IO + SQLite',
  bare: 'bare object, workerd',
  bareMiniflare: 'bare object, Miniflare',
}

export type Sending = { clientId: string; content: string }
/** A message that a member's socket was told of. */
export type Heard = { seq: number; clientId: string | null }
/** `fault` says what should never happen: an error event, a lost socket, `behind`. */
export type Ears = { heard(message: Heard): void; fault(what: string): void }
/** Sends one message and gives the seq of its acknowledgement. */
export type Send = (message: Sending) => Promise<number>
export type Member = { send: Send; close(): void }

export type HttpRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: unknown
}

export type Server = {
  peer: PeerName
  child: Child
  /** A new thread of these members; the first one makes it. */
  createThread(userIds: string[]): Promise<string>
  join(threadId: string, userId: string, ears: Ears): Promise<Member>
  /** The same send over REST; the answer is JSON with its `seq`. */
  post(threadId: string, userId: string, message: Sending): Promise<HttpRequest>
  /** The 50 messages before a seq; the answer is JSON with `items`. */
  page(threadId: string, userId: string, before: number): Promise<HttpRequest>
}
