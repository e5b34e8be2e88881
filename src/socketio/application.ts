// What speaks Socket.IO through a session: it is told of connections and events, and answers.
// The transport knows nothing of what is said.
import type { Handshake } from './memory.ts'

/** One namespace of one connection. */
export type Session<Data> = {
  /** Of the session's object: by it others find back to `emit`. Whoever knows it can poll: a secret. */
  id: string
  /** The public id of the connection in this namespace. */
  sid: string
  namespace: string
  handshake: Handshake
  data: Data
}

export type Emit = {
  event: string
  /** JSON, and binary as ArrayBuffer or Uint8Array. */
  args: unknown[]
  /** Another one of the connection than the one at hand. */
  namespace?: string
  /** Asks for an acknowledgement, which `acknowledged` will tell under this name. */
  token?: string
}

export type Answer<Data> = {
  emits?: Emit[]
  /** Arguments of the acknowledgement, if one was asked for; without it none is sent now. */
  ack?: unknown[]
  /** What is to be known of this namespace from now on. */
  data?: Data
}

/** The answer comes later, and the next event may be handled meanwhile. */
export type Later<Data> = { later: Promise<Answer<Data>> }

/** What a client remembers of a connection that it lost. */
export type Recovery = { pid: string; offset: string | null }

export type Connected<Data> = {
  /** Kept until the end of the connection, through any sleep: small JSON. */
  data: Data
  emits?: Emit[]
  /** Turns connection state recovery on: the client shows it again, and `emits` is what it missed. */
  pid?: string
  /** The id of the connection that is continued. */
  sid?: string
}
/** Connected, told this, and disconnected at once. */
export type Farewell = { farewell: Emit[] }
export type Refused = { refused: { message: string; data?: unknown } }

export type Application<Data> = {
  /** The namespaces that exist for whoever came this way. */
  namespaces(handshake: Handshake): readonly string[]

  connect(
    visitor: Omit<Session<Data>, 'data'>,
    auth: Record<string, unknown>,
    recovery: Recovery | null,
  ): Promise<Connected<Data> | Farewell | Refused> | Connected<Data> | Farewell | Refused

  /** `ackId` is there if the client wants an acknowledgement, which may also come later by it. */
  hear(
    session: Session<Data>,
    event: string,
    args: unknown[],
    ackId?: number,
  ): Promise<Answer<Data> | Later<Data>> | Answer<Data> | Later<Data>

  /** How to say that this was one event too many in a minute. */
  refuse(session: Session<Data>, event: string, retryAfter: number): Answer<Data>

  /** The client's answer to an `Emit` with a token. */
  acknowledged?(
    session: Session<Data>,
    token: string,
    args: unknown[],
  ): Promise<Answer<Data>> | Answer<Data>

  disconnect?(session: Session<Data>, reason: string): Promise<void> | void
}
