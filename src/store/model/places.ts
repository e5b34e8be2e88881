// Where a person wrote or was mentioned, across threads, the newest first. No index says where they
// wrote: one would cost a row for every message for ever, a dollar a million, and hardly anybody looks.
// (Messages that mention anybody are few, and have one.) So the list is walked: their threads, the last
// active first, in growing groups; of each the newest messages wanted; until no thread that is left can
// hold a newer one. A page after the first finds its place in each thread by
// halving, 20 rows of a million. What costs is a thread in which others wrote much since one's own
// last word: their rows are read past, a thousandth of what it would cost to write them an index.
import { sql } from 'drizzle-orm'
import type { SQL } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { counted, mentioning, there, visible } from './threads.ts'

export type MessagePlace = { at: number; threadId: string; seq: number }
type ThreadEnd = { id: string; head: number; at: number }

/** Threads of the first group, and how much larger each next one is. */
const GROUP = 10
const GROWTH = 8
/** A server's clock may go back a little when an object moves: the halving keeps clear of that. */
const CLOCK_MS = 60_000

/** Messages `x` of a thread of which `m` is a member: where to look, and what of it. */
type Wanted = { from: SQL; where: SQL }

const sent = (now: number): Wanted => ({
  from: sql.raw('messages x'),
  where: sql`x.sender = m.user_id AND ${there(now)} AND x.kind <> 'system'`,
})
const mentioned = (now: number): Wanted => ({
  from: sql.raw('messages x INDEXED BY messages_mentioning'),
  where: sql`${counted(now)} AND ${mentioning}`,
})

type Find = (
  d1: D1Database,
  userId: string,
  before: MessagePlace | null,
  limit: number,
) => Promise<MessagePlace[]>

export const sentPlaces: Find = (...asked) => placesOf(sent(Date.now()), ...asked)
export const mentionPlaces: Find = (...asked) => placesOf(mentioned(Date.now()), ...asked)

/** At most `limit` places before a place, newest first. */
async function placesOf(
  wanted: Wanted,
  d1: D1Database,
  userId: string,
  before: MessagePlace | null,
  limit: number,
): Promise<MessagePlace[]> {
  const threads = await drizzle(d1).all<ThreadEnd>(sql`
    SELECT t.id, t.head_seq AS head, t.updated_at AS at
    FROM members m JOIN threads t ON t.id = m.thread_id
    WHERE m.user_id = ${userId} AND t.head_seq > m.from_seq ORDER BY t.updated_at DESC`)
  let found: MessagePlace[] = []
  for (let start = 0, size = GROUP; start < threads.length; start += size, size *= GROWTH) {
    // oxlint-disable-next-line no-await-in-loop -- most lists end with the first group
    const more = await placesIn(
      wanted,
      d1,
      userId,
      threads.slice(start, start + size),
      before,
      limit,
    )
    found = [...found, ...more].toSorted(newestFirst).slice(0, limit)
    const oldest = found.length === limit ? (found.at(-1)?.at ?? 0) : 0
    if ((threads[start + size]?.at ?? 0) < oldest) break
  }
  return found
}

const newestFirst = (a: MessagePlace, b: MessagePlace) =>
  b.at - a.at || (a.threadId < b.threadId ? 1 : a.threadId > b.threadId ? -1 : b.seq - a.seq)

async function placesIn(
  wanted: Wanted,
  d1: D1Database,
  userId: string,
  threads: ThreadEnd[],
  before: MessagePlace | null,
  limit: number,
): Promise<MessagePlace[]> {
  const until = before ?? { at: Number.MAX_SAFE_INTEGER, threadId: '', seq: 0 }
  const low = sql.raw(before ? '0' : `value ->> 'head'`)
  const rows = await drizzle(d1).all<{ threadId: string; places: string }>(sql`
    WITH RECURSIVE start (id, low, high) AS (
      SELECT value ->> 'id', ${low}, value ->> 'head' FROM json_each(${JSON.stringify(threads)})
      UNION ALL
      SELECT s.id,
        CASE WHEN h.created_at <= ${until.at + CLOCK_MS} THEN h.seq ELSE s.low END,
        CASE WHEN h.created_at <= ${until.at + CLOCK_MS} THEN s.high ELSE h.seq - 1 END
      FROM start s JOIN messages h
        ON h.thread_id = s.id AND h.seq = (s.low + s.high + 1) / 2
      WHERE s.low < s.high)
    SELECT m.thread_id AS threadId, (SELECT json_group_array(json_array(at, seq)) FROM (
      SELECT x.created_at AS at, x.seq FROM ${wanted.from}
      WHERE ${visible} AND x.seq <= s.low AND ${wanted.where}
        AND (x.created_at, x.thread_id, x.seq) < (${until.at}, ${until.threadId}, ${until.seq})
      ORDER BY x.seq DESC LIMIT ${limit})) AS places
    FROM start s JOIN members m ON m.thread_id = s.id AND m.user_id = ${userId}
    WHERE s.low = s.high`)
  return rows.flatMap(({ threadId, places }) =>
    (JSON.parse(places) as [at: number, seq: number][]).map(([at, seq]) => ({ at, threadId, seq })),
  )
}
