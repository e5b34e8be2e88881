// What admins read across everybody: users with their bans, and counts of what is already written.
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Output } from '../../contract/operations.ts'
import type { Metrics } from '../../contract/metrics.ts'
import { untilOf } from '../../contract/moderation.ts'
import type { ProposalKind, ProposalState } from '../../contract/proposal.ts'
import { iso } from '../log/rows.ts'

type Users = Output<'admin.users'>['items']

/** A page of people in the order of their ids. A ban that has ended is none. */
export async function usersAfter(
  d1: D1Database,
  after: string,
  limit: number,
  now: number,
): Promise<Users> {
  type Row = {
    id: string
    name: string
    avatar_url: string | null
    role: string
    reason: string | null
    until: number | null
    shadow: number
    since: number
    by: string
  }
  const rows = await drizzle(d1).all<Row>(sql`
    SELECT p.id, p.name, p.avatar_url, p.role, b.reason, b.until, b.shadow, b.since, b.by
    FROM profiles p LEFT JOIN bans b ON b.user_id = p.id AND b.until > ${now}
    WHERE p.id > ${after} ORDER BY p.id LIMIT ${limit}`)
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    avatarUrl: row.avatar_url,
    role: row.role,
    ban:
      row.until === null
        ? null
        : {
            userId: row.id,
            reason: row.reason,
            until: untilOf(row.until),
            shadow: row.shadow === 1,
            since: iso(row.since),
            by: row.by,
          },
  }))
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const since = (time: number) => sql`t.head_seq - coalesce((SELECT x.seq FROM messages x
  WHERE x.thread_id = t.id AND x.created_at <= ${time} ORDER BY x.seq DESC LIMIT 1), 0)`

/** Offers and booking requests by their state: one small index that holds nothing else. */
export async function countProposals(
  d1: D1Database,
): Promise<Pick<Metrics, 'offers' | 'bookingRequests'>> {
  type Row = { kind: ProposalKind; state: ProposalState; count: number }
  const rows = await drizzle(d1).all<Row>(sql`
    SELECT kind, proposal ->> 'state' AS state, count(*) AS count
    FROM messages INDEXED BY messages_proposals
    WHERE proposal IS NOT NULL AND shadowed = 0 GROUP BY kind, state`)
  const of = (kind: ProposalKind) => {
    const ofKind = rows.filter((row) => row.kind === kind)
    const made = ofKind.reduce((sum, { count }) => sum + count, 0)
    const count = (state: ProposalState) => ofKind.find((row) => row.state === state)?.count ?? 0
    const accepted = count('accepted')
    return {
      made,
      open: count('open'),
      accepted,
      declined: count('declined'),
      withdrawn: count('withdrawn'),
      expired: count('expired'),
      conversion: made === 0 ? 0 : accepted / made,
    }
  }
  return { offers: of('service_offer'), bookingRequests: of('booking_request') }
}

/**
 * Messages and threads, counted from what stands there anyway: seqs have no holes, so a thread's
 * messages since a time are its head less the last seq before it, and finding that reads as many
 * rows as there are such messages. Nothing is written for it; what is read is one small row for
 * each thread and the last hour, at a thousandth of the price of writing.
 */
export async function countActivity(
  d1: D1Database,
  now: number,
): Promise<Pick<Metrics, 'messages' | 'threads'>> {
  type Row = Record<'minute' | 'hour' | 'total' | 'threads' | 'newHour' | 'newDay', number | null>
  const [row] = await drizzle(d1).all<Row>(sql`
    SELECT sum(CASE WHEN t.updated_at > ${now - MINUTE} THEN ${since(now - MINUTE)} END) AS minute,
      sum(CASE WHEN t.updated_at > ${now - HOUR} THEN ${since(now - HOUR)} END) AS hour,
      sum(t.head_seq) AS total, count(*) AS threads,
      count(CASE WHEN t.created_at > ${now - HOUR} THEN 1 END) AS newHour,
      count(CASE WHEN t.created_at > ${now - DAY} THEN 1 END) AS newDay
    FROM threads t`)
  return {
    messages: { minute: row?.minute ?? 0, hour: row?.hour ?? 0, total: row?.total ?? 0 },
    threads: { hour: row?.newHour ?? 0, day: row?.newDay ?? 0, total: row?.threads ?? 0 },
  }
}
