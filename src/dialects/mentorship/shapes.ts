// Mentorship's things: their fields as its clients read them.
import type { ErrorBody } from '../../contract/errors.ts'
import type { Message, Receipt } from '../../contract/message.ts'
import type { Member, Thread } from '../../contract/thread.ts'
import type { Presence, User } from '../../contract/user.ts'
import { address, html, safeError, words } from '../shown.ts'

/** Where a message is: with its two people, or in a room, which has no pair. */
export type Place = { pair: readonly string[]; roomId: string }

const person = ({ id, name, avatarUrl }: User) => ({
  ...{ _id: id, id, name: words(name), avatar: address(avatarUrl) },
})

/** A file without a word is what it is; so is one that a native client sent with some. */
const typeOf = ({ kind, attachments: [first] }: Message) =>
  kind === 'text' && first ? (first.kind === 'image' ? 'image' : 'file') : kind

const attachment = ({ id, url, name, type, size }: Message['attachments'][number]) => ({
  ...{ id, url: address(url), name: words(name), type: words(type), size },
})

/** The time at which the last of all had it; null while one has not. */
const lastOf = (times: (string | null)[]) =>
  times.length === 0 || times.includes(null) ? null : (times.toSorted().at(-1) ?? null)

/** In a room, a message is delivered or read when that is so for everyone else in it. */
function progress(receipts: Receipt[]) {
  const readAt = lastOf(receipts.map((one) => one.readAt))
  const deliveredAt = lastOf(receipts.map((one) => one.deliveredAt)) ?? readAt
  const status = readAt ? 'read' : deliveredAt ? 'delivered' : 'sent'
  return { status, ...(deliveredAt && { deliveredAt }), ...(readAt && { readAt }) }
}

/** `receipts`: of everyone but its sender. */
export const message = (one: Message, { pair, roomId }: Place, receipts: Receipt[] = []) => ({
  _id: one.id,
  id: one.id,
  senderId: one.sender.id,
  ...(pair.length > 0 ? { receiverId: pair.find((id) => id !== one.sender.id) } : { roomId }),
  conversationId: one.threadId,
  content: html(one),
  type: typeOf(one),
  ...(one.attachments.length > 0 && { attachments: one.attachments.map(attachment) }),
  ...progress(receipts),
  createdAt: one.createdAt,
  sender: person(one.sender),
  // So that a client knows the message that it showed while it was sending.
  ...(one.clientId !== null && { clientId: words(one.clientId) }),
})

const seenAs = (seen?: Presence) => ({
  isOnline: seen !== undefined && seen.status !== 'offline',
  lastSeen: seen?.lastSeen ?? null,
})

const participant = ({ userId, ...member }: Member, seen?: Presence) => ({
  ...person({ id: userId, ...member }),
  ...seenAs(seen),
})

/** What the cursors of the others say of a message; when they came there is not said. */
function reached(one: Message, members: Member[]): Receipt[] {
  const by = (seq: number) => (seq >= one.seq ? one.createdAt : null)
  return members
    .filter(({ userId }) => userId !== one.sender.id)
    .map(({ userId, readSeq, deliveredSeq }) => ({
      ...{ userId, readAt: by(readSeq), deliveredAt: by(deliveredSeq) },
    }))
}

function lastMessage(one: Message, thread: Thread, place: Place) {
  const { deliveredAt: _, readAt: __, ...shown } = message(one, place, reached(one, thread.members))
  return shown
}

/** `me`: who looks. With somebody it has their name and face, a room its own. */
export function conversation(thread: Thread, me: string, presences: Presence[]) {
  const { id, type, title, members, lastMessage: last } = thread
  const seen = new Map(presences.map((presence) => [presence.userId, presence]))
  const people = members.map((member) => participant(member, seen.get(member.userId)))
  const direct = type === 'direct'
  const place = { pair: direct ? members.map(({ userId }) => userId) : [], roomId: id }
  const named = direct
    ? { type: 'direct', user: people.find((one) => one.id !== me) ?? null }
    : { type: 'room', roomId: id, name: words(title ?? ''), memberCount: thread.memberCount }
  return {
    ...{ _id: id, id, conversationId: id },
    ...named,
    participants: people,
    lastMessage: last && lastMessage(last, thread, place),
    unreadCount: thread.unread,
    createdAt: thread.createdAt,
    updatedAt: thread.updatedAt,
  }
}

export const failure = (error: ErrorBody) => ({
  success: false,
  message: safeError(error).message,
})

/** `message_error`; `said` is the event that failed, whose message its client still shows. */
export function messageError(error: ErrorBody, said: unknown) {
  const { message: words_, code, details } = safeError(error)
  const { clientId } = (typeof said === 'object' && said !== null ? said : {}) as {
    clientId?: unknown
  }
  return {
    ...{ error: words_, code },
    ...(typeof clientId === 'string' && { clientId: words(clientId) }),
    ...(code === 'rate_limited' && (details as object)),
  }
}
