// Therapy's things: their fields as its document prints them.
import { errors } from '../../contract/errors.ts'
import type { ErrorBody, ErrorCode } from '../../contract/errors.ts'
import type { Kind, Message, ReactionEntry, Receipt } from '../../contract/message.ts'
import type { Output } from '../../contract/operations.ts'
import type { Member, Thread, ThreadType } from '../../contract/thread.ts'
import type { User } from '../../contract/user.ts'
import { address, html, safeError, words } from '../shown.ts'

type Named = Pick<User, 'name' | 'firstName' | 'lastName'>

/** The parts of a name as the token says them, else those of the whole: its first word, and the rest. */
function nameOf({ name, firstName, lastName }: Named) {
  const [first = '', ...rest] = name.split(' ')
  const whole = firstName === undefined && lastName === undefined
  return {
    firstName: words(whole ? first : (firstName ?? '')),
    lastName: words(whole ? rest.join(' ') : (lastName ?? '')),
  }
}

export const person = ({ id, ...named }: Named & { id: string }) => ({ id, ...nameOf(named) })

const pictured = (user: User) => ({
  ...person(user),
  avatarUrl: address(user.avatarUrl) || null,
})

/** The document has four types of conversation, and communities and posts beside them. */
const conversationTypes: Record<ThreadType, string> = {
  direct: 'DIRECT',
  group: 'GROUP',
  room: 'GROUP',
  support: 'SUPPORT',
  therapy: 'THERAPY',
  community: 'COMMUNITY',
  post: 'POST',
}

/** "ADMIN" is who created it, and whoever was made one since. */
const participant = (threadId: string, createdBy: string | null) => (member: Member) => ({
  id: `${threadId}:${member.userId}`,
  userId: member.userId,
  role:
    member.userId === createdBy || member.role === 'owner' || member.role === 'admin'
      ? 'ADMIN'
      : 'MEMBER',
  joinedAt: member.joinedAt,
  isActive: member.leftAt === null,
  user: { ...pictured({ ...member, id: member.userId }), role: words(member.userRole) },
})

export const conversation = (one: Thread) => ({
  id: one.id,
  type: conversationTypes[one.type],
  title: one.title && words(one.title),
  createdAt: one.createdAt,
  updatedAt: one.updatedAt,
  lastMessageAt: one.lastMessage?.createdAt ?? null,
  isActive: one.status !== 'closed',
  participants: one.members.map(participant(one.id, one.createdBy)),
  messages: one.lastMessage ? [glance(one.lastMessage)] : [],
})

/** In a list: the last message alone, and how many are unread. */
export const listed = (one: Thread) => ({
  ...conversation(one),
  _count: { messages: one.unread },
})

const glance = (one: Message) => ({
  id: one.id,
  content: html(one),
  createdAt: one.createdAt,
  sender: pictured(one.sender),
})

export const hit = ({ message, thread }: Output<'message.search'>['items'][number]) => ({
  ...glance(message),
  conversation: {
    id: thread.id,
    type: conversationTypes[thread.type],
    title: thread.title && words(thread.title),
  },
})

/** The document has six types of message. */
const messageTypes: { [K in Kind]?: string } = {
  image: 'IMAGE',
  file: 'FILE',
  audio: 'AUDIO',
  video: 'VIDEO',
  system: 'SYSTEM',
}

/** The first file of a message: one of ours, or one that lies elsewhere. */
function attachment({ attachments: [ours], metadata }: Message) {
  const { fileUrl, fileName, fileSize } = ours
    ? { fileUrl: ours.url, fileName: ours.name, fileSize: ours.size }
    : (metadata ?? {})
  return {
    attachmentUrl: (typeof fileUrl === 'string' && address(fileUrl)) || null,
    attachmentName: typeof fileName === 'string' ? words(fileName) : null,
    attachmentSize: typeof fileSize === 'number' ? fileSize : null,
  }
}

/** What stands around a message: each by itself is asked for where it is needed. */
export type Around = {
  repliedTo?: Message
  reactions?: ReactionEntry[]
  receipts?: Receipt[]
  people?: ReadonlyMap<string, Named>
}

export const message = (
  one: Message,
  { repliedTo, reactions = [], receipts = [], people = new Map() }: Around = {},
) => ({
  id: one.id,
  conversationId: one.threadId,
  senderId: one.sender.id,
  content: html(one),
  messageType: messageTypes[one.kind] ?? 'TEXT',
  createdAt: one.createdAt,
  isEdited: one.editedAt !== null,
  editedAt: one.editedAt,
  isDeleted: one.deletedAt !== null,
  replyToId: one.replyTo,
  ...attachment(one),
  sender: pictured(one.sender),
  replyTo: repliedTo
    ? { id: repliedTo.id, content: html(repliedTo), sender: person(repliedTo.sender) }
    : null,
  reactions: reactions.map((entry) => reaction(one.id, entry)),
  readReceipts: receipts.flatMap(({ userId, readAt }) =>
    readAt === null
      ? []
      : {
          id: `${one.id}:${userId}`,
          userId,
          readAt,
          user: person({ ...(people.get(userId) ?? { name: userId }), id: userId }),
        },
  ),
})

export const reaction = (messageId: string, { emoji, user, createdAt }: ReactionEntry) => ({
  id: `${messageId}:${user.id}:${words(emoji)}`,
  messageId,
  userId: user.id,
  emoji: words(emoji),
  createdAt,
  user: person(user),
})

/** As the framework behind the document says errors: the status, the message, the status in words. */
export function failure(thrown: ErrorBody) {
  const { code, message: said, details } = safeError(thrown)
  const { status } = errors[code]
  return {
    statusCode: status,
    message: said,
    error: phrases[status],
    code,
    ...(details !== undefined && { details }),
  }
}

const phrases: Record<(typeof errors)[ErrorCode]['status'], string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
