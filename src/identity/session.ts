// Sign-in by cookie, for pages: the cookie holds the token itself, where no script can read it.
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import type { MiddlewareHandler } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import { HTTPException } from 'hono/http-exception'
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { UserId } from '../contract/ids.ts'
import { Name } from '../contract/user.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { checkCsrf, identify, refuseForeignOrigin } from './authenticate.ts'
import { credentialsOf, SESSION_COOKIE } from './credentials.ts'
import { csrfToken } from './csrf.ts'
import { signToken, verifyToken } from './token.ts'

const daySeconds = 24 * 60 * 60
/** Life of a development token, and of the cookie for a token that does not expire. */
const sessionSeconds = 30 * daySeconds
/** Browsers keep no cookie longer than this. */
const cookieMostSeconds = 400 * daySeconds
/** Browsers drop a cookie whose name and value are over 4096 bytes together, without a word. */
const cookieMostLength = 4096 - SESSION_COOKIE.length

const SignIn = z.object({
  token: z
    .string()
    .min(1)
    .max(cookieMostLength, `must have at most ${cookieMostLength} characters, to fit in a cookie`),
})

const DevLogin = z.object({
  sub: UserId,
  name: Name.optional(),
  role: z.string().min(1).max(64).optional(),
  tier: z.string().min(1).max(64).optional(),
})

type App = { Bindings: Env }

const json = <T extends z.ZodObject>(schema: T) =>
  zValidator('json', schema, (result) => {
    if (result.success) return
    const details = result.error.issues.map(({ path, message }) => ({ path, message }))
    const first = details[0] && [details[0].path.join('.'), details[0].message].join(' ').trim()
    throw new ChatError('invalid', `The body is not valid JSON for this request: ${first}`, details)
  })

/** Without it, another site could sign a visitor in as somebody else, or out. */
const ownPages: MiddlewareHandler<App> = (context, next) => {
  refuseForeignOrigin(context.req.raw, settingsOf(context.env))
  return next()
}

const devOnly: MiddlewareHandler<App> = (context, next) => {
  if (!settingsOf(context.env).DEV_LOGIN) throw new ChatError('not_found', 'There is nothing here')
  return next()
}

const otherMethods: MiddlewareHandler<App> = (context) => {
  throw new ChatError('method_not_allowed', `${context.req.method} is not possible here`)
}

/** `/session` and `/dev/token`, to be mounted at `/v1`. */
export const sessionRoutes = new Hono<App>()

sessionRoutes.onError((thrown) => {
  // Hono's validator has its own error for a body that does not parse.
  if (thrown instanceof HTTPException && thrown.status === 400)
    throw new ChatError('invalid', 'The body must be JSON')
  throw thrown
})

sessionRoutes.post('/session', ownPages, json(SignIn), async (context) => {
  const settings = settingsOf(context.env)
  const { token } = context.req.valid('json')
  const actor = await verifyToken(token, settings)
  setCookie(context, SESSION_COOKIE, token, {
    ...cookieAttributes(settings),
    maxAge: secondsLeft(actor),
  })
  return context.json(await sessionOf(actor, token), 200, { 'Cache-Control': 'no-store' })
})

sessionRoutes.get('/session', async (context) => {
  const { actor, credentials } = await identify(context.req.raw, settingsOf(context.env))
  const session = await sessionOf(actor, credentials.token)
  return context.json(session, 200, { 'Cache-Control': 'no-store' })
})

sessionRoutes.delete('/session', ownPages, async (context) => {
  const credentials = credentialsOf(context.req.raw)
  if (credentials) await checkCsrf(context.req.raw, credentials)
  deleteCookie(context, SESSION_COOKIE, cookieAttributes(settingsOf(context.env)))
  return context.body(null, 204)
})

sessionRoutes.all('/session', otherMethods)

sessionRoutes.use('/dev/token', devOnly)

sessionRoutes.post('/dev/token', json(DevLogin), async (context) => {
  const { JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE } = settingsOf(context.env)
  if (!JWT_SECRET) throw new ChatError('not_found', 'There is nothing here')
  const claims = { ...context.req.valid('json'), iss: JWT_ISSUER, aud: JWT_AUDIENCE }
  const token = await signToken(claims, JWT_SECRET, { expiresIn: sessionSeconds })
  return context.json({ token }, 200, { 'Cache-Control': 'no-store' })
})

sessionRoutes.all('/dev/token', otherMethods)

const cookieAttributes = ({ local }: Settings) =>
  ({ path: '/', httpOnly: true, sameSite: 'Lax', secure: !local }) as const

/** How long the cookie may live: no longer than its token. */
function secondsLeft({ expiresAt }: Actor): number {
  if (expiresAt === null) return sessionSeconds
  const left = Math.floor((expiresAt - Date.now()) / 1000)
  return Math.min(Math.max(left, 0), cookieMostSeconds)
}

async function sessionOf({ id, name, avatarUrl, role, tier }: Actor, token: string) {
  return {
    user: { id, name: name ?? id, avatarUrl, role, tier },
    csrfToken: await csrfToken(token),
  }
}
