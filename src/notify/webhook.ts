// Webhooks: events to the host application, signed as Standard Webhooks says (standardwebhooks.com), so
// that any of its libraries checks them: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
import { Webhook } from 'standardwebhooks'
import type { Job } from '../contract/delivery.ts'
import { limits } from '../contract/limits.ts'
import type { Env } from '../env.ts'
import { userStub } from '../objects/stubs.ts'
import { askOutside } from '../service/outside.ts'
import { adminIds } from '../store/model/people.ts'
import { clearFailures, countFailure, findWebhook } from '../store/notify/webhooks.ts'
import { outcomeOf } from './channel.ts'
import type { Channel, Result } from './channel.ts'

type WebhookJob = Extract<Job, { channel: 'webhook' }>

export const webhook: Channel<WebhookJob> = {
  recipient: ({ webhookId }) => webhookId,

  async deliver(env, { webhookId, event }) {
    const row = await findWebhook(env.DB, webhookId)
    if (!row) return { is: 'refused', why: 'the webhook was removed' }
    if (row.disabled_at !== null) return { is: 'refused', why: 'the webhook is disabled' }
    const { id, type, data } = event
    const now = new Date()
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data })
    const result = await post(env, row.url, body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(row.secret).sign(id, now, body),
    })
    if (result.is === 'delivered') await clearFailures(env.DB, webhookId)
    return result
  },

  async gaveUp(env, { webhookId }) {
    const disabled = await countFailure(env.DB, webhookId, limits.webhookFailures, Date.now())
    if (!disabled) return
    const notice = {
      type: 'webhook_disabled',
      title: 'A webhook was disabled',
      message: `${disabled.url} took nothing ${disabled.failures} times in a row. Change it to enable it again.`,
    }
    const admins = await adminIds(env.DB, limits.webhookNotices)
    const told = new Set([disabled.created_by, ...admins])
    await Promise.all([...told].map((id) => userStub(env, id).notify(notice)))
  },
}

async function post(
  env: Env,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<Result> {
  const answer = await askOutside(env, url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'User-Agent': 'Skein/1.0', ...headers },
    body,
  })
  const result = await outcomeOf(answer)
  // A receiver that is being mended answers all kinds of things: nothing but "gone" is for ever.
  const mending = 'response' in answer && answer.response.status !== 410
  return result.is === 'refused' && mending ? { is: 'later', why: result.why } : result
}
