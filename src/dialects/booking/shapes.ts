// Booking's things: their fields as its document's schemas name them.
import type { Attachment } from '../../contract/attachment.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { Kind, Message, Receipt } from '../../contract/message.ts'
import type { Member, Thread } from '../../contract/thread.ts'
import type { Presence } from '../../contract/user.ts'
import { address, html, safeError, words } from '../shown.ts'

/** The document has four types of message. */
const types: { [K in Kind]?: string } = {
  image: 'image',
  file: 'file',
  video: 'file',
  audio: 'file',
  system: 'system',
}

/** A file without a word is what it is; so is one that a native client sent with some. */
const typeOf = ({ kind, attachments: [first] }: Message) =>
  types[kind] ?? (first && (first.kind === 'image' ? 'image' : 'file')) ?? 'text'

const attachment = ({ url, name, type, size }: Attachment) => ({
  url: address(url),
  filename: words(name),
  mimetype: words(type),
  size,
})

/** `receipts`: of the others in the conversation; nothing is said of readers where they are unknown. */
export const message = (one: Message, receipts?: Receipt[]) => ({
  _id: one.id,
  conversation: one.threadId,
  sender: one.sender.id,
  senderName: words(one.sender.name),
  content: html(one),
  messageType: typeOf(one),
  attachments: one.attachments.map(attachment),
  readBy: receipts?.flatMap(({ userId, readAt }) =>
    readAt === null ? [] : { user: userId, readAt },
  ),
  replyTo: one.replyTo,
  reactions: one.reactions.flatMap(({ emoji, userIds }) =>
    userIds.map((user) => ({ user, emoji: words(emoji) })),
  ),
  isDeleted: one.deletedAt !== null,
  deletedAt: one.deletedAt,
  isEdited: one.editedAt !== null,
  editedAt: one.editedAt,
  createdAt: one.createdAt,
  updatedAt: one.deletedAt ?? one.editedAt ?? one.createdAt,
})

/** Whoever works at the desk is an admin of its threads. */
const participant = ({ userId, name, avatarUrl, role, joinedAt }: Member, seen?: Presence) => ({
  user: userId,
  name: words(name),
  avatar: address(avatarUrl),
  role: role === 'admin' ? 'admin' : 'customer',
  joinedAt,
  lastSeen: seen?.lastSeen ?? null,
  isOnline: seen !== undefined && seen.status !== 'offline',
})

export function conversation(one: Thread, me: string, presences: Presence[]) {
  const seen = new Map(presences.map((presence) => [presence.userId, presence]))
  const last = one.lastMessage
  return {
    _id: one.id,
    participants: one.members.map((member) => participant(member, seen.get(member.userId))),
    relatedBooking: one.subject?.type === 'booking' ? words(one.subject.id) : null,
    title: one.title && words(one.title),
    lastMessage: last && {
      content: html(last),
      sender: last.sender.id,
      messageType: typeOf(last),
      timestamp: last.createdAt,
    },
    unreadCount: one.unread,
    unreadCounts: { [me]: one.unread },
    status: one.status,
    createdAt: one.createdAt,
    updatedAt: one.updatedAt,
  }
}

/** `{success, message, data, error}`; `error` is the code. */
export function failure(thrown: ErrorBody) {
  const { code, message: said } = safeError(thrown)
  return { success: false, message: said, data: null, error: code }
}
