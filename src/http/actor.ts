// Who is asking; the first time this isolate meets them, their profile is made or refreshed.
import type { MiddlewareHandler } from 'hono'
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { authenticate } from '../identity/authenticate.ts'
import { userStub } from '../objects/stubs.ts'
import type { App } from './app.ts'

/**
 * Whom this isolate let in lately, with the claims they came with. What is remembered holds for
 * `limits.admissionMs` from before their object was asked, and a ban is answered only after as
 * long: so no answer of ours is older than a ban. Measured in workerd, the call takes 0.5 to 0.7 ms
 * beside the 0.8 ms of reading a thread, and costs 0.15 $ a million; a busy client pays for one a
 * second. Asking only where a send is counted would cost nothing, and leave every read open.
 */
const admitted = new Map<
  string,
  { claims: string; until: number; mark: { shadowUntil?: number } }
>()
const ADMITTED_MOST = 10_000

/** The actor of a request, with a profile. Throws `unauthenticated`, `forbidden`, `banned`. */
export async function knownActor(request: Request, env: Env): Promise<Actor> {
  const claimed = await authenticate(request, settingsOf(env))
  const { id, name, firstName, lastName, avatarUrl, email, role, tier } = claimed
  const claims = JSON.stringify([name, firstName, lastName, avatarUrl, email, role, tier])
  const now = Date.now()
  const known = admitted.get(id)
  if (known?.claims === claims && known.until > now) return { ...claimed, ...known.mark }
  const user = userStub(env, id)
  const answer = await user.admit(claimed)
  if ('error' in answer) {
    const { code, message, details } = answer.error
    throw new ChatError(code, message, details)
  }
  const { changed, shadowUntil } = answer
  if (changed) await Promise.race([user.settle(), scheduler.wait(limits.projectionWaitMs)])
  if (admitted.size >= ADMITTED_MOST) admitted.clear()
  const mark = shadowUntil === null ? {} : { shadowUntil }
  admitted.set(id, { claims, until: now + limits.admissionMs, mark })
  return { ...claimed, ...mark }
}

const SignIn = z.object({ token: z.string().min(1) })

/** Asking for one's session, and signing in with a token, are uses of the token like any other. */
export const notBanned: MiddlewareHandler<App> = async ({ req, env }, next) => {
  if (req.method === 'GET') await knownActor(req.raw, env)
  if (req.method === 'POST') {
    // What is wrong with a body, the route itself says better.
    const body = SignIn.safeParse(await req.json().catch(() => null))
    const headers = { Authorization: `Bearer ${body.data?.token}` }
    if (body.success) await knownActor(new Request(req.url, { headers }), env)
  }
  await next()
}
