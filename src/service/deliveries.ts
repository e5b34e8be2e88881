// Webhooks and deliveries, as admins set and see them.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import {
  deliveryOf,
  findDelivery,
  jobOf,
  listDeliveries,
  reopen,
  settle,
} from '../store/notify/deliveries.ts'
import {
  addWebhook,
  changeWebhook,
  dropWebhook,
  listWebhooks,
  setSecret,
  webhookOf,
} from '../store/notify/webhooks.ts'
import type { WebhookRow } from '../store/notify/webhooks.ts'
import type { Handlers } from './handlers.ts'
import { outsideAddress } from './outside.ts'

export const deliveriesHandlers: Pick<
  Handlers,
  | 'push.key'
  | 'webhook.create'
  | 'webhook.list'
  | 'webhook.update'
  | 'webhook.rotate'
  | 'webhook.delete'
  | 'delivery.get'
  | 'delivery.list'
  | 'delivery.retry'
> = {
  'push.key': async (env) => ({
    ok: { publicKey: settingsOf(env).VAPID_PUBLIC_KEY ?? null },
  }),

  'webhook.create': async (env, actor, { url, events }) => {
    if (!settingsOf(env).WEBHOOKS)
      throw new ChatError('conflict', 'webhooks are off here: set WEBHOOKS to true')
    if ((await listWebhooks(env.DB)).length >= limits.webhooks)
      throw new ChatError('conflict', `at most ${limits.webhooks} webhooks: remove one first`)
    const row = made(env, actor, url, events)
    await addWebhook(env.DB, row)
    return { ok: { ...webhookOf(row), secret: row.secret } }
  },

  'webhook.list': async (env) => ({ ok: { items: (await listWebhooks(env.DB)).map(webhookOf) } }),

  'webhook.update': async (env, _actor, { webhookId, url, events }) => {
    const row = await changeWebhook(env.DB, webhookId, {
      url: url === undefined ? null : outsideAddress(env, url).href,
      events: events === undefined ? null : JSON.stringify([...new Set(events)]),
    })
    if (!row) throw noWebhook()
    return { ok: webhookOf(row) }
  },

  'webhook.rotate': async (env, _actor, { webhookId }) => {
    const row = await setSecret(env.DB, webhookId, newSecret())
    if (!row) throw noWebhook()
    return { ok: { ...webhookOf(row), secret: row.secret } }
  },

  'webhook.delete': async (env, _actor, { webhookId }) => {
    if (!(await dropWebhook(env.DB, webhookId))) throw noWebhook()
    return { ok: null }
  },

  'delivery.list': async (env, _actor, { status, cursor, limit }) => {
    const rows = await listDeliveries(env.DB, status, placeOf(cursor), limit + 1)
    const items = rows.slice(0, limit)
    const last = items.at(-1)
    const nextCursor = rows.length > limit && last ? `${last.updated_at}~${last.key}` : null
    return { ok: { items: items.map(deliveryOf), nextCursor } }
  },

  'delivery.get': async (env, _actor, { deliveryId }) => {
    const row = await findDelivery(env.DB, deliveryId)
    if (!row) throw noDelivery()
    return { ok: { ...deliveryOf(row), job: jobOf(row) } }
  },

  'delivery.retry': async (env, _actor, { deliveryId }) => {
    const row = await reopen(env.DB, deliveryId, Date.now())
    if (!row) {
      if (await findDelivery(env.DB, deliveryId))
        throw new ChatError('conflict', 'it is still on its way')
      throw noDelivery()
    }
    try {
      await env.DELIVERIES?.send(jobOf(row))
    } catch (error) {
      // Nothing is on its way: it may be asked for again.
      const failed = { status: 'failed' as const, error: 'it could not be put on the queue' }
      await settle(env.DB, row.key, failed, Date.now())
      throw error
    }
    return { ok: deliveryOf(row) }
  },
}

function made(env: Env, actor: Actor, url: string, events: string[]): WebhookRow {
  return {
    id: `w${crypto.randomUUID().replaceAll('-', '')}`,
    url: outsideAddress(env, url).href,
    events: JSON.stringify([...new Set(events)]),
    secret: newSecret(),
    created_by: actor.id,
    created_at: Date.now(),
    failures: 0,
    disabled_at: null,
  }
}

/** 256 bits, in the form that Standard Webhooks has. */
const newSecret = () =>
  `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))}`

const noDelivery = () => new ChatError('not_found', 'there is no such delivery')

const noWebhook = () => new ChatError('not_found', 'there is no such webhook')

function placeOf(cursor: string | undefined): { at: number; key: string } | null {
  if (cursor === undefined) return null
  const [, at, key] = /^(\d{1,15})~(.+)$/s.exec(cursor) ?? []
  if (at === undefined || key === undefined)
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return { at: Number(at), key }
}
