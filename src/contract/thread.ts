// A thread, its members, and one member's own state of it.
import { z } from 'zod'
import { Seq, ThreadId, Time, UserId, Version } from './ids.ts'
import { limits } from './limits.ts'
import { HiddenMessage, Message, Metadata } from './message.ts'
import { User } from './user.ts'

export const ThreadType = z.enum([
  'direct',
  'group',
  'support',
  'therapy',
  'room',
  'community',
  'post',
])
export type ThreadType = z.infer<typeof ThreadType>

/** From most to least: an owner may do all that an admin may, and so on. */
export const Role = z.enum(['owner', 'admin', 'member', 'guest'])
export type Role = z.infer<typeof Role>

export const Title = z.string().trim().min(1).max(limits.title)

/** What a thread is about, in the application's own terms: a booking, a post. */
export const Subject = z.object({
  type: z.string().min(1).max(64),
  id: z.string().min(1).max(128),
})
export type Subject = z.infer<typeof Subject>

/**
 * `readSeq` and `deliveredSeq` are the member's cursors: everything up to them, inclusive. `userRole`
 * is the application's own word for the person, from their token; `role` is what they are here.
 */
export const Member = User.omit({ id: true }).extend({
  userId: UserId,
  role: Role,
  userRole: z.string(),
  joinedAt: Time,
  leftAt: Time.nullable(),
  readSeq: Seq,
  deliveredSeq: Seq,
  version: Version,
})
export type Member = z.infer<typeof Member>

/** A thread as one member sees it: `unread`, `readSeq`, pin, mute and archive are theirs alone. */
export const Thread = z.object({
  id: ThreadId,
  type: ThreadType,
  title: z.string().nullable(),
  metadata: Metadata.nullable(),
  subject: Subject.nullable(),
  status: z.enum(['active', 'archived', 'closed']),
  /** The first 50, the asking member always among them; `member.list` has the rest. */
  members: z.array(Member),
  memberCount: z.number().int(),
  epoch: z.string(),
  version: Version,
  headSeq: Seq,
  lastMessage: Message.nullable(),
  unread: z.number().int(),
  mentions: z.number().int(),
  readSeq: Seq,
  pinnedAt: Time.nullable(),
  mutedUntil: Time.nullable(),
  archivedAt: Time.nullable(),
  /** Who opened it; null where the read model does not know yet. */
  createdBy: UserId.nullable(),
  createdAt: Time,
  updatedAt: Time,
})
export type Thread = z.infer<typeof Thread>

/**
 * What never changes of a thread, so whoever asked once need not ask again. `pair` is the two people
 * of a direct thread, and empty for any other.
 */
export const ThreadFacts = Thread.pick({
  id: true,
  type: true,
  subject: true,
  createdAt: true,
}).extend({ createdBy: UserId, pair: z.array(UserId) })
export type ThreadFacts = z.infer<typeof ThreadFacts>

/** How long a mute holds: a word of the source documents, or seconds. `forever` ends in 9999. */
export const MuteDuration = z.union([
  z.enum(['1h', '8h', '1d', 'forever']),
  z
    .number()
    .int()
    .min(1)
    .max(10 * 365 * 86_400),
])
export type MuteDuration = z.infer<typeof MuteDuration>

/** Where one member has read to, and what is left. */
export const ReadState = z.object({ readSeq: Seq, unread: z.number().int() })
export type ReadState = z.infer<typeof ReadState>

/** A member's cursors, as `sync` tells them. */
export const Read = z.object({ userId: UserId, readSeq: Seq, deliveredSeq: Seq })
export type Read = z.infer<typeof Read>

/**
 * All that changed in a thread since a cursor, as one page in version order. `more` asks for
 * another call with the new cursor. `reset` says that the cursor was of another epoch (the thread
 * was restored): drop what you have, this is the start. `thread` stands in the page when its title,
 * metadata or subject changed. `me` is always the asker's present state. Messages from seq `newFrom`
 * on are new since the cursor, those before it changed.
 */
export const SyncPage = z.object({
  cursor: z.string(),
  more: z.boolean(),
  epoch: z.string(),
  headSeq: Seq,
  newFrom: Seq,
  messages: z.array(z.union([Message, HiddenMessage])),
  members: z.array(Member),
  reads: z.array(Read),
  thread: z
    .object({
      type: ThreadType,
      title: z.string().nullable(),
      metadata: Metadata.nullable(),
      subject: Subject.nullable(),
    })
    .optional(),
  me: Thread.pick({
    unread: true,
    mentions: true,
    readSeq: true,
    pinnedAt: true,
    mutedUntil: true,
    archivedAt: true,
  }),
  reset: z.literal(true).optional(),
})
export type SyncPage = z.infer<typeof SyncPage>
