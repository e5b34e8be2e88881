// A thread as its object would keep it, for one viewer: the least that says events and sync pages.
import type { Event } from '../../../src/contract/events.ts'
import type { HiddenMessage, Message } from '../../../src/contract/message.ts'
import type { Member, Read, SyncPage } from '../../../src/contract/thread.ts'

export const people = ['ana', 'bo', 'cy'] as const
export type Person = (typeof people)[number]

export type Step =
  | { do: 'send' | 'join' | 'leave'; who: Person }
  | { do: 'edit' | 'delete' | 'react' | 'hide'; who: Person; place: number }
  | { do: 'read' | 'unread' | 'deliver'; who: Person; place: number }
  | { do: 'restore' }

type Row<T> = T & { version: number }
type State = {
  version: number
  messages: (Message | HiddenMessage)[]
  members: Map<string, Member>
  reads: Map<string, Row<Read>>
}

const threadId = 't0history'
const time = '2026-11-01T00:00:00.000Z'

const blank = {
  threadId,
  clientId: null,
  kind: 'text',
  format: 'plain',
  metadata: null,
  attachments: [],
  mentions: [],
  replyTo: null,
  forwardedFrom: null,
  reactions: [],
  preview: null,
  createdAt: time,
  editedAt: null,
  deletedAt: null,
} satisfies Partial<Message>

/** The viewer's own numbers, which the fold leaves to the list. */
const mine = {
  unread: 0,
  mentions: 0,
  readSeq: 0,
  pinnedAt: null,
  mutedUntil: null,
  archivedAt: null,
}

/** A thread of `people`. `step` makes one change and says its event, or null when it changes nothing. */
export function openHistory() {
  let epoch = 1
  let state: State = { version: 0, messages: [], members: new Map(), reads: new Map() }
  let backup = structuredClone(state)

  const cursorOf = (who: string) =>
    state.reads.get(who) ?? { userId: who, readSeq: 0, deliveredSeq: 0, version: 0 }

  function moveTo(who: string, readSeq: number) {
    const deliveredSeq = Math.max(cursorOf(who).deliveredSeq, readSeq)
    state.reads.set(who, { userId: who, readSeq, deliveredSeq, version: state.version })
  }

  function setMember(who: string, leftAt: string | null): Member {
    const { readSeq, deliveredSeq } = cursorOf(who)
    const { version } = state
    const person = { name: who, avatarUrl: null, userRole: 'user' }
    const rest = { ...person, role: 'member' as const, joinedAt: time }
    const member = { userId: who, ...rest, leftAt, readSeq, deliveredSeq, version }
    state.members.set(who, member)
    return member
  }

  function send(who: Person): Event {
    const seq = state.messages.length + 1
    const { version } = state
    const message: Message = {
      ...blank,
      id: `${threadId}-${seq}`,
      seq,
      version,
      sender: { id: who, name: who, avatarUrl: null },
      content: `${seq} of ${who}`,
    }
    state.messages.push(message)
    moveTo(who, seq)
    return { event: 'message.created', threadId, version, data: structuredClone(message) }
  }

  /** A change of one message that is neither deleted nor hidden. */
  function touch(kind: 'edit' | 'delete' | 'react' | 'hide', who: Person, place: number) {
    const index = place % Math.max(1, state.messages.length)
    const found = state.messages[index]
    if (found === undefined || 'hidden' in found || found.deletedAt !== null) return null
    const version = ++state.version
    const { id, seq } = found
    const keep = (message: Message | HiddenMessage) => (state.messages[index] = message)
    if (kind === 'hide') {
      keep({ id, seq, version, hidden: true })
      const data = { id, seq, hidden: true as const }
      return { event: 'message.deleted' as const, threadId, version, data }
    }
    if (kind === 'react') {
      const reactions = [{ emoji: `e${version}`, count: 1, userIds: [who] }]
      keep({ ...found, version, reactions })
      const user = { id: who, name: who, avatarUrl: null }
      const data = { messageId: id, reactions, change: { user, added: `e${version}`, removed: [] } }
      return { event: 'message.reactions' as const, threadId, version, data }
    }
    const event = kind === 'edit' ? ('message.updated' as const) : ('message.deleted' as const)
    const data: Message =
      kind === 'edit'
        ? { ...found, version, content: `edit ${version}`, editedAt: time }
        : { ...found, version, content: null, reactions: [], deletedAt: time }
    keep(data)
    return { event, threadId, version, data: structuredClone(data) }
  }

  function step(step: Step): Event | null {
    switch (step.do) {
      case 'restore':
        epoch++
        state = structuredClone(backup)
        return null
      case 'send':
        if (state.messages.length % 4 === 2) backup = structuredClone(state)
        state.version++
        return send(step.who)
      case 'join': {
        state.version++
        moveTo(step.who, state.messages.length)
        const data = setMember(step.who, null)
        return { event: 'member.joined', threadId, version: state.version, data }
      }
      case 'leave': {
        state.version++
        const data = setMember(step.who, time)
        return { event: 'member.left', threadId, version: state.version, data }
      }
      case 'read':
      case 'unread': {
        const readSeq = step.place % (state.messages.length + 1)
        state.version++
        moveTo(step.who, readSeq)
        const data = { userId: step.who, readSeq }
        return { event: 'read.updated', threadId, version: state.version, data }
      }
      case 'deliver': {
        const known = cursorOf(step.who)
        const deliveredSeq = step.place % (state.messages.length + 1)
        if (deliveredSeq <= known.deliveredSeq) return null
        const version = ++state.version
        state.reads.set(step.who, { ...known, deliveredSeq, version })
        const data = { userId: step.who, deliveredSeq }
        return { event: 'delivered.updated', threadId, version, data: { ...data, after: 0 } }
      }
      default:
        return touch(step.do, step.who, step.place)
    }
  }

  /** What changed since a cursor, at most `limit` rows; from the start for a null or foreign one. */
  function page(cursor: string | null, limit: number): SyncPage {
    const [ofEpoch, ofVersion] = (cursor ?? `${epoch}.0`).split('.').map(Number)
    const reset = ofEpoch !== epoch
    const since = reset ? 0 : (ofVersion ?? 0)
    const rows = [
      ...state.messages.map((message) => ({ version: message.version, message })),
      ...[...state.members.values()].map((member) => ({ version: member.version, member })),
      ...[...state.reads.values()].map((read) => ({ version: read.version, read })),
    ]
    const changed = rows
      .filter((row) => row.version > since)
      .toSorted((a, b) => a.version - b.version)
    // A version is never torn: a send and the cursor that it moved are in one page.
    const last = changed[limit - 1]?.version ?? state.version
    const taken = changed.filter((row) => row.version <= last)
    return structuredClone({
      cursor: `${epoch}.${taken.length < changed.length ? last : state.version}`,
      more: taken.length < changed.length,
      epoch: String(epoch),
      headSeq: state.messages.length,
      // The client does not look at it.
      newFrom: 1,
      messages: taken.flatMap((row) => ('message' in row ? row.message : [])),
      members: taken.flatMap((row) =>
        'member' in row ? { ...row.member, ...present(row.member.userId) } : [],
      ),
      reads: taken.flatMap((row) =>
        'read' in row ? { userId: row.read.userId, ...present(row.read.userId) } : [],
      ),
      me: mine,
      ...(reset ? { reset: true as const } : {}),
    })
  }

  function present(who: string) {
    const { readSeq, deliveredSeq } = cursorOf(who)
    return { readSeq, deliveredSeq }
  }

  /** The newest messages and everything else, as `from=latest` answers. */
  function latest(count: number): SyncPage {
    const all = page(null, Number.MAX_SAFE_INTEGER)
    const from = state.messages.length - count
    return { ...all, messages: all.messages.filter((message) => message.seq > from) }
  }

  return { threadId, step, page, latest, version: () => state.version }
}

export type History = ReturnType<typeof openHistory>
