// Who is asking, and from which page: every REST request and every upgrade passes here first.
import { cors as honoCors } from 'hono/cors'
import type { MiddlewareHandler } from 'hono'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { credentialsOf, isUpgrade } from './credentials.ts'
import type { Credentials } from './credentials.ts'
import { csrfMatches } from './csrf.ts'
import { verifyToken } from './token.ts'

export { isUpgrade }

/**
 * The actor of a request. Throws `unauthenticated` without a valid token, and `forbidden` when the
 * request is another site's doing: an upgrade with a foreign Origin, a cookie upgrade without
 * one, or an unsafe method that relies on the cookie without its CSRF token.
 */
export async function authenticate(request: Request, settings: Settings): Promise<Actor> {
  return (await identify(request, settings)).actor
}

/** Like `authenticate`, with the credentials that were used. */
export async function identify(
  request: Request,
  settings: Settings,
): Promise<{ actor: Actor; credentials: Credentials }> {
  if (isUpgrade(request)) refuseForeignOrigin(request, settings)
  const credentials = credentialsOf(request)
  if (!credentials)
    throw new ChatError(
      'unauthenticated',
      'Sign in first: send `Authorization: Bearer <jwt>`, or the cookie that POST /v1/session sets',
    )
  if (credentials.from === 'cookie' && isUpgrade(request) && !allowedOrigin(request, settings))
    throw new ChatError('forbidden', 'A WebSocket that relies on the cookie must send its Origin')
  const actor = await verifyToken(credentials.token, settings)
  await checkCsrf(request, credentials)
  return { actor, credentials }
}

/** Throws `forbidden` when an unsafe method relies on the cookie without its X-CSRF-Token. */
export async function checkCsrf(request: Request, { token, from }: Credentials): Promise<void> {
  if (from !== 'cookie' || ['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return
  if (await csrfMatches(token, request.headers.get('X-CSRF-Token'))) return
  throw new ChatError(
    'forbidden',
    'Send the csrfToken of GET /v1/session as X-CSRF-Token with every change that relies on the cookie',
  )
}

/**
 * True when the request names an Origin that may use the cookie: our own, or one of CORS_ORIGINS.
 * False without an Origin. `*` and `null` (which any sandboxed frame can send) are never allowed,
 * even if an operator wrote them down: that would be everybody.
 */
export function allowedOrigin(request: Request, settings: Pick<Settings, 'CORS_ORIGINS'>): boolean {
  const origin = request.headers.get('Origin')
  if (origin === null || origin === 'null' || origin === '*') return false
  return origin === new URL(request.url).origin || settings.CORS_ORIGINS.includes(origin)
}

/** Throws `forbidden` for a request from a page of another site. No Origin is no page. */
export function refuseForeignOrigin(
  request: Request,
  settings: Pick<Settings, 'CORS_ORIGINS'>,
): void {
  const origin = request.headers.get('Origin')
  if (origin === null || allowedOrigin(request, settings)) return
  throw new ChatError(
    'forbidden',
    'Pages of this origin may not connect: the operator can add it to CORS_ORIGINS',
  )
}

const share = honoCors({
  origin: (origin, context) =>
    allowedOrigin(context.req.raw, settingsOf(context.env)) ? origin : null,
  credentials: true,
  allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: [
    'Authorization',
    'Content-Type',
    'X-CSRF-Token',
    'Idempotency-Key',
    'If-None-Match',
    'Range',
  ],
  exposeHeaders: [
    'ETag',
    'Accept-Ranges',
    'Content-Disposition',
    'Content-Range',
    'Retry-After',
    'RateLimit-Limit',
    'RateLimit-Remaining',
    'RateLimit-Reset',
    'RateLimit-Policy',
  ],
  maxAge: 600,
})

/** CORS for the origins of CORS_ORIGINS, each by its name: `*` cannot carry a cookie. */
export const cors: MiddlewareHandler<{ Bindings: Env }> = (context, next) =>
  // CORS knows nothing of WebSockets, and the answer to an upgrade must not be rewritten.
  isUpgrade(context.req.raw) ? next() : share(context, next)
