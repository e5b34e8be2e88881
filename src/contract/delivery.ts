// What is handed to somebody outside: a webhook of the host application, a mail, a push.
import { z } from 'zod'
import { DomainEvent } from './domain.ts'
import { ThreadId, Time } from './ids.ts'
import { limits } from './limits.ts'

/**
 * A job on the queue. It may come twice: `key` is the same each time, unique for what happened, whom it
 * is for and by which channel, and is carried out once. What a mail or a push says is asked when it
 * goes out, so that nothing is told that was read or taken back while the job waited.
 */
export const Job = z.discriminatedUnion('channel', [
  z.object({
    channel: z.literal('webhook'),
    key: z.string(),
    webhookId: z.string(),
    event: DomainEvent,
  }),
  z.object({
    channel: z.literal('email'),
    key: z.string(),
    userId: z.string(),
    threadIds: z.array(ThreadId),
  }),
  z.object({
    channel: z.literal('push'),
    key: z.string(),
    userId: z.string(),
    endpoint: z.string(),
    threadId: ThreadId,
    /** The thread was read: what was shown of it is taken away. */
    read: z.boolean(),
  }),
])
export type Job = z.infer<typeof Job>
export type Channel = Job['channel']

/** What happened, on its way to whoever asked for it: it becomes a job for each of them. */
export const Happened = z.object({ channel: z.literal('event'), event: DomainEvent })
export type Happened = z.infer<typeof Happened>

/** Something was said in a thread after a version, and may call those who are away. */
export const Called = z.object({
  channel: z.literal('call'),
  threadId: z.string(),
  since: z.number().int(),
})
export type Called = z.infer<typeof Called>

/** `dropped`: by the time it would have gone out, nobody needed it any more. */
export const DeliveryStatus = z.enum(['pending', 'delivered', 'dropped', 'failed'])

/** What a mail or a push said. */
export const Kept = z.object({ title: z.string(), text: z.string() })
export type Kept = z.infer<typeof Kept>

/** One job as admins see it. `error` is what the other side said last. */
export const Delivery = z.object({
  id: z.string(),
  channel: z.string(),
  /** The id of a webhook or a person. */
  recipient: z.string(),
  /** What it is, in a few words: a subject, a title, the type of an event. */
  about: z.string(),
  status: DeliveryStatus,
  attempts: z.number().int(),
  error: z.string().nullable(),
  /** Where nothing is set up to send it, which is on a developer's machine; null else. */
  kept: Kept.nullable(),
  createdAt: Time,
  updatedAt: Time,
})
export type Delivery = z.infer<typeof Delivery>

export const WebhookEvent = z.enum(DomainEvent.options.map((one) => one.shape.type.value))

/**
 * Where the host application hears of events. `failures` in a row that were given up disable it; a
 * change of it enables it again.
 */
export const Webhook = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(WebhookEvent),
  createdBy: z.string(),
  createdAt: Time,
  failures: z.number().int(),
  disabledAt: Time.nullable(),
})
export type Webhook = z.infer<typeof Webhook>

/** What a webhook may be told to be. */
export const WebhookTerms = z.object({
  url: z.string().max(limits.outsideUrl),
  events: z.array(WebhookEvent).min(1),
})
