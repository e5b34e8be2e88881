// The consumer of the queue of deliveries, and of its dead letters. A message may come twice, and the
// consumer may end in the middle: what is done is written down by its key.
import { Called, Happened, Job } from '../contract/delivery.ts'
import type { Delivery } from '../contract/delivery.ts'
import { limits } from '../contract/limits.ts'
import { reportFault } from '../objects/fault.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { bury, claim, settle } from '../store/notify/deliveries.ts'
import { listWebhooks, webhookOf } from '../store/notify/webhooks.ts'
import type { Channel, Result } from './channel.ts'
import { spreadCall } from './calls.ts'
import { email } from './email.ts'
import { push } from './push.ts'
import { webhook } from './webhook.ts'

const channels: { [C in Job['channel']]: Channel<Extract<Job, { channel: C }>> } = {
  ...{ webhook, email, push },
}

/** A job and its channel have the same name: nothing else can be found there. */
const channelOf = (job: Job) => channels[job.channel] as Channel<Job>

const DEAD = /dead/

export async function consume(batch: MessageBatch, env: Env): Promise<void> {
  const dead = DEAD.test(batch.queue)
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await (dead ? keepDead(env, message) : take(env, message))
      } catch (error) {
        // D1 is down, or we are broken: it comes again, until it is a dead letter.
        reportFault(error)
        message.retry({ delaySeconds: pauseOf(env, message.attempts) ?? 0 })
      }
    }),
  )
}

async function take(env: Env, message: Message): Promise<void> {
  const happened = Happened.safeParse(message.body)
  const called = Called.safeParse(message.body)
  const job = Job.safeParse(message.body)
  if (called.success) await spreadCall(env, called.data)
  else if (happened.success) await spread(env, happened.data)
  else if (job.success) return carryOut(env, message, job.data)
  else reportFault(new Error('a message on the queue is no job'))
  message.ack()
}

/** An event → a job for each webhook that wants it. Sent again, they have the same keys. */
async function spread(env: Env, { event }: Happened): Promise<void> {
  const wanting = (await listWebhooks(env.DB)).filter(
    (row) => row.disabled_at === null && webhookOf(row).events.includes(event.type),
  )
  if (wanting.length === 0) return
  const jobs = wanting.map(({ id: webhookId }): Job => ({
    ...{ channel: 'webhook', key: `${event.id}~${webhookId}`, webhookId, event },
  }))
  // One by one: together, copies of a long message would be more than the queue takes at a time.
  await Promise.all(jobs.map((job) => env.DELIVERIES?.send(job)))
}

async function carryOut(env: Env, message: Message, job: Job): Promise<void> {
  const channel = channelOf(job)
  const claimed = await claim(env.DB, job, channel.recipient(job), Date.now())
  if (claimed.is === 'over') return message.ack()
  if (claimed.is === 'busy') {
    const delaySeconds = Math.max(Math.ceil((claimed.until - Date.now()) / 1000), 0)
    return message.retry({ delaySeconds })
  }
  const result = await attempt(env, channel, job)
  const pause = result.is === 'later' ? pauseOf(env, claimed.attempt) : null
  const error = result.is === 'delivered' ? null : result.why
  const kept = (result.is === 'delivered' && result.kept) || null
  const status = statusOf(result, pause)
  await settle(env.DB, job.key, { status, error, kept }, Date.now())
  if (status === 'failed') await channel.gaveUp?.(env, job)
  if (pause === null) return message.ack()
  const asked = (result.is === 'later' && result.after) || 0
  message.retry({ delaySeconds: Math.min(Math.max(pause, asked), limits.queueDelaySeconds) })
}

function statusOf({ is }: Result, pause: number | null): Delivery['status'] {
  if (is === 'delivered' || is === 'dropped') return is
  return pause === null ? 'failed' : 'pending'
}

async function attempt(env: Env, channel: Channel<Job>, job: Job): Promise<Result> {
  try {
    return await channel.deliver(env, job)
  } catch (error) {
    reportFault(error)
    return { is: 'later', why: 'something went wrong on our side' }
  }
}

/** What the queue itself gave up: the consumer broke off each time. What is no job yet is begun again. */
async function keepDead(env: Env, message: Message): Promise<void> {
  const job = Job.safeParse(message.body)
  if (!job.success) return take(env, message)
  const recipient = channelOf(job.data).recipient(job.data)
  const why = 'every attempt broke off on our side'
  await bury(env.DB, job.data, recipient, why, Date.now())
  message.ack()
}

/** Seconds until the next attempt after so many; null when there is none. */
const pauseOf = (env: Env, attempts: number): number | null =>
  settingsOf(env).RETRY_PAUSES[attempts - 1] ?? null
