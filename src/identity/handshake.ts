// Who a Socket.IO connection belongs to: known only after its handshake, when its client connects.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import type { Settings } from '../env.ts'
import { allowedOrigin, isUpgrade } from './authenticate.ts'
import { credentialsOf } from './credentials.ts'
import { verifyToken } from './token.ts'

/** Where a browser says that a page of ours asked. No script can set it. */
export const SITE_HEADER = 'sec-fetch-site'

/**
 * The actor of a connection: of the token in its client's `auth`, else of the handshake's Bearer
 * header or cookie. A cookie counts only with an allowed Origin, or where the browser says that the
 * page is our own: it sends no Origin when such a page polls. Throws `unauthenticated`, `forbidden`.
 */
export async function authenticateHandshake(
  handshake: { url: string; headers: Record<string, string> },
  token: unknown,
  settings: Settings,
): Promise<Actor> {
  if (typeof token === 'string' && token !== '')
    return verifyToken(token.replace(/^bearer +/i, ''), settings)
  const request = new Request(handshake.url, { headers: handshake.headers })
  const credentials = credentialsOf(request)
  if (!credentials)
    throw new ChatError(
      'unauthenticated',
      'Sign in first: give the client `auth: { token }`, a Bearer header, or the session cookie',
    )
  const own = request.headers.get(SITE_HEADER) === 'same-origin'
  if (credentials.from === 'cookie' && !own && !allowedOrigin(request, settings))
    throw new ChatError('forbidden', 'A connection that relies on the cookie must send its Origin')
  return verifyToken(credentials.token, settings)
}

/** An upgrade that relies on the cookie, and not from a page that may use it. */
export const cookieAbused = (request: Request, settings: Settings) =>
  isUpgrade(request) &&
  credentialsOf(request)?.from === 'cookie' &&
  !allowedOrigin(request, settings)
