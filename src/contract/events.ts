// THE table of everything Skein may say unasked: the shape of `data` for each event.
import { z } from 'zod'
import { MessageId, Seq, Time, UserId } from './ids.ts'
import { Scheduled } from './draft.ts'
import { Message, Reaction } from './message.ts'
import { Notification } from './notification.ts'
import { QueueItem } from './queue.ts'
import { Reminder } from './reminder.ts'
import { Broadcast, Warning } from './moderation.ts'
import { Member, Thread } from './thread.ts'
import { Presence, User } from './user.ts'

const MyThreadState = Thread.pick({
  readSeq: true,
  unread: true,
  mentions: true,
  pinnedAt: true,
  mutedUntil: true,
  archivedAt: true,
})

export const events = {
  'message.created': Message,
  'message.updated': Message,
  /** The tombstone; `hidden` when it is deleted for me alone (only my sockets hear that). */
  'message.deleted': Message.or(z.object({ id: MessageId, seq: Seq, hidden: z.literal(true) })),
  /** An offer or a booking request came to its end, see `proposal`. */
  'proposal.updated': Message,
  /** All there are now, and whose came or went: unknown to a device that was away meanwhile. */
  'message.reactions': z.object({
    messageId: MessageId,
    reactions: z.array(Reaction),
    change: z
      .object({ user: User, added: z.string().nullable(), removed: z.array(z.string()) })
      .optional(),
  }),
  'thread.created': Thread,
  /** A new title, metadata or status, to all members; or my own pins, mutes and archive, to me. */
  'thread.updated': Thread.pick({ title: true, metadata: true, status: true })
    .partial()
    .extend(MyThreadState.partial().shape),
  'member.joined': Member,
  /** A new role. */
  'member.updated': Member,
  'member.left': Member,
  'read.updated': z.object({ userId: UserId, readSeq: Seq }),
  /** `after`: where the cursor was before. */
  'delivered.updated': z.object({ userId: UserId, deliveredSeq: Seq, after: Seq }),
  /** Everyone who types now; replaces the last list. An entry is over after 10 s without news. */
  'typing.updated': z.object({ userIds: z.array(UserId) }),
  /** Somebody opened a thread on their screen, or turned away from it; a crowd is told of nobody. */
  'viewing.updated': z.object({ userId: UserId, viewing: z.boolean() }),
  'presence.updated': Presence,
  /** A new one, or one that has grown: it replaces what was told under its id. */
  'notification.created': Notification,
  /** Read, or taken off the list, here or on another device. */
  'notification.updated': Notification.pick({ id: true, read: true, readAt: true }).extend({
    deleted: z.literal(true).optional(),
  }),
  /** An attempt at a queued message ended, well or not. */
  'queue.updated': QueueItem,
  /** A message’s time came, and it was sent or could not be. */
  'schedule.updated': Scheduled,
  /** A reminder was set, moved, or (`remindAt` null) removed or arrived: then it is a notification. */
  'reminder.updated': Reminder.pick({ messageId: true, threadId: true }).extend({
    remindAt: Time.nullable(),
  }),
  /** The moderators’ word to me alone. */
  'moderation.warning': Warning,
  /** To every socket that is open. It may come twice after a crash of ours: its id is the same. */
  'broadcast.created': Broadcast,
} satisfies Record<string, z.ZodType>

export type EventName = keyof typeof events
export type EventData<E extends EventName> = z.output<(typeof events)[E]>

/** One event as it travels. `version` is the thread's, where the event is of a thread. */
export type Event = {
  [E in EventName]: {
    event: E
    threadId?: string
    version?: number
    data: EventData<E>
  }
}[EventName]
