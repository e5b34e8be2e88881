// Somebody connects: their own object is told of the session, and whoever comes back is told what they
// missed.
import { ChatError } from '../contract/errors.ts'
import type { Sockets } from '../dialects/dialect.ts'
import { carryOut } from '../dispatch.ts'
import type { Env, Settings } from '../env.ts'
import { authenticateHandshake } from '../identity/handshake.ts'
import { reportFault } from '../objects/fault.ts'
import { userStub } from '../objects/stubs.ts'
import type { Recovered } from '../objects/user/sessions.ts'
import { follow } from '../plans.ts'
import type { Carry } from '../plans.ts'
import type { Emit, Recovery, Session } from './application.ts'
import { attend, emitOf, say, visitOf } from './dialect.ts'
import type { Visit } from './dialect.ts'
import { missedSince } from './return.ts'

type Visitor = Omit<Session<Visit>, 'data'>

type Door = {
  env: Env
  settings: Settings
  sockets: Sockets
  /** Hears of the visit as soon as their object may call the session. */
  entered: (visit: Visit) => void
}

export type Arrival = {
  visit: Visit
  sid: string
  emits: Emit[]
  /** Up to where threads are told by these emits: what is on its way is not said twice. */
  caughtUp: ReadonlyMap<string, number>
}

/** Throws `unauthenticated`, `banned` and the like. */
export async function arrive(
  door: Door,
  { id, sid, handshake }: Visitor,
  auth: Record<string, unknown>,
  recovery: Recovery | null,
): Promise<Arrival> {
  const { env, settings, entered } = door
  const actor = await authenticateHandshake(handshake, auth['token'], settings)
  const { origin } = new URL(handshake.url)
  const visit = visitOf(actor, origin, id, sid)
  entered(visit)
  const recovered = await enroll(door, id, visit, recovery?.pid ?? null)
  const again = recovered && (await resume(door, visit, recovered, recovery?.offset ?? null))
  if (recovered && !again) {
    await userStub(env, actor.id).dismiss(id)
    Object.assign(visit, visitOf(actor, origin, id, sid))
    await enroll(door, id, visit, null)
  }
  return {
    visit,
    sid: again?.sid ?? sid,
    emits: [...(await greet(door, id, visit, origin)), ...(again?.emits ?? [])],
    caughtUp: again?.caughtUp ?? new Map(),
  }
}

async function greet(
  { env, sockets }: Door,
  id: string,
  { actor }: Visit,
  origin: string,
): Promise<Emit[]> {
  const welcome = sockets.welcome({ me: actor, at: new Date().toISOString() })
  const carry: Carry = (ask) => carryOut(env, actor, ask, 'socket', id)
  try {
    const { end } = await follow(actor, welcome, carry, origin)
    return end.map(emitOf)
  } catch (error) {
    await userStub(env, actor.id).dismiss(id)
    throw error
  }
}

/** From now on the session is told what its person's sockets are told. */
async function enroll(
  { env, sockets }: Door,
  id: string,
  visit: Visit,
  pid: string | null,
): Promise<Recovered | null> {
  const enrolled = await userStub(env, visit.actor.id).enroll(visit.actor, id, {
    pid,
    delivered: sockets.delivers === true,
  })
  if ('error' in enrolled) {
    const { code, message, details } = enrolled.error
    throw new ChatError(code, message, details)
  }
  const { shadowUntil, recovered } = enrolled
  if (shadowUntil !== null) visit.actor = { ...visit.actor, shadowUntil }
  return recovered
}

/** What a client that is back missed; null where it had better start afresh. */
async function resume(
  { env, sockets }: Door,
  visit: Visit,
  recovered: Recovered,
  offset: string | null,
): Promise<Pick<Arrival, 'sid' | 'emits' | 'caughtUp'> | null> {
  const { actor } = visit
  const carry = (ask: Parameters<typeof carryOut>[2]) => carryOut(env, actor, ask, 'socket')
  try {
    const missed = await missedSince(visit, recovered, offset, carry)
    if (!missed) return null
    const emits = await say(sockets, visit, missed.events, carry)
    await attend(sockets, visit, true, carry)
    const news = missed.events.filter(({ event }) => event === 'message.created')
    const threadIds = [...new Set(news.flatMap(({ threadId }) => threadId ?? []))]
    if (threadIds.length > 0) await userStub(env, actor.id).remind(threadIds)
    return { sid: missed.sid, emits, caughtUp: missed.upTo }
  } catch (error) {
    reportFault(error)
    return null
  }
}
