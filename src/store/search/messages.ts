// Hits → messages as the asker may see them. The index only says where to look: what is shown, and
// whether it may be, the read model says.
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Message, Reaction } from '../../contract/message.ts'
import type { ThreadType } from '../../contract/thread.ts'
import { messageOf, parsed } from '../log/rows.ts'
import type { MessageRow } from '../log/rows.ts'
import { there, visible } from '../model/threads.ts'

export type SeenHit = {
  message: Message
  thread: { id: string; type: ThreadType; title: string | null }
}

type Row = MessageRow & {
  thread_id: string
  type: ThreadType
  title: string | null
  reactions: string
  name: string | null
  first_name: string | null
  last_name: string | null
  avatar_url: string | null
}

/**
 * Messages at some places, in the order of the places, without those the person may not see.
 * CROSS JOIN keeps the order: from each place to its one message, not through all of a person's.
 */
export async function messagesAt(
  d1: D1Database,
  userId: string,
  places: { threadId: string; seq: number }[],
): Promise<(SeenHit | null)[]> {
  if (places.length === 0) return []
  const json = JSON.stringify(places.map(({ threadId, seq }) => [threadId, seq]))
  const rows = await drizzle(d1).all<Row>(sql`
    SELECT x.*, t.type, t.title, coalesce(p.name, n.name) AS name,
      p.first_name, p.last_name, coalesce(p.avatar_url, n.avatar_url) AS avatar_url
    FROM json_each(${json}) i
      CROSS JOIN members m ON m.thread_id = i.value ->> 0 AND m.user_id = ${userId}
      CROSS JOIN messages x ON x.seq = i.value ->> 1 AND ${visible} AND ${there(Date.now())}
      CROSS JOIN threads t ON t.id = m.thread_id
      LEFT JOIN profiles p ON p.id = x.sender
      LEFT JOIN members n ON n.thread_id = x.thread_id AND n.user_id = x.sender`)
  const byPlace = new Map(rows.map((row) => [`${row.thread_id} ${row.seq}`, row]))
  return places.map(({ threadId, seq }) => {
    const row = byPlace.get(`${threadId} ${seq}`)
    return row ? seen(row) : null
  })
}

function seen(row: Row): SeenHit {
  const { thread_id: threadId, type, title } = row
  const people = new Map([[row.sender, row]])
  const reactions = parsed<Reaction[]>(row.reactions) ?? []
  return {
    message: messageOf(threadId, row, reactions, people),
    thread: { id: threadId, type, title },
  }
}
