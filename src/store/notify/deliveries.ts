// What was handed to somebody outside: each key once, and what became of it.
import type { Channel, Delivery, Job, Kept } from '../../contract/delivery.ts'
import { limits } from '../../contract/limits.ts'
import { iso } from '../log/rows.ts'

export type DeliveryRow = {
  key: string
  channel: Channel
  recipient: string
  job: string
  status: Delivery['status']
  attempts: number
  claimed_at: number
  error: string | null
  /** JSON of a `Kept`. */
  kept: string | null
  created_at: number
  updated_at: number
}

export const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.key,
  channel: row.channel,
  recipient: row.recipient,
  about: aboutOf(jobOf(row)),
  status: row.status,
  attempts: row.attempts,
  error: row.error,
  kept: row.kept === null ? null : (JSON.parse(row.kept) as Kept),
  createdAt: iso(row.created_at),
  updatedAt: iso(row.updated_at),
})

/** What stands there was checked before it was written. */
export const jobOf = ({ job }: Pick<DeliveryRow, 'job'>) => JSON.parse(job) as Job

function aboutOf(job: Job): string {
  if (job.channel === 'email') return job.threadIds.join(', ')
  return job.channel === 'push' ? job.threadId : job.event.type
}

/** `mine` with the number of this attempt; `over` when it ended; `busy` while another is at work. */
export type Claim = { is: 'mine'; attempt: number } | { is: 'over' } | { is: 'busy'; until: number }

/** Takes a job to work on, alone, for a while. */
export async function claim(
  d1: D1Database,
  job: Job,
  recipient: string,
  now: number,
): Promise<Claim> {
  const mine = await d1
    .prepare(
      `INSERT INTO deliveries (key, channel, recipient, job, status, attempts, claimed_at, created_at,
         updated_at)
       VALUES (?1, ?2, ?3, ?4, 'pending', 1, ?5, ?5, ?5)
       ON CONFLICT (key) DO UPDATE SET attempts = attempts + 1, claimed_at = ?5, updated_at = ?5
       WHERE status = 'pending' AND claimed_at <= ?6
       RETURNING attempts`,
    )
    .bind(job.key, job.channel, recipient, JSON.stringify(job), now, now - limits.deliveryLeaseMs)
    .first<{ attempts: number }>()
  if (mine) return { is: 'mine', attempt: mine.attempts }
  const row = await findDelivery(d1, job.key)
  if (row?.status !== 'pending') return { is: 'over' }
  return { is: 'busy', until: row.claimed_at + limits.deliveryLeaseMs }
}

/** Ends the attempt of whoever claimed it; `pending` is for a later one. */
export async function settle(
  d1: D1Database,
  key: string,
  { status, error, kept = null }: Pick<DeliveryRow, 'status' | 'error'> & { kept?: Kept | null },
  now: number,
): Promise<void> {
  await d1
    .prepare(
      `UPDATE deliveries SET status = ?, error = ?, kept = ?, claimed_at = 0, updated_at = ?
       WHERE key = ?`,
    )
    .bind(status, error, kept && JSON.stringify(kept), now, key)
    .run()
}

/** A job that nobody could even begin with, as its dead letter says. One that ended stays as it is. */
export async function bury(
  d1: D1Database,
  job: Job,
  recipient: string,
  error: string,
  now: number,
): Promise<void> {
  await d1
    .prepare(
      `INSERT INTO deliveries (key, channel, recipient, job, status, attempts, claimed_at, error,
         created_at, updated_at)
       VALUES (?1, ?2, ?3, ?4, 'failed', 0, 0, ?5, ?6, ?6)
       ON CONFLICT (key) DO UPDATE SET status = 'failed', error = ?5, claimed_at = 0,
         updated_at = ?6 WHERE status = 'pending'`,
    )
    .bind(job.key, job.channel, recipient, JSON.stringify(job), error, now)
    .run()
}

/** Takes an ended delivery back to its begin. Null where there is none, or it has not ended. */
export async function reopen(
  d1: D1Database,
  key: string,
  now: number,
): Promise<DeliveryRow | null> {
  return d1
    .prepare(
      `UPDATE deliveries SET status = 'pending', attempts = 0, claimed_at = 0, error = NULL,
         updated_at = ? WHERE key = ? AND status <> 'pending' RETURNING *`,
    )
    .bind(now, key)
    .first<DeliveryRow>()
}

export const findDelivery = (d1: D1Database, key: string): Promise<DeliveryRow | null> =>
  d1.prepare('SELECT * FROM deliveries WHERE key = ?').bind(key).first<DeliveryRow>()

/** The last changed first, after a place of an earlier page. */
export async function listDeliveries(
  d1: D1Database,
  status: DeliveryRow['status'] | undefined,
  after: { at: number; key: string } | null,
  limit: number,
): Promise<DeliveryRow[]> {
  const { results } = await d1
    .prepare(
      `SELECT * FROM deliveries
       WHERE (?1 IS NULL OR status = ?1)
         AND (?2 IS NULL OR updated_at < ?2 OR updated_at = ?2 AND key > ?3)
       ORDER BY updated_at DESC, key LIMIT ?4`,
    )
    .bind(status ?? null, after?.at ?? null, after?.key ?? null, limit)
    .all<DeliveryRow>()
  return results
}

/** Forgets what ended long ago, the oldest first. */
export async function forgetDeliveries(d1: D1Database, now: number): Promise<void> {
  await d1
    .prepare(
      `DELETE FROM deliveries WHERE key IN (SELECT key FROM deliveries
         WHERE updated_at < ? AND status <> 'pending' ORDER BY updated_at LIMIT ?)`,
    )
    .bind(now - limits.deliveryKeptMs, limits.deliveriesForgotten)
    .run()
}
