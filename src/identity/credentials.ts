// Where a request carries its token. The place matters: a browser sends a cookie by itself, on
// behalf of any page, but never the others.
import { parse } from 'hono/utils/cookie'

export const SESSION_COOKIE = 'skein_session'

/** A token, unverified, and where it was found. */
export type Credentials = { token: string; from: 'header' | 'subprotocol' | 'cookie' }

/** Does the request ask to become a WebSocket? */
export const isUpgrade = (request: Request) =>
  request.headers.get('Upgrade')?.toLowerCase() === 'websocket'

/**
 * The token of a request: of a Bearer header, else (upgrades only) of a `bearer.<jwt>` subprotocol,
 * else of the session cookie. `null` without any. What is found first is the only one looked at: a
 * bad Bearer token never falls back to a cookie.
 */
export function credentialsOf(request: Request): Credentials | null {
  const bearer = /^bearer(?: +(.*))?$/i.exec(request.headers.get('Authorization') ?? '')
  if (bearer) return { token: bearer[1] ?? '', from: 'header' }
  const offered = isUpgrade(request) ? bearerSubprotocol(request) : undefined
  if (offered !== undefined) return { token: offered, from: 'subprotocol' }
  const cookie = parse(request.headers.get('Cookie') ?? '', SESSION_COOKIE)[SESSION_COOKIE]
  return cookie ? { token: cookie, from: 'cookie' } : null
}

/** A page cannot set headers on a WebSocket, so its token travels among the subprotocols. */
function bearerSubprotocol(request: Request): string | undefined {
  const prefix = 'bearer.'
  const offered = request.headers.get('Sec-WebSocket-Protocol') ?? ''
  const found = offered.split(',').find((protocol) => protocol.trim().startsWith(prefix))
  return found?.trim().slice(prefix.length)
}
