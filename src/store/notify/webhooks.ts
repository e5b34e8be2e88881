// Where the host application hears of events.
import type { Webhook } from '../../contract/delivery.ts'
import { iso, isoOrNull } from '../log/rows.ts'

export type WebhookRow = {
  id: string
  url: string
  events: string
  secret: string
  created_by: string
  created_at: number
  failures: number
  disabled_at: number | null
}

export const webhookOf = (row: WebhookRow): Webhook => ({
  id: row.id,
  url: row.url,
  // What stands there was checked before it was written.
  events: JSON.parse(row.events) as Webhook['events'],
  createdBy: row.created_by,
  createdAt: iso(row.created_at),
  failures: row.failures,
  disabledAt: isoOrNull(row.disabled_at),
})

export async function listWebhooks(d1: D1Database): Promise<WebhookRow[]> {
  return (await d1.prepare('SELECT * FROM webhooks ORDER BY created_at, id').all<WebhookRow>())
    .results
}

export const findWebhook = (d1: D1Database, id: string): Promise<WebhookRow | null> =>
  d1.prepare('SELECT * FROM webhooks WHERE id = ?').bind(id).first<WebhookRow>()

export async function addWebhook(d1: D1Database, row: WebhookRow): Promise<void> {
  await d1
    .prepare(
      `INSERT INTO webhooks (id, url, events, secret, created_by, created_at)
       VALUES (?, ?, ?, ?, ?, ?)`,
    )
    .bind(row.id, row.url, row.events, row.secret, row.created_by, row.created_at)
    .run()
}

/** Null stays as it is. It is enabled again, and null where there is none. */
export const changeWebhook = (
  d1: D1Database,
  id: string,
  { url, events }: { url: string | null; events: string | null },
): Promise<WebhookRow | null> =>
  d1
    .prepare(
      `UPDATE webhooks SET url = coalesce(?2, url), events = coalesce(?3, events), failures = 0,
         disabled_at = NULL WHERE id = ?1 RETURNING *`,
    )
    .bind(id, url, events)
    .first<WebhookRow>()

export const setSecret = (d1: D1Database, id: string, secret: string): Promise<WebhookRow | null> =>
  d1
    .prepare('UPDATE webhooks SET secret = ? WHERE id = ? RETURNING *')
    .bind(secret, id)
    .first<WebhookRow>()

/** False where there was none. */
export async function dropWebhook(d1: D1Database, id: string): Promise<boolean> {
  const { meta } = await d1.prepare('DELETE FROM webhooks WHERE id = ?').bind(id).run()
  return meta.changes > 0
}

/** It took what it was sent: what failed before is over. */
export async function clearFailures(d1: D1Database, id: string): Promise<void> {
  await d1.prepare('UPDATE webhooks SET failures = 0 WHERE id = ? AND failures > 0').bind(id).run()
}

/** One more that was given up. The webhook when this one disabled it, null else. */
export function countFailure(
  d1: D1Database,
  id: string,
  most: number,
  now: number,
): Promise<WebhookRow | null> {
  return d1
    .prepare(
      `UPDATE webhooks SET failures = failures + 1,
         disabled_at = CASE WHEN failures + 1 >= ?2 THEN ?3 END
       WHERE id = ?1 AND disabled_at IS NULL RETURNING *`,
    )
    .bind(id, most, now)
    .first<WebhookRow>()
    .then((row) => (row?.disabled_at == null ? null : row))
}
