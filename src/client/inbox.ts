// My threads as a list knows them: a pure fold of listed threads and live events.
//
// Unread numbers are the server's. Between two answers they are carried on by events, but only
// where that is exact; where it is not (`isUncertain`) the thread must be asked for again.
import type { Event } from '../contract/events.ts'
import type { Message } from '../contract/message.ts'
import type { Thread } from '../contract/thread.ts'

export type Inbox = ReadonlyMap<string, Thread>

/** The inbox with threads as the server answered them; what is older than what is known is left out. */
export function takeThreads(inbox: Inbox, threads: Thread[]): Inbox {
  const next = new Map(inbox)
  for (const thread of threads) {
    const known = next.get(thread.id)
    const newer = known === undefined || known.epoch !== thread.epoch
    if (newer || known.version <= thread.version) next.set(thread.id, thread)
  }
  return next
}

export function withoutThread(inbox: Inbox, threadId: string): Inbox {
  const next = new Map(inbox)
  next.delete(threadId)
  return next
}

/** The inbox after a live event. `me` is my user id. */
export function applyToInbox(inbox: Inbox, event: Event, me: string): Inbox {
  if (event.event === 'thread.created') return takeThreads(inbox, [event.data])
  const thread = event.threadId === undefined ? undefined : inbox.get(event.threadId)
  const { version } = event
  if (thread === undefined || version === undefined || version <= thread.version) return inbox
  return new Map(inbox).set(thread.id, { ...thread, ...changeOf(thread, event, me), version })
}

/** True when an event leaves the numbers of a thread open, so that it must be asked for again. */
export function isUncertain(inbox: Inbox, event: Event, me: string): boolean {
  const thread = event.threadId === undefined ? undefined : inbox.get(event.threadId)
  if (thread === undefined) return makesKnown.includes(event.event)
  if ((event.version ?? 0) <= thread.version) return false
  switch (event.event) {
    case 'message.created':
      // Whether I was there when it was said, the server knows.
      return event.data.everyone === 'here' && event.data.sender.id !== me
    case 'message.deleted':
      return event.data.seq > thread.readSeq || event.data.id === thread.lastMessage?.id
    case 'read.updated':
      return event.data.userId === me && event.data.readSeq < thread.headSeq
    case 'member.joined':
    case 'member.updated':
    case 'member.left':
      return event.data.userId !== me
    default:
      return false
  }
}

/** What of a thread that is not listed says that it should be: it is new to me, or woke up. */
const makesKnown: Event['event'][] = ['message.created', 'thread.updated', 'member.joined']

/** Pinned first, then by last activity. What I archived is left out. */
export const threadsOf = (inbox: Inbox): Thread[] =>
  [...inbox.values()]
    .filter((thread) => thread.archivedAt === null)
    .toSorted(
      (a, b) =>
        compare(b.pinnedAt ?? '', a.pinnedAt ?? '') ||
        compare(b.updatedAt, a.updatedAt) ||
        compare(a.id, b.id),
    )

const compare = (a: string, b: string) => (a === b ? 0 : a < b ? -1 : 1)

function changeOf(thread: Thread, event: Event, me: string): Partial<Thread> {
  switch (event.event) {
    case 'message.created':
      return arrival(thread, event.data, me)
    case 'message.updated':
    case 'proposal.updated':
      return event.data.id === thread.lastMessage?.id ? { lastMessage: event.data } : {}
    case 'message.deleted':
      if ('hidden' in event.data || event.data.id !== thread.lastMessage?.id) return {}
      return { lastMessage: event.data }
    case 'thread.updated':
      return event.data
    case 'read.updated': {
      if (event.data.userId !== me) return {}
      const { readSeq } = event.data
      return readSeq >= thread.headSeq ? { readSeq, unread: 0, mentions: 0 } : { readSeq }
    }
    default:
      return {}
  }
}

/** A message brings its thread back from my archive; my own has read all before it. */
function arrival(thread: Thread, message: Message, me: string): Partial<Thread> {
  if (message.seq <= thread.headSeq) return {}
  const news = { headSeq: message.seq, lastMessage: message, updatedAt: message.createdAt }
  if (message.sender.id === me)
    return { ...news, archivedAt: null, readSeq: message.seq, unread: 0, mentions: 0 }
  if (message.kind === 'system') return { ...news, archivedAt: null }
  const mentioned = thread.mentions + (mentions(message, me) ? 1 : 0)
  return { ...news, archivedAt: null, unread: thread.unread + 1, mentions: mentioned }
}

const mentions = (message: Message, me: string) =>
  message.everyone === 'all' || message.mentions.includes(me)
