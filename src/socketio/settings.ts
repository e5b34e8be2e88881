// What may be set of the transport, and every number that bounds it, with its reason.

export type EngineSettings = {
  /** Time between two pings of ours. */
  pingInterval: number
  /** Time a client has to answer one. */
  pingTimeout: number
  /** Time a WebSocket has to complete the upgrade it began; looked at when a ping is due. */
  upgradeTimeout: number
  /** Bytes of one packet on a WebSocket, and of one POST of long-polling. */
  maxPayload: number
}

export type SocketSettings = EngineSettings & {
  /** Time a client has to connect to a namespace; looked at when a ping is due. */
  connectTimeout: number
  /** EVENT and CONNECT packets of one connection in a minute; 0 is no limit. */
  eventsPerMinute: number
}

/** The values of the reference server. */
export const standard: SocketSettings = {
  pingInterval: 25_000,
  pingTimeout: 20_000,
  upgradeTimeout: 10_000,
  maxPayload: 1_000_000,
  connectTimeout: 45_000,
  eventsPerMinute: 100,
}

export const bounds = {
  /**
   * An object sleeps after some ten idle seconds. With pings further apart than that the runtime
   * answers pongs itself, so that they wake nobody; with closer ones it would never sleep anyway.
   */
  sleepMs: 10_000,
  /** While an upgrade is probed, an empty poll is answered after this time, as the reference does. */
  probePollMs: 100,
  /** Packets in one POST. */
  payloadPackets: 10_000,
  /** What a WebSocket may be sent without a sign of life; beyond, its client is gone. */
  unreadBytes: 4_000_000,
  /** After so much it is asked for one. */
  pingBytes: 1_000_000,
  /** What a frame costs beside its text. */
  frameBytes: 64,
  /** Characters that wait for the next poll; a client that does not come for them is gone. */
  bufferedCharacters: 4_000_000,
  /** Characters in one row of that buffer: far below the 2 MB of a row, whatever the script. */
  rowCharacters: 400_000,
  /** Bytes of packets that were received and wait for those before them to be handled. */
  waitingBytes: 8_000_000,
  /** Bytes of one binary event with all its attachments. */
  eventBytes: 4_000_000,
  /** Attachments of one event, as in the reference. */
  attachments: 10,
  /** Nesting of an event's JSON: deeper than anybody's, shallower than the stack. */
  jsonDepth: 64,
  namespaces: 10,
  namespaceCharacters: 128,
  /** Acknowledgements a connection may owe us; the oldest are forgotten first. */
  acksOwed: 100,
  /** Events over the limit of a minute that are refused one by one before the session closes. */
  floodEvents: 100,
  /** Bytes of a header kept from the handshake: a token and a cookie fit. */
  headerCharacters: 8_192,
} as const
