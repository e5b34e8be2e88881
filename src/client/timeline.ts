// A thread as one client knows it: a pure fold of sync pages and live events.
//
// Events may be dropped, doubled and out of order: each carries the version of the thread, and what
// is older than what is known changes nothing. What was dropped comes with the next sync page. Only
// pages move the cursor, so that nothing between two pages can be skipped for ever.
import type { Event } from '../contract/events.ts'
import type { Message } from '../contract/message.ts'
import type { Member, Read, SyncPage } from '../contract/thread.ts'
import { indexOf, putMessage, putReactions } from './entries.ts'
import type { EarlyReactions, Entry, MessageDraft } from './entries.ts'
import { addRange, rangeOf } from './ranges.ts'
import type { Range } from './ranges.ts'

/** A member's cursors. `readVersion` orders what is said of `readSeq`, which may also move back. */
type Place = {
  readonly readSeq: number
  readonly readVersion: number
  readonly deliveredSeq: number
}

export type Timeline = {
  readonly threadId: string
  readonly epoch: string | null
  /** Where the next sync starts; null before the first page. */
  readonly cursor: string | null
  readonly headSeq: number
  /** What is before is known only by its changes, and not shown until it was loaded. */
  readonly fromSeq: number
  /** What of it was loaded none the less: around a place that somebody went to. */
  readonly islands: readonly Range[]
  /** Up to here nothing is missing: every message is known, or not for my eyes. */
  readonly throughSeq: number
  readonly entries: readonly Entry[]
  readonly early: ReadonlyMap<string, EarlyReactions>
  /** Also those who left; `membersOf` joins them with their cursors. */
  readonly members: ReadonlyMap<string, Member>
  readonly places: ReadonlyMap<string, Place>
}

/** A copy under work. */
type Draft = Omit<{ -readonly [K in keyof Timeline]: Timeline[K] }, 'members' | 'places'> &
  MessageDraft & { members: Map<string, Member>; places: Map<string, Place> }

/**
 * A thread of which nothing is known yet. Until its first page it must not outlive the socket that
 * it hears: only a cursor tells whether the thread was restored in between.
 */
export const emptyTimeline = (threadId: string): Timeline => ({
  threadId,
  epoch: null,
  cursor: null,
  headSeq: 0,
  fromSeq: 1,
  islands: [],
  throughSeq: 0,
  entries: [],
  early: new Map(),
  members: new Map(),
  places: new Map(),
})

/** The timeline after a live event; the same object when the event is no news to it. */
export function apply(timeline: Timeline, event: Event): Timeline {
  if (event.threadId !== timeline.threadId) return timeline
  return change(timeline, (draft) => putEvent(draft, event))
}

/**
 * The timeline after a page of sync, asked for with its cursor. Pages must be applied in the order
 * of their cursors. A page of another epoch drops all that was known.
 */
export function applyPage(timeline: Timeline, page: SyncPage): Timeline {
  const restored = timeline.epoch !== null && timeline.epoch !== page.epoch
  const start = page.reset || restored ? emptyTimeline(timeline.threadId) : timeline
  const version = versionOf(page.cursor)
  return change(start, (draft) => {
    draft.epoch = page.epoch
    if (draft.cursor === null || version >= versionOf(draft.cursor)) draft.cursor = page.cursor
    draft.headSeq = Math.max(draft.headSeq, page.headSeq)
    if (!page.more) draft.throughSeq = Math.max(draft.throughSeq, page.headSeq)
    for (const message of page.messages) putMessage(draft, message)
    for (const member of page.members) putMember(draft, member, version)
    for (const read of page.reads) putRead(draft, read, version)
    return true
  })
}

/** The timeline after the page that `from=latest` answers: what is before is there to be loaded. */
export function applyLatest(timeline: Timeline, page: SyncPage): Timeline {
  const fromSeq = Math.min(page.headSeq + 1, ...page.messages.map((message) => message.seq))
  return { ...applyPage(timeline, page), fromSeq }
}

/**
 * The timeline with all that there is of a stretch. It grows the one at the head where it touches it,
 * and is an island elsewhere.
 */
export function applyRange(timeline: Timeline, messages: Message[], range: Range): Timeline {
  const known = applyMessages(timeline, messages)
  const islands = addRange(known.islands, range)
  const last = islands.at(-1)
  if (last === undefined || last.to < known.fromSeq - 1) return { ...known, islands }
  return { ...known, islands: islands.slice(0, -1), fromSeq: Math.min(known.fromSeq, last.from) }
}

/** The timeline with whole messages that an operation answered. */
export const applyMessages = (timeline: Timeline, messages: Message[]): Timeline =>
  change(timeline, (draft) => messages.map((message) => putMessage(draft, message)).includes(true))

/** The stretch without a hole that holds a place; the one at the head by default, or for want of it. */
export const stretchOf = ({ islands, fromSeq, headSeq }: Timeline, seq?: number): Range =>
  (seq === undefined ? undefined : rangeOf(islands, seq)) ?? { from: fromSeq, to: headSeq }

/** What I may see of a stretch, in seq order. */
export function messagesOf(timeline: Timeline, seq?: number): Message[] {
  const { entries } = timeline
  const { from, to } = stretchOf(timeline, seq)
  const shown = entries.slice(indexOf(entries, from), indexOf(entries, to + 1))
  return shown.flatMap((entry) => entry.message ?? [])
}

/** A message by its id, loaded or only known by a change. */
export const messageOf = (timeline: Timeline, id: string): Message | undefined =>
  timeline.entries.findLast((entry) => entry.id === id)?.message ?? undefined

/** Who is in the thread now, by user id, with their present cursors. */
export function membersOf(timeline: Timeline): Member[] {
  const present = [...timeline.members.values()].filter((member) => member.leftAt === null)
  return present
    .map((member) => ({ ...member, ...readOf(timeline, member.userId) }))
    .toSorted((a, b) => (a.userId < b.userId ? -1 : 1))
}

/** How far somebody got and read; nothing yet where nothing is known. */
export function readOf(timeline: Timeline, userId: string): Read {
  const place = timeline.places.get(userId)
  return { userId, readSeq: place?.readSeq ?? 0, deliveredSeq: place?.deliveredSeq ?? 0 }
}

/** True when a message is missing before one that is known: time to sync. */
export const hasGap = (timeline: Timeline): boolean =>
  (timeline.entries.at(-1)?.seq ?? 0) > timeline.throughSeq

function putEvent(draft: Draft, event: Event): boolean {
  const version = event.version ?? 0
  switch (event.event) {
    case 'message.created': {
      const { sender, seq } = event.data
      const added = putMessage(draft, event.data)
      // Who writes has read: their cursor is at what they sent, without an event of its own.
      return moveRead(draft, sender.id, seq, version) || added
    }
    case 'message.updated':
    case 'proposal.updated':
    case 'message.deleted':
      return putMessage(draft, event.data)
    case 'message.reactions':
      return putReactions(draft, event.data.messageId, event.data.reactions, version)
    case 'member.joined':
    case 'member.updated':
    case 'member.left':
      return putMember(draft, event.data, version)
    case 'read.updated':
      return moveRead(draft, event.data.userId, event.data.readSeq, version)
    case 'delivered.updated':
      return moveDelivered(draft, event.data.userId, event.data.deliveredSeq)
    default:
      return false
  }
}

/** A member carries their cursors along: who joins again starts at the head. */
function putMember(draft: Draft, member: Member, version: number): boolean {
  const { userId, readSeq, deliveredSeq } = member
  const known = draft.members.get(userId)
  const news = known === undefined || known.version < member.version
  if (news) draft.members.set(userId, member)
  return putRead(draft, { userId, readSeq, deliveredSeq }, version) || news
}

function putRead(draft: Draft, read: Read, version: number): boolean {
  const moved = moveRead(draft, read.userId, read.readSeq, version)
  return moveDelivered(draft, read.userId, read.deliveredSeq) || moved
}

function moveRead(draft: Draft, userId: string, readSeq: number, version: number): boolean {
  const delivered = moveDelivered(draft, userId, readSeq)
  const place = draft.places.get(userId)
  if (place !== undefined && place.readVersion >= version) return delivered
  draft.places.set(userId, { deliveredSeq: readSeq, ...place, readSeq, readVersion: version })
  return true
}

/** Delivered never moves back, so the furthest word is the newest. */
function moveDelivered(draft: Draft, userId: string, deliveredSeq: number): boolean {
  const place = draft.places.get(userId) ?? { readSeq: 0, readVersion: -1, deliveredSeq: 0 }
  if (place.deliveredSeq >= deliveredSeq) return false
  draft.places.set(userId, { ...place, deliveredSeq })
  return true
}

function change(timeline: Timeline, work: (draft: Draft) => boolean): Timeline {
  const draft: Draft = {
    ...timeline,
    entries: [...timeline.entries],
    early: new Map(timeline.early),
    members: new Map(timeline.members),
    places: new Map(timeline.places),
  }
  if (!work(draft)) return timeline
  const { entries } = draft
  let next = indexOf(entries, draft.throughSeq + 1)
  while (entries[next++]?.seq === draft.throughSeq + 1) draft.throughSeq++
  draft.headSeq = Math.max(draft.headSeq, entries.at(-1)?.seq ?? 0)
  return draft
}

/** A cursor is the text `EPOCH.VERSION`. */
const versionOf = (cursor: string) => Number(cursor.slice(cursor.lastIndexOf('.') + 1))
