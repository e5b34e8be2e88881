// Reading across threads: one person's list, what they have not read, whom they share threads with.
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { messageId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Member, Thread } from '../../contract/thread.ts'
import type { Reaction } from '../../contract/message.ts'
import { ALL, iso, isoOrNull, memberOf, messageOf, parsed } from '../log/rows.ts'
import type { MemberRow, MessageRow, ThreadRow } from '../log/rows.ts'

export type ListRow = Pick<
  ThreadRow,
  'id' | 'epoch' | 'type' | 'title' | 'metadata' | 'subject'
> & {
  status: 'active' | 'closed'
  created_by: string | null
  created_at: number
  updated_at: number
  head_seq: number
  member_count: number
  version: number
  shelf: number
  rank: number
  pinned_at: number | null
  muted_until: number | null
  archived_at: number | null
  cursor_seq: number
  last_seq: number | null
}

/** A place in a list: the shelf, the rank, the thread that was last. */
export type Place = { shelf: number; rank: number; threadId: string }

// What one member `m` may see of messages `x`, and where they have read to: the same rules that the
// thread object applies, see store/log/messages.ts and store/log/cursors.ts.
export const visible = sql.raw(`x.thread_id = m.thread_id AND x.seq > m.from_seq
  AND (x.shadowed = 0 OR x.sender = m.user_id)
  AND NOT EXISTS (SELECT 1 FROM hidden h
    WHERE h.user_id = m.user_id AND h.thread_id = x.thread_id AND h.seq = x.seq)
  AND NOT EXISTS (SELECT 1 FROM blocks b
    WHERE b.user_id = m.user_id AND b.blocked_id = x.sender AND b.since <= x.created_at)`)
export const readCursor =
  sql.raw(`coalesce((SELECT x.seq FROM messages x WHERE x.thread_id = m.thread_id
  AND x.seq > m.read_base AND x.sender = m.user_id ORDER BY x.seq DESC LIMIT 1), m.read_seq)`)
/** Not deleted, and not over: the alarm that writes that down may be late. */
export const there = (now: number) =>
  sql`x.deleted_at IS NULL AND (x.expires_at IS NULL OR x.expires_at > ${now})`
export const counted = (now: number) =>
  sql`x.sender <> m.user_id AND ${there(now)} AND x.kind <> 'system'`
/** Whether a message mentions them, see store/log/mentions.ts. */
export const mentioning = sql.raw(`(x.mentions IS NOT NULL OR x.everyone IS NOT NULL)
  AND (x.everyone = '${ALL}' AND x.created_at >= m.joined_at
    OR EXISTS (SELECT 1 FROM json_each(x.mentions) j WHERE j.value = m.user_id)
    OR x.everyone <> '${ALL}'
      AND EXISTS (SELECT 1 FROM json_each(x.everyone) j WHERE j.value = m.user_id))`)

/** Whose threads, on which shelves; `closed` leaves out the others. */
export type Shown = { userId: string; shelves: number[]; closed?: boolean }

const statusIs = (closed: boolean | undefined) =>
  closed === undefined ? sql`true` : closed ? sql`t.status = 'closed'` : sql`t.status <> 'closed'`

export async function countThreads(
  d1: D1Database,
  { userId, shelves, closed }: Shown,
): Promise<number> {
  const [row] = await drizzle(d1).all<{ count: number }>(sql`
    SELECT count(*) AS count FROM members m JOIN threads t ON t.id = m.thread_id
    WHERE m.user_id = ${userId} AND ${statusIs(closed)}
      AND m.shelf IN (SELECT value FROM json_each(${JSON.stringify(shelves)}))`)
  return row?.count ?? 0
}

/** Of a thread `t` and its member `m`: what a list shows of it. */
export const listed = sql`t.*, m.shelf, m.rank, m.pinned_at, m.muted_until, m.archived_at,
  ${readCursor} AS cursor_seq,
  (SELECT x.seq FROM messages x WHERE ${visible} ORDER BY x.seq DESC LIMIT 1) AS last_seq`

/** A page of a person's threads, pinned first, the newest first. */
export async function listThreads(
  d1: D1Database,
  { userId, shelves, closed }: Shown,
  after: Place | null,
  limit: number,
  now: number,
): Promise<{ items: Thread[]; next: Place | null }> {
  const db = drizzle(d1)
  const rows: ListRow[] = []
  // Each shelf is one seek in the members_list index, whatever the number of threads.
  for (const shelf of shelves.filter((each) => each >= (after?.shelf ?? 0))) {
    if (rows.length > limit) break
    const from = after?.shelf === shelf ? after : { rank: Number.MAX_SAFE_INTEGER, threadId: '~' }
    // oxlint-disable-next-line no-await-in-loop -- the second shelf is asked only if the first was short
    const more = await db.all<ListRow>(sql`
      SELECT ${listed} FROM members m JOIN threads t ON t.id = m.thread_id
      WHERE m.user_id = ${userId} AND m.shelf = ${shelf} AND ${statusIs(closed)}
        AND (m.rank, m.thread_id) < (${from.rank}, ${from.threadId})
      ORDER BY m.rank DESC, m.thread_id DESC LIMIT ${limit + 1 - rows.length}`)
    rows.push(...more)
  }
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last ? last : null
  return {
    items: await threadsOf(d1, userId, page, now),
    next: next && { shelf: next.shelf, rank: next.rank, threadId: next.id },
  }
}

export async function threadsOf(
  d1: D1Database,
  userId: string,
  rows: ListRow[],
  now: number,
): Promise<Thread[]> {
  if (rows.length === 0) return []
  const db = drizzle(d1)
  const ids = JSON.stringify(rows.map((row) => row.id))
  const lasts = JSON.stringify(rows.map((row) => ({ id: row.id, seq: row.last_seq })))
  const starts = JSON.stringify(rows.map((row) => ({ id: row.id, seq: row.cursor_seq })))
  type MemberListRow = MemberRow & { thread_id: string; cursor_seq: number }
  type LastRow = MessageRow & {
    thread_id: string
    reactions: string
    sender_name: string | null
    sender_first_name: string | null
    sender_last_name: string | null
    sender_avatar: string | null
  }
  type CountRow = { thread_id: string; unread: number; mentions: number }
  const [people, messages, counts] = await Promise.all([
    db.all<MemberListRow>(sql`
      SELECT m.*, coalesce(p.name, m.name) AS name, coalesce(p.avatar_url, m.avatar_url) AS avatar_url,
        p.first_name, p.last_name, p.role AS user_role, ${readCursor} AS cursor_seq
      FROM json_each(${ids}) i JOIN members m ON m.thread_id = i.value
        LEFT JOIN profiles p ON p.id = m.user_id
      WHERE m.user_id = ${userId} OR m.user_id IN (SELECT n.user_id FROM members n
        WHERE n.thread_id = i.value LIMIT ${limits.membersInThread - 1})
      ORDER BY m.joined_at, m.user_id`),
    db.all<LastRow>(sql`
      SELECT x.*, coalesce(p.name, n.name) AS sender_name,
        coalesce(p.avatar_url, n.avatar_url) AS sender_avatar,
        p.first_name AS sender_first_name, p.last_name AS sender_last_name
      FROM json_each(${lasts}) i
        JOIN messages x ON x.thread_id = i.value ->> 'id' AND x.seq = i.value ->> 'seq'
        LEFT JOIN profiles p ON p.id = x.sender
        LEFT JOIN members n ON n.thread_id = x.thread_id AND n.user_id = x.sender`),
    // CROSS JOIN keeps the order: left to itself, SQLite starts with all threads of the person.
    db.all<CountRow>(sql`
      SELECT m.thread_id, count(*) AS unread, count(CASE WHEN ${mentioning} THEN 1 END) AS mentions
      FROM json_each(${starts}) i
        CROSS JOIN members m ON m.thread_id = i.value ->> 'id' AND m.user_id = ${userId}
        CROSS JOIN messages x ON x.seq > i.value ->> 'seq' AND ${visible} AND ${counted(now)}
      GROUP BY m.thread_id`),
  ])
  return rows
    .map((row): Thread => {
      const message = messages.find((each) => each.thread_id === row.id)
      const count = counts.find((each) => each.thread_id === row.id)
      return {
        id: row.id,
        type: row.type,
        title: row.title,
        metadata: parsed(row.metadata),
        subject: parsed(row.subject),
        status: row.status === 'closed' ? 'closed' : row.shelf === 2 ? 'archived' : 'active',
        members: people.filter((each) => each.thread_id === row.id).map(listedMember),
        memberCount: row.member_count,
        epoch: row.epoch,
        version: row.version,
        headSeq: row.head_seq,
        lastMessage: message ? lastMessage(message) : null,
        unread: count?.unread ?? 0,
        mentions: count?.mentions ?? 0,
        readSeq: row.cursor_seq,
        pinnedAt: isoOrNull(row.pinned_at),
        mutedUntil: isoOrNull(
          row.muted_until !== null && row.muted_until > now ? row.muted_until : null,
        ),
        archivedAt: isoOrNull(row.archived_at),
        createdBy: row.created_by,
        createdAt: iso(row.created_at),
        updatedAt: iso(row.updated_at),
      }
    })
    .toSorted((a, b) => Number(a.pinnedAt === null) - Number(b.pinnedAt === null) || newest(a, b))
}

const newest = (a: Thread, b: Thread) =>
  a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0

const listedMember = (row: MemberRow & { cursor_seq: number }): Member =>
  memberOf(
    { ...row, left_at: null },
    { read: row.cursor_seq, delivered: Math.max(row.delivered_seq, row.cursor_seq) },
  )

function lastMessage(
  row: MessageRow & {
    thread_id: string
    reactions: string
    sender_name: string | null
    sender_first_name: string | null
    sender_last_name: string | null
    sender_avatar: string | null
  },
) {
  const sender = {
    name: row.sender_name,
    first_name: row.sender_first_name,
    last_name: row.sender_last_name,
    avatar_url: row.sender_avatar,
  }
  const people = new Map([[row.sender, sender]])
  const message = messageOf(row.thread_id, row, parsed<Reaction[]>(row.reactions) ?? [], people)
  return { ...message, id: messageId(row.thread_id, row.seq) }
}

/** What a person has not read, in threads that have anything unread. */
export async function unreadThreads(d1: D1Database, userId: string, now: number) {
  type Row = {
    thread_id: string
    unread: number
    mentions: number
    shelf: number
    muted_until: number | null
  }
  const rows = await drizzle(d1).all<Row>(sql`
    SELECT m.thread_id, m.shelf, m.muted_until, count(*) AS unread,
      count(CASE WHEN ${mentioning} THEN 1 END) AS mentions
    FROM (SELECT m.*, ${readCursor} AS cursor_seq FROM members m JOIN threads t
        ON t.id = m.thread_id AND t.head_seq > m.read_seq
      WHERE m.user_id = ${userId}) m
      JOIN messages x ON x.seq > m.cursor_seq AND ${visible} AND ${counted(now)}
    GROUP BY m.thread_id, m.shelf, m.muted_until`)
  return rows.map((row) => ({
    threadId: row.thread_id,
    unread: row.unread,
    mentions: row.mentions,
    // Neither kind of thread calls for attention.
    archived: row.shelf >= 2,
    muted: row.muted_until !== null && row.muted_until > now,
  }))
}

/** Of some people, those who share a thread with a person. */
export async function contactsAmong(
  d1: D1Database,
  userId: string,
  userIds: string[],
): Promise<Set<string>> {
  const rows = await drizzle(d1).all<{ id: string }>(sql`
    SELECT i.value AS id FROM json_each(${JSON.stringify(userIds)}) i
    WHERE EXISTS (SELECT 1 FROM members o JOIN members m
      ON m.thread_id = o.thread_id AND m.user_id = ${userId} WHERE o.user_id = i.value)`)
  return new Set(rows.map((row) => row.id))
}

/** People who share a small thread with a person, those of the newest threads first. */
export async function contactsOf(d1: D1Database, userId: string, most: number): Promise<string[]> {
  const rows = await drizzle(d1).all<{ id: string }>(sql`
    SELECT DISTINCT o.user_id AS id
    FROM (SELECT m.thread_id FROM members m JOIN threads t ON t.id = m.thread_id
        WHERE m.user_id = ${userId} AND m.shelf < 3 AND t.member_count <= ${limits.presenceMembers}
        ORDER BY m.shelf, m.rank DESC LIMIT ${most}) m
      JOIN members o ON o.thread_id = m.thread_id AND o.user_id <> ${userId}
    LIMIT ${most}`)
  return rows.map((row) => row.id)
}

/** Threads that two people share. */
export async function sharedThreads(d1: D1Database, a: string, b: string): Promise<string[]> {
  const rows = await drizzle(d1).all<{ id: string }>(sql`
    SELECT m.thread_id AS id FROM members m
      JOIN members o ON o.thread_id = m.thread_id AND o.user_id = ${b}
    WHERE m.user_id = ${a}`)
  return rows.map((row) => row.id)
}

/** Of some threads, those that a person is in. */
export async function threadsAmong(
  d1: D1Database,
  userId: string,
  threadIds: string[],
): Promise<string[]> {
  const rows = await drizzle(d1).all<{ id: string }>(sql`
    SELECT thread_id AS id FROM members WHERE user_id = ${userId}
      AND thread_id IN (SELECT value FROM json_each(${JSON.stringify(threadIds)}))`)
  return rows.map((row) => row.id)
}

/** A page of the ids of a person's threads, in the order of ids. */
export async function threadIdsOf(
  d1: D1Database,
  userId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await drizzle(d1).all<{ id: string }>(sql`
    SELECT thread_id AS id FROM members WHERE user_id = ${userId} AND thread_id > ${after}
    ORDER BY thread_id LIMIT ${limit}`)
  return rows.map((row) => row.id)
}
