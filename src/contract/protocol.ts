// The words of the native protocol that every side needs, the page too: no schemas here.

/**
 * The version of the protocol, and what each one changed. A test hashes every schema and fails until
 * this number and the hash move together.
 * 1: the first.
 */
export const PROTOCOL_VERSION = 1
export const SUBPROTOCOL = `skein.v${PROTOCOL_VERSION}`

/** Sent by a client as text, answered without waking anything. */
export const PING = 'ping'
export const PONG = 'pong'
