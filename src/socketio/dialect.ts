// Socket.IO in another system's words: the one interpreter of what every dialect hears and says.
import { isAdmin } from '../contract/actor.ts'
import type { Actor } from '../contract/actor.ts'
import { ChatError, errorBody, isChatError } from '../contract/errors.ts'
import type { Event } from '../contract/events.ts'
import { dialectOf } from '../dialects/all.ts'
import type {
  Audience,
  Dialect,
  Heard,
  News,
  NewsName,
  Plan,
  Say,
  Sockets,
} from '../dialects/dialect.ts'
import { withOrigin } from '../dialects/origin.ts'
import type { Settings } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { follow, valid } from '../plans.ts'
import type { Carry } from '../plans.ts'
import type { Answer, Emit } from './application.ts'
import { nothingTold, offsetOf, tell } from './told.ts'
import type { Told } from './told.ts'

/** What is kept of a person's connection, through any sleep. */
export type Visit = {
  actor: Actor
  /** Where its client connected to. */
  origin: string
  /** Threads whose typing this connection hears. */
  joined: string[]
  /** Threads in which it said that its person types. */
  typing: string[]
  /** Who types in the threads that it joined, as it was told. */
  typists: Record<string, string[]>
  /** What its client shows when it comes back after it was lost. */
  pid: string
  told: Told
}

/** Threads a connection may join or type in at a time; the oldest are forgotten first. */
const PLACES_MOST = 50

export const visitOf = (actor: Actor, origin: string, pid: string, sid: string): Visit => ({
  ...{ actor, origin, pid, joined: [], typing: [], typists: {} },
  told: nothingTold(sid.slice(0, 8)),
})

export function dialectAt(url: string, settings: Settings): Dialect | null {
  const { DIALECT_HOSTS, ROOT_DIALECT } = settings
  return dialectOf(new URL(url), DIALECT_HOSTS, ROOT_DIALECT)?.dialect ?? null
}

/** What a client's event asks; its fields are checked. Throws `not_found`, `invalid`. */
export function planOf(
  sockets: Sockets,
  visit: Visit,
  event: string,
  args: unknown[],
): Plan<Heard> {
  const row = Object.hasOwn(sockets.hears, event) ? sockets.hears[event] : undefined
  if (!row) throw new ChatError('not_found', `there is no event ${event.slice(0, 64)}`)
  const data = valid(row.fields, fieldsOf(args[0], row.bare))
  return row.plan({ data, me: visit.actor })
}

/** Carries out what a client's event asks, and changes what is kept of its connection. */
export async function hear(
  sockets: Sockets,
  visit: Visit,
  plan: Plan<Heard>,
  said: unknown,
  carry: Carry,
): Promise<Answer<Visit>> {
  try {
    const { end } = await follow(visit.actor, plan, carry, visit.origin)
    if (end.join !== undefined && !visit.joined.includes(end.join))
      visit.joined = withPlace(visit.joined, end.join)
    if (end.leave !== undefined) leave(visit, end.leave)
    return {
      data: visit,
      emits: (end.emit ?? []).map(emitOf),
      ack: end.answer ? [end.answer] : [],
    }
  } catch (error) {
    return failed(sockets, error, said)
  }
}

/** The dialect's word for a failure, told to the connection and to whoever waits for an answer. */
export function failed(sockets: Sockets, error: unknown, said?: unknown): Answer<Visit> {
  if (!isChatError(error)) reportFault(error)
  const failure = sockets.failure(errorBody(error), said)
  return { emits: [emitOf(failure)], ack: [failure.data] }
}

export const emitOf = ({ event, data }: { event: string; data: unknown }): Emit => ({
  event,
  args: [data],
})

/**
 * What somebody's connection is told of events, each in its turn. What is of a thread carries the
 * offset that its client shows when it comes back.
 */
export async function say(
  sockets: Sockets,
  visit: Visit,
  events: Event[],
  carry: Carry,
): Promise<Emit[]> {
  const emits: Emit[] = []
  for (const event of events) {
    const { threadId, version } = event
    const offset = threadId !== undefined && version !== undefined
    if (offset) tell(visit.told, threadId, version, changes(event))
    // What is said keeps the order in which it happened.
    // oxlint-disable-next-line no-await-in-loop
    for (const { as, data } of await sayOne(sockets, visit, event, carry))
      emits.push({ event: as, args: offset ? [data, offsetOf(visit.told)] : [data] })
    const { event: name, data } = event
    if (name === 'member.left' && data.userId === visit.actor.id) leave(visit, threadId ?? '')
  }
  return emits
}

/** Threads on the screen of a connection that ends, or is back. What is refused is no matter. */
export async function attend(
  { attends }: Sockets,
  { actor, joined, origin }: Visit,
  here: boolean,
  carry: Carry,
): Promise<void> {
  if (!attends) return
  await Promise.allSettled(
    joined.map((threadId) => follow(actor, attends({ threadId, here }), carry, origin)),
  )
}

/** Whether a thread took a new version with it. What did not is not told again after an absence. */
export const changes = ({ event }: Event) =>
  event !== 'typing.updated' && event !== 'viewing.updated' && event !== 'delivered.updated'

async function sayOne(
  sockets: Sockets,
  visit: Visit,
  event: Event,
  carry: Carry,
): Promise<{ as: string; data: object }[]> {
  const listener = { me: visit.actor, at: new Date().toISOString() }
  const said: { as: string; data: object }[] = []
  for (const one of newsOf(sockets, visit, withOrigin(event, visit.origin)))
    for (const row of rowsOf(sockets, one)) {
      if (!hears(visit, row.to, one)) continue
      // oxlint-disable-next-line no-await-in-loop
      const data = await shown(visit, () => row.with(one.news, listener), carry)
      const all = Array.isArray(data) ? (data as object[]) : data === null ? [] : [data]
      said.push(...all.map((each) => ({ as: row.as, data: each })))
    }
  return said
}

type Item = { name: NewsName; news: News<NewsName>; author: string | null }

/** The row of the table that the name selects takes the news of that name. */
const rowsOf = ({ says }: Sockets, { name }: Item) => says[name] as Say<NewsName>[]

/** An event as the tables have it: typing one person at a time, of threads whose typing is heard. */
function newsOf({ says }: Sockets, visit: Visit, { event, threadId = '', data }: Event): Item[] {
  const one = (name: NewsName, news: unknown, author: string | null): Item => ({
    name,
    news: { threadId, data: news } as News<NewsName>,
    author,
  })
  if (event !== 'typing.updated') return [one(event, data, authorOf(event, data))]
  const everywhere = says['typing.changed'].some(({ to }) => to !== 'joined')
  if (!everywhere && !visit.joined.includes(threadId)) return []
  const before = visit.typists[threadId] ?? []
  // One's own typing is no news to oneself.
  const now = data.userIds.filter((userId) => userId !== visit.actor.id)
  if (now.length === 0) delete visit.typists[threadId]
  else visit.typists[threadId] = now
  const change = (userId: string, typing: boolean) =>
    one('typing.changed', { userId, typing }, userId)
  return [
    ...before.filter((userId) => !now.includes(userId)).map((userId) => change(userId, false)),
    ...now.filter((userId) => !before.includes(userId)).map((userId) => change(userId, true)),
  ]
}

/** Whoever caused an event, as far as it says so. */
function authorOf(event: Event['event'], data: Event['data']): string | null {
  if ('userId' in data) return data.userId
  if ('sender' in data && event !== 'notification.created') return data.sender?.id ?? null
  if ('members' in data) return data.members.find(({ role }) => role === 'owner')?.userId ?? null
  return null
}

function hears({ actor, joined }: Visit, to: Audience, { news, author }: Item): boolean {
  if (to === 'author') return author === actor.id
  if (to === 'others') return author !== actor.id
  if (to === 'joined') return joined.includes(news.threadId)
  return to === 'all' || isAdmin(actor)
}

/** What is refused in between (a thread that was left, a message that is gone) is no news any more. */
async function shown(
  { actor, origin }: Visit,
  plan: () => ReturnType<Say<NewsName>['with']>,
  carry: Carry,
): Promise<object | null> {
  try {
    return (await follow(actor, plan(), carry, origin)).end
  } catch (error) {
    if (!isChatError(error)) reportFault(error)
    return null
  }
}

function fieldsOf(given: unknown, bare: string | undefined): object {
  if (given === undefined || given === null) return {}
  if (typeof given === 'string' && bare !== undefined) return { [bare]: given }
  if (typeof given === 'object' && !Array.isArray(given)) return given
  throw new ChatError('invalid', 'an event takes one object, with its fields by their names')
}

export const withPlace = (places: string[], place: string): string[] =>
  [...places.filter((one) => one !== place), place].slice(-PLACES_MOST)

function leave(visit: Visit, threadId: string): void {
  if (!visit.joined.includes(threadId)) return
  visit.joined = visit.joined.filter((one) => one !== threadId)
  delete visit.typists[threadId]
}
