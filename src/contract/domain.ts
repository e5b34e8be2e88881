// What Skein puts on a queue for the systems behind it. Their names and fields are fixed by those who
// consume them, so a thread is a conversation here.
import { z } from 'zod'
import { MessageId, ThreadId, Time, UserId } from './ids.ts'
import { Kind } from './message.ts'
import { ThreadType } from './thread.ts'

const conversationId = ThreadId
/** The first `limits.domainPeople` of them. */
const People = z.array(UserId)

const ConversationCreated = z.object({
  conversationId,
  createdBy: UserId,
  participantIds: People,
  conversationType: ThreadType,
  title: z.string().optional(),
  /** False for places that people come to: rooms, communities, posts. */
  isPrivate: z.boolean(),
})

/** `content` is what it says when this is put on the queue: empty, if it was deleted by then. */
const MessageSent = z.object({
  messageId: MessageId,
  conversationId,
  senderId: UserId,
  content: z.string(),
  messageType: Kind,
  sentAt: Time,
  recipientIds: People,
  replyToMessageId: MessageId.optional(),
  /** Addresses; those of files uploaded here are the path alone. */
  fileAttachments: z.array(z.string()).optional(),
})

/** Somebody said that they read up to a message. Who answers has read too, and says so by that. */
const MessageRead = z.object({
  messageId: MessageId,
  readBy: UserId,
  readAt: Time,
  conversationId,
  messagesSinceLastRead: z.number().int(),
})

/** It may come twice, and in any order: `id` is the same each time. */
const event = <N extends string, T extends z.ZodType>(type: N, data: T) =>
  z.object({ id: z.string(), type: z.literal(type), data })

export const DomainEvent = z.discriminatedUnion('type', [
  event('ConversationCreated', ConversationCreated),
  event('MessageSent', MessageSent),
  event('MessageRead', MessageRead),
])
export type DomainEvent = z.infer<typeof DomainEvent>
