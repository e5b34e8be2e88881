// A client that was lost is back: what it missed of its person's threads, told in its dialect's words.
import type { Output } from '../contract/operations.ts'
import { limits } from '../contract/limits.ts'
import type { Event } from '../contract/events.ts'
import { checked } from '../dispatch.ts'
import type { Recovered } from '../objects/user/sessions.ts'
import type { Carry } from '../plans.ts'
import type { Visit } from './dialect.ts'
import { eventsOf } from './missed.ts'
import { tell, untold } from './told.ts'
import type { Told } from './told.ts'

/** What is kept of a connection for its client's return. */
type Kept = { sid: string; told: Told; typists: Visit['typists'] }

export const keptOf = (sid: string, { told, typists }: Visit): string =>
  JSON.stringify({ sid, told, typists } satisfies Kept)

export type Missed = {
  sid: string
  events: Event[]
  /** Up to where each thread is told by these events. */
  upTo: Map<string, number>
}

/**
 * Fills a visit with what was kept, and answers what it missed since its `offset`. Null where that is
 * not known any more, or is more than anybody wants to be told one by one.
 */
export async function missedSince(
  visit: Visit,
  recovered: Recovered,
  offset: string | null,
  carry: Carry,
): Promise<Missed | null> {
  const { sid, told, typists } = JSON.parse(recovered.kept) as Kept
  const since = untold(told, offset)
  if (!since) return null
  const personal: Event[] = []
  for (const one of recovered.missed)
    if ('event' in one) personal.push(JSON.parse(one.event) as Event)
    else since.set(one.threadId, Math.min(one.since, since.get(one.threadId) ?? one.since))
  if (since.size > limits.recoveryThings) return null
  const { joined, pid, parkedAt } = recovered
  Object.assign(visit, { joined, pid, typists, told: { ...told, places: [], lost: -2 } })
  const threads = await Promise.all(
    [...since].map(([threadId, version]) => changesOf(visit, threadId, version, parkedAt, carry)),
  )
  // Whoever typed then has stopped, for all that is known.
  const quiet = Object.keys(typists).map((threadId): Event => ({
    event: 'typing.updated',
    threadId,
    data: { userIds: [] },
  }))
  return {
    sid,
    events: [...quiet, ...threads.flatMap(({ events }) => events), ...personal],
    upTo: new Map(threads.map(({ threadId, upTo }) => [threadId, upTo])),
  }
}

async function changesOf(
  visit: Visit,
  threadId: string,
  version: number,
  since: number,
  carry: Carry,
): Promise<{ threadId: string; events: Event[]; upTo: number }> {
  const me = visit.actor.id
  const thread = await ask(visit, 'thread.get', { threadId }, carry)
  // Of a thread that was left meanwhile there is nothing to tell.
  if (!thread) return { threadId, events: [], upTo: version }
  tell(visit.told, threadId, version, false)
  const events: Event[] = []
  let cursor = `${thread.epoch}.${version}`
  for (let more = true; more;) {
    // oxlint-disable-next-line no-await-in-loop -- each page starts where the last one ended
    const page = await ask(visit, 'thread.sync', { threadId, cursor }, carry)
    if (!page) break
    events.push(...eventsOf(threadId, page, { me, since }))
    more = page.more
    cursor = page.cursor
  }
  const joined = events.some(({ event, data }) => event === 'member.joined' && data.userId === me)
  const upTo = Number(cursor.split('.')[1])
  if (!joined) return { threadId, events, upTo }
  return {
    threadId,
    events: [{ event: 'thread.created', threadId, data: thread }, ...events],
    upTo,
  }
}

async function ask<O extends 'thread.get' | 'thread.sync'>(
  { actor }: Visit,
  operation: O,
  input: { threadId: string; cursor?: string },
  carry: Carry,
): Promise<Output<O> | null> {
  const outcome = await carry(checked(actor, operation, input))
  // What an operation answers is of its own output type.
  return 'ok' in outcome ? (outcome.ok as Output<O>) : null
}
