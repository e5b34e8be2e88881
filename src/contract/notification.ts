// Notifications inside the application: that something waits for me, on every device.
import { z } from 'zod'
import { MessageId, ThreadId, Time } from './ids.ts'
import { limits } from './limits.ts'
import { Title } from './thread.ts'
import { User } from './user.ts'

/** Opaque to clients. */
export const NotificationId = z.string().min(1).max(64)

/**
 * Messages make one notification for each thread (type `message`): it holds the newest one and
 * `count`s those that wait, keeps its id, and is there until the thread is read. What an admin or
 * the service says has any other type, and its own words. A reminder (type `reminder`) shows the words
 * of its message, for as long as I may see that. Of a thread that I left, no words are kept.
 */
export const Notification = z.object({
  id: NotificationId,
  type: z.string(),
  title: z.string().nullable(),
  message: z.string().nullable(),
  threadId: ThreadId.nullable(),
  messageId: MessageId.nullable(),
  sender: User.nullable(),
  count: z.number().int(),
  read: z.boolean(),
  readAt: Time.nullable(),
  createdAt: Time,
})
export type Notification = z.infer<typeof Notification>

/** What an admin or the service tells somebody. */
export const Notice = z.object({
  type: z.string().trim().min(1).max(64),
  title: Title,
  message: z.string().trim().min(1).max(limits.noticeMessage),
})
export type Notice = z.infer<typeof Notice>

const Clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time: HH:MM')
const isZone = (zone: string) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}
const Intervals = z.array(z.object({ from: Clock, to: Clock })).max(4)

/**
 * When I want to be left alone, by the clock on my wall: mails and pushes are held back until then. An
 * interval belongs to the day of its begin, and one that ends at or before it ends on the next day.
 */
export const QuietHours = z.object({
  zone: z.string().max(64).refine(isZone, 'must be a time zone, such as Europe/Paris'),
  days: z.partialRecord(z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), Intervals),
})
export type QuietHours = z.infer<typeof QuietHours>

/** What of a thread I am told while I am away; what is muted is told in none. */
export const Level = z.enum(['all', 'mentions', 'none'])
export type Level = z.infer<typeof Level>

/** By which ways I want to hear of things when I am not looking. */
export const Preferences = z.object({
  emailEnabled: z.boolean(),
  pushEnabled: z.boolean(),
  soundEnabled: z.boolean(),
  /** Whether what mentions me in a muted thread calls for attention all the same. */
  mentionsThroughMute: z.boolean(),
  quietHours: QuietHours.nullable(),
  /** Threads of which I am not told all. Said of some, the others stay as they are. */
  threads: z
    .record(ThreadId, Level)
    .refine((threads) => Object.keys(threads).length <= limits.levels, {
      message: `must be at most ${limits.levels} threads`,
    }),
})
export type Preferences = z.infer<typeof Preferences>
