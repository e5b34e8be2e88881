// EventFlow's things: their fields as its document's schemas and client code name them.
import type { Attachment } from '../../contract/attachment.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { Draft } from '../../contract/draft.ts'
import type { Edition, Message, Reaction, Receipt } from '../../contract/message.ts'
import type { Notification } from '../../contract/notification.ts'
import type { Output } from '../../contract/operations.ts'
import type { NoPreview, Preview } from '../../contract/preview.ts'
import type { QueueItem } from '../../contract/queue.ts'
import type { Member, Thread } from '../../contract/thread.ts'
import type { Block, BlockedUser, Presence } from '../../contract/user.ts'
import { address, escaped, html, safeError, safely, words } from '../shown.ts'

/**
 * `receipts`: of the others in the thread. Where they are unknown (a hit of a search, a very large
 * thread) nothing is said of who got and read it.
 */
export function message(one: Omit<Message, 'seq' | 'version'>, receipts?: Receipt[]) {
  return {
    _id: one.id,
    threadId: one.threadId,
    senderId: one.sender.id,
    sender: person(one.sender),
    recipientIds: receipts?.map(({ userId }) => userId),
    content: html(one),
    attachments: one.attachments.map(file),
    reactions: reactions(one.reactions),
    status: receipts && statusOf(receipts),
    readBy: receipts?.flatMap(({ userId, readAt }) => (readAt === null ? [] : { userId, readAt })),
    replyTo: one.replyTo,
    forwardedFrom: one.forwardedFrom && {
      messageId: one.forwardedFrom.messageId,
      senderId: one.forwardedFrom.sender.id,
      senderName: words(one.forwardedFrom.sender.name),
      createdAt: one.forwardedFrom.createdAt,
    },
    isDraft: 'draft' in one,
    isEdited: one.editedAt !== null,
    editedAt: one.editedAt,
    createdAt: one.createdAt,
    updatedAt: one.editedAt ?? one.createdAt,
  }
}

/** The document knows images, videos and documents; a sound is a document to be played. */
function file({ id, kind, name, size, type, url, ...known }: Attachment) {
  const { thumbnailUrl, width, height, duration, waveform } = known
  return {
    _id: id,
    type: kind === 'audio' ? 'document' : kind,
    url: address(url),
    filename: words(name),
    size,
    mimeType: type,
    metadata: { width, height, duration, waveform, thumbnailUrl: address(thumbnailUrl) || null },
  }
}

/** What came of forwarding to one person. */
export function forwarded(item: Output<'message.forward'>['items'][number]) {
  const { recipientId } = item
  if ('message' in item) return { recipientId, success: true, messageId: item.message.id }
  return { recipientId, ...failure(item.error) }
}

export const draft = (one: Draft) => ({ ...message(one), updatedAt: one.updatedAt })

/** One entry for each person and emoji: the client counts them itself (`renderReactions`). */
export const reactions = (all: Reaction[]) =>
  all.flatMap(({ emoji, userIds }) => userIds.map((userId) => ({ emoji: words(emoji), userId })))

/** Read once everybody has read it, delivered once everybody has got it. */
function statusOf(receipts: Receipt[]): 'sent' | 'delivered' | 'read' {
  if (receipts.length === 0) return 'sent'
  if (receipts.every(({ readAt }) => readAt !== null)) return 'read'
  return receipts.every(({ deliveredAt }) => deliveredAt !== null) ? 'delivered' : 'sent'
}

const person = ({
  id,
  name,
  avatarUrl,
}: {
  id: string
  name: string
  avatarUrl: string | null
}) => ({
  _id: id,
  name: words(name),
  avatar: address(avatarUrl),
})

/** The other person of a direct thread; in a group whoever wrote last, else the first of the others. */
export function participantOf(
  { type, members, lastMessage }: Thread,
  me: string,
): Member | undefined {
  const others = members.filter(({ userId }) => userId !== me)
  const writer = members.find(({ userId }) => userId === lastMessage?.sender.id)
  return (type === 'direct' ? undefined : writer) ?? others[0] ?? members[0]
}

export function thread(one: Thread, me: string, presences: Presence[]) {
  const other = participantOf(one, me)
  const last = one.lastMessage?.deletedAt === null ? one.lastMessage : null
  const there = presences.find(({ userId }) => userId === other?.userId)
  return {
    _id: one.id,
    participants: one.members.map(({ userId }) => userId),
    participant: other && {
      ...person({ ...other, id: other.userId }),
      status: there?.status ?? 'offline',
    },
    subject: one.title && words(one.title),
    lastMessage: last && message(last),
    lastMessageId: last && last.id,
    lastMessageAt: last?.createdAt ?? one.createdAt,
    unreadCount: one.unread,
    status: one.status,
    metadata: safely(one.metadata ?? {}),
    isPinned: one.pinnedAt !== null,
    pinnedAt: one.pinnedAt,
    isMuted: one.mutedUntil !== null,
    mutedUntil: one.mutedUntil,
    createdAt: one.createdAt,
    updatedAt: one.updatedAt,
  }
}

/** Of a message there is no title but who wrote it. */
export const notification = (one: Notification) => ({
  _id: one.id,
  type: words(one.type),
  title: words(one.title ?? one.sender?.name ?? ''),
  message: words(one.message ?? ''),
  threadId: one.threadId,
  messageId: one.messageId,
  sender: one.sender && person(one.sender),
  count: one.count,
  read: one.read,
  readAt: one.readAt,
  createdAt: one.createdAt,
})

export const presence = ({ userId, status, lastSeen }: Presence) => ({ userId, status, lastSeen })

/** `_id` is the person who is blocked, as everywhere in a list of users. */
export const blocked = ({ userId, reason, createdAt, ...known }: Block | BlockedUser) => ({
  ...('name' in known ? person({ ...known, id: userId }) : { _id: userId }),
  blockedUserId: userId,
  reason: reason && words(reason),
  createdAt,
})

/** A message that was found, and where. */
export const hit = ({
  message: found,
  thread: place,
  snippet,
  score,
}: Output<'message.search'>['items'][number]) => ({
  ...message(found),
  thread: { _id: place.id, type: place.type, subject: place.title && words(place.title) },
  snippet: escaped(snippet),
  score,
})

export const queued = (item: QueueItem) => {
  const { threadId, clientId, attachments } = item
  const content = html(item)
  return {
    _id: item.id,
    threadId,
    message: { threadId, clientId, content, attachments },
    content,
    status: item.status,
    retryCount: item.retryCount,
    createdAt: item.createdAt,
    lastAttempt: item.lastAttempt,
    nextRetry: item.nextRetry,
    error: item.error && words(item.error.message),
    messageId: item.messageId,
  }
}

const said = (text: string | null) => (text === null ? undefined : words(text))

/** Absent, not null, where a page says nothing of itself. */
export function preview(one: Preview | NoPreview) {
  const url = words(one.url)
  if ('error' in one) return { url, error: words(one.error) }
  return {
    url,
    title: said(one.title),
    description: said(one.description),
    image: address(one.image) || undefined,
    siteName: said(one.siteName),
    favicon: address(one.favicon) || undefined,
  }
}

export const edition = ({ content, format, editedAt }: Edition) => ({
  content: html({ content, format }),
  editedAt,
})

/** `{success: false, error, code}`; the reasons of a spam refusal and the like beside it. */
export function failure(thrown: ErrorBody) {
  const { code, message: error, details } = safeError(thrown)
  return { success: false, error, code, ...(details !== undefined && { details }) }
}
