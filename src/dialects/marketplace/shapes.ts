// Marketplace's things: their fields as its document's schemas name them. What a schema marks with a
// question mark is absent where there is nothing to say.
import type { Attachment } from '../../contract/attachment.ts'
import type { ErrorBody, ErrorCode } from '../../contract/errors.ts'
import { errors } from '../../contract/errors.ts'
import type { Kind, Message, Receipt } from '../../contract/message.ts'
import type { Output } from '../../contract/operations.ts'
import type { Member, Thread } from '../../contract/thread.ts'
import { address, html, safeError, safely, words } from '../shown.ts'

/** The document has no type for an emoji alone, and none for words beside a file. */
function typeOf({ kind, attachments: [first] }: Message): Kind {
  if (kind !== 'text' && kind !== 'emoji') return kind
  return first === undefined ? 'text' : typeOfFile(first)
}

const typeOfFile = ({ kind }: Attachment) => (kind === 'document' ? 'file' : kind)

const factsOf = ({ name, url, size, type, thumbnailUrl }: Attachment) => ({
  fileName: words(name),
  fileUrl: address(url),
  fileSize: size,
  mimeType: words(type),
  thumbnailUrl: address(thumbnailUrl) || undefined,
})

/** What an upload answers. */
export const uploaded = (one: Attachment) => ({
  id: one.id,
  url: address(one.url),
  ...factsOf(one),
  type: typeOfFile(one),
})

export const user = (one: { id: string; name: string; avatarUrl: string | null }) => ({
  id: one.id,
  name: words(one.name),
  avatar: address(one.avatarUrl),
})

/** `providerId` stands beside the proposal; the document's `duration` is words. */
function metadataOf({ metadata, attachments: [file] }: Message) {
  if (!metadata && !file) return undefined
  const { providerId: _, fileUrl, thumbnailUrl, duration, ...more } = metadata ?? {}
  return {
    ...(safely(more) as object),
    ...(typeof fileUrl === 'string' && { fileUrl: address(fileUrl) }),
    ...(typeof thumbnailUrl === 'string' && { thumbnailUrl: address(thumbnailUrl) }),
    ...(typeof duration === 'string' && { duration: words(duration) }),
    ...(typeof duration === 'number' && { duration: `${duration} min` }),
    // What the server found in a file is more than what a client says of it.
    ...(file && factsOf(file)),
  }
}

/** What became of an offer or a booking request, and whose service it is about. */
const proposalOf = ({ proposal, metadata }: Message) =>
  proposal && { ...proposal, providerId: metadata?.['providerId'] }

/** `receipts`: of the others in the conversation. */
export const message = (one: Message, receipts: Receipt[] = []) => ({
  _id: one.id,
  conversationId: one.threadId,
  senderId: one.sender.id,
  sender: user(one.sender),
  content: html(one),
  type: typeOf(one),
  metadata: metadataOf(one),
  attachments: one.attachments.map(uploaded),
  proposal: proposalOf(one),
  readBy: Object.fromEntries(
    receipts.flatMap(({ userId, readAt }) => (readAt === null ? [] : [[userId, readAt]])),
  ),
  // "reactions: ObjectId[]; reactionTypes: Map<string, string>": who reacted, and how.
  reactions: one.reactions.flatMap(({ userIds }) => userIds),
  reactionTypes: Object.fromEntries(
    one.reactions.flatMap(({ emoji, userIds }) => userIds.map((id) => [id, words(emoji)])),
  ),
  replyToId: one.replyTo ?? undefined,
  editedAt: one.editedAt ?? undefined,
  deletedAt: one.deletedAt ?? undefined,
  deletedFor: [],
  isForwarded: one.forwardedFrom !== null,
  forwardedFromId: one.forwardedFrom?.messageId,
  createdAt: one.createdAt,
  updatedAt: one.deletedAt ?? one.editedAt ?? one.createdAt,
})

const isOwner = ({ role }: Member) => role === 'owner'

/** A file without a word has its name. */
export const wordsOf = (one: Message) => html(one) || words(one.attachments[0]?.name ?? '')

/** What a list of conversations, and news of one, say of its last message. */
export const lastOf = ({ lastMessage, createdAt }: Thread) => ({
  lastMessage: lastMessage?.deletedAt === null ? wordsOf(lastMessage) : undefined,
  lastMessageAt: lastMessage?.createdAt ?? createdAt,
})

export function conversation(one: Thread, me: string) {
  const avatar = one.metadata?.['avatarUrl']
  const group = one.type !== 'direct' && {
    groupName: one.title === null ? undefined : words(one.title),
    groupAvatar: address(typeof avatar === 'string' ? avatar : null) || undefined,
    groupAdmin: one.members.find(isOwner)?.userId,
  }
  return {
    _id: one.id,
    participants: one.members.map(({ userId }) => userId),
    users: one.members.map((member) => user({ ...member, id: member.userId })),
    type: one.type === 'direct' ? 'direct' : 'group',
    ...group,
    ...lastOf(one),
    unreadCount: one.unread,
    unreadCounts: { [me]: one.unread },
    isActive: one.status !== 'closed',
    archivedBy: one.archivedAt === null ? {} : { [me]: one.archivedAt },
    deletedBy: {},
    createdAt: one.createdAt,
    updatedAt: one.updatedAt,
  }
}

/** A message that was found. */
export const hit = ({ message: found }: Output<'message.search'>['items'][number]) => message(found)

export const read = ({ userId, readAt }: Receipt) => ({ userId, readAt })

/** The document's own list of statuses, for what it has no other word for; and 415, see readings. */
export const statuses: Partial<Record<ErrorCode, number>> = {
  method_not_allowed: 404,
  idempotency_mismatch: 400,
  conflict: 400,
  forbidden_address: 400,
  spam: 400,
  unavailable: 500,
}

export function failure(thrown: ErrorBody) {
  const { code, message: error } = safeError(thrown)
  return { success: false, error, statusCode: statuses[code] ?? errors[code].status }
}
