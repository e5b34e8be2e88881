// What calls for a person's attention, thread by thread: the same rules as in store/log/calls.ts.
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { messageId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Format } from '../../contract/message.ts'
import { excerptOf } from '../../core/excerpt.ts'
import { attachmentsOf } from '../attachments.ts'
import { iso } from '../log/rows.ts'
import type { Calls, Shown } from '../log/calls.ts'
import { counted, mentioning, readCursor, visible } from './threads.ts'

/** How far somebody is done with a thread, and when they said so of its notification. */
export type Mark = { threadId: string; seq: number; readAt: number | null }

export type ThreadCalls = Omit<Calls, 'head' | 'last'> & {
  threadId: string
  joinedAt: number
  last: Shown
  readAt: number | null
}

type Range = { id: string; from: number; to: number; readAt: number | null }

/** `pierce`: what mentions the person calls through a mute. */
type About = { now: number; pierce: boolean }

/** Threads with messages after both cursor and mark, and those whose notification was read. */
export async function threadCalls(
  d1: D1Database,
  userId: string,
  marks: Mark[],
  about: About,
): Promise<ThreadCalls[]> {
  const open = await openThreads(d1, userId, about)
  const done = new Map(marks.map((mark) => [mark.threadId, mark.seq]))
  const ranges: Range[] = [
    ...open.flatMap(({ thread_id: id, head_seq: to, cursor_seq }) => {
      const from = Math.max(cursor_seq, done.get(id) ?? 0)
      return from < to ? [{ id, from, to, readAt: null }] : []
    }),
    ...marks.flatMap(({ threadId: id, seq: to, readAt }) =>
      readAt === null ? [] : [{ id, from: to - 1, to, readAt }],
    ),
  ]
  const found = await callsIn(d1, userId, ranges, about)
  const unread = new Set(found.filter(({ readAt }) => readAt === null).map((each) => each.threadId))
  return found.filter(({ readAt, threadId }) => readAt === null || !unread.has(threadId))
}

/** Archived and muted threads do not call; one index over the person's own rows. */
function openThreads(d1: D1Database, userId: string, { now, pierce }: About) {
  const unmuted = sql`AND coalesce(m.muted_until, 0) <= ${now}`
  return drizzle(d1).all<{ thread_id: string; head_seq: number; cursor_seq: number }>(sql`
    SELECT m.thread_id, t.head_seq, ${readCursor} AS cursor_seq
    FROM members m JOIN threads t ON t.id = m.thread_id AND t.head_seq > m.read_seq
    WHERE m.user_id = ${userId} AND m.shelf < 2 ${pierce ? sql`` : unmuted}
    ORDER BY t.updated_at DESC LIMIT ${limits.noticeThreads}`)
}

async function callsIn(
  d1: D1Database,
  userId: string,
  ranges: Range[],
  { now, pierce }: About,
): Promise<ThreadCalls[]> {
  if (ranges.length === 0) return []
  type Row = {
    thread_id: string
    joined_at: number
    title: string | null
    read_at: number | null
    count: number
    seq: number
    sender: string
    sender_name: string | null
    sender_avatar: string | null
    content: string | null
    format: Format
    attachments: string | null
    created_at: number
  }
  // Beside max(), SQLite takes the other columns from the row that has it: the newest message.
  const rows = await drizzle(d1).all<Row>(sql`
    SELECT m.thread_id, m.joined_at, t.title, i.value ->> 'readAt' AS read_at, count(*) AS count,
      max(x.seq) AS seq, x.sender, x.content, x.format, x.attachments,
      x.created_at,
      coalesce(p.name, n.name) AS sender_name, coalesce(p.avatar_url, n.avatar_url) AS sender_avatar
    FROM json_each(${JSON.stringify(ranges)}) i
      CROSS JOIN members m ON m.thread_id = i.value ->> 'id' AND m.user_id = ${userId}
      CROSS JOIN threads t ON t.id = m.thread_id
      CROSS JOIN messages x ON x.seq > i.value ->> 'from' AND x.seq <= i.value ->> 'to'
        AND ${visible} AND ${counted(now)}
        AND (i.value ->> 'readAt' IS NOT NULL OR x.created_at > coalesce(m.muted_until, 0)
          ${pierce ? sql`OR ${mentioning}` : sql``})
      LEFT JOIN profiles p ON p.id = x.sender
      LEFT JOIN members n ON n.thread_id = x.thread_id AND n.user_id = x.sender
    GROUP BY i.key`)
  return rows.map((row) => ({
    threadId: row.thread_id,
    joinedAt: row.joined_at,
    title: row.title,
    count: row.count,
    readAt: row.read_at,
    last: {
      id: messageId(row.thread_id, row.seq),
      seq: row.seq,
      sender: {
        id: row.sender,
        name: row.sender_name ?? row.sender,
        avatarUrl: row.sender_avatar,
      },
      createdAt: iso(row.created_at),
      text: excerptOf({ ...row, attachments: attachmentsOf(row.attachments) }),
    },
  }))
}
