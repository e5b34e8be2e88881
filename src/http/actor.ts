// Who is asking; the first time this isolate meets them, their profile is made or refreshed.
import type { Actor } from '../contract/actor.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { authenticate } from '../identity/authenticate.ts'
import { userStub } from '../objects/stubs.ts'

/** Claims seen lately, by user. Only a saving: a claim that is already known changes nothing. */
const seen = new Map<string, string>()
const SEEN_MOST = 10_000

/** The actor of a request, with a profile. Throws `unauthenticated`, `forbidden`. */
export async function knownActor(request: Request, env: Env): Promise<Actor> {
  const actor = await authenticate(request, settingsOf(env))
  const { id, name, avatarUrl, email, role, tier } = actor
  const claims = JSON.stringify([name, avatarUrl, email, role, tier])
  if (seen.get(id) === claims) return actor
  const user = userStub(env, id)
  if (await user.claim(actor))
    await Promise.race([user.settle(), scheduler.wait(limits.projectionWaitMs)])
  if (seen.size >= SEEN_MOST) seen.clear()
  seen.set(id, claims)
  return actor
}
