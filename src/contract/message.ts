// A message, and what gathers around it.
import { z } from 'zod'
import { Attachment } from './attachment.ts'
import { ClientId, MessageId, Seq, ThreadId, Time, UserId, Version } from './ids.ts'
import { limits } from './limits.ts'
import { Preview } from './preview.ts'
import { Proposal } from './proposal.ts'
import { User } from './user.ts'

/** `plain` is kept to the byte and shown as text; `html` is cleaned with an allow-list. */
export const Format = z.enum(['plain', 'html'])
export type Format = z.infer<typeof Format>

/** What a client may send; `system` is said by the server alone. What some need is in kinds.ts. */
export const SendKind = z.enum([
  'text',
  'image',
  'file',
  'video',
  'audio',
  'emoji',
  'location',
  'service_offer',
  'booking_request',
])
export const Kind = z.enum([...SendKind.options, 'system'])
export type Kind = z.infer<typeof Kind>

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length

/** Free JSON of the application, at most 8 KB. */
export const Metadata = z
  .record(z.string(), z.json())
  .refine((value) => bytes(value) <= limits.metadataBytes, {
    message: `must be at most ${limits.metadataBytes} bytes of JSON`,
  })
export type Metadata = z.infer<typeof Metadata>

/** An emoji or a short name of one. */
export const Emoji = z
  .string()
  .min(1)
  .max(limits.emoji)
  .regex(/^[^\p{Cc}\p{Z}<>]+$/u, 'must be an emoji or a short name')

export const Content = z
  .string()
  .max(limits.content)
  .refine((text) => text.trim() !== '', { message: 'must not be empty' })

/** Whom a message calls beside those it names: all members, or those of them who are there now. */
export const Everyone = z.enum(['all', 'here'])
export type Everyone = z.infer<typeof Everyone>

export const Reaction = z.object({
  emoji: z.string(),
  count: z.number().int(),
  userIds: z.array(UserId),
})
export type Reaction = z.infer<typeof Reaction>

/** One person's reaction, and since when. */
export const ReactionEntry = z.object({ emoji: z.string(), user: User, createdAt: Time })
export type ReactionEntry = z.infer<typeof ReactionEntry>

/** Whose words a forwarded message repeats, and where and when they were said first. */
export const ForwardedFrom = z.object({
  messageId: MessageId,
  sender: z.object({ id: UserId, name: z.string() }),
  createdAt: Time,
})
export type ForwardedFrom = z.infer<typeof ForwardedFrom>

/** A message. Deleted for all, it stays as a tombstone: `content` null, nothing around it. */
export const Message = z.object({
  id: MessageId,
  threadId: ThreadId,
  seq: Seq,
  version: Version,
  clientId: ClientId.nullable(),
  sender: User,
  kind: Kind,
  format: Format,
  content: z.string().nullable(),
  metadata: z.record(z.string(), z.json()).nullable(),
  attachments: z.array(Attachment),
  mentions: z.array(UserId),
  /** There for a message that calls everyone. */
  everyone: Everyone.optional(),
  replyTo: MessageId.nullable(),
  forwardedFrom: ForwardedFrom.nullable(),
  reactions: z.array(Reaction),
  /** Of the first link in `content`; it comes later than the message, by `message.updated`. */
  preview: Preview.nullable(),
  /** There for an offer or a booking request that may be answered; a copy of one has none. */
  proposal: Proposal.optional(),
  createdAt: Time,
  editedAt: Time.nullable(),
  deletedAt: Time.nullable(),
  /** There for a message that vanishes: it is deleted for all then. */
  expiresAt: Time.optional(),
})
export type Message = z.infer<typeof Message>

/** What never changes of a message, so whoever asked once need not ask again. */
export const MessageFacts = Message.pick({
  id: true,
  threadId: true,
  seq: true,
  kind: true,
  createdAt: true,
}).extend({ senderId: UserId })
export type MessageFacts = z.infer<typeof MessageFacts>

/** A message that I deleted for myself, as my own `sync` tells it. */
export const HiddenMessage = z.object({
  id: MessageId,
  seq: Seq,
  version: Version,
  hidden: z.literal(true),
})
export type HiddenMessage = z.infer<typeof HiddenMessage>

/** When each member got and read a message; null for not yet. */
export const Receipt = z.object({
  userId: UserId,
  deliveredAt: Time.nullable(),
  readAt: Time.nullable(),
})
export type Receipt = z.infer<typeof Receipt>

/** One earlier text of a message. */
export const Edition = z.object({ content: z.string(), format: Format, editedAt: Time })
export type Edition = z.infer<typeof Edition>
