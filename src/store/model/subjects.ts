// Threads found by what they are about.
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Thread, ThreadType } from '../../contract/thread.ts'
import { listed, threadsOf } from './threads.ts'
import type { ListRow } from './threads.ts'

/** A person's threads about one subject, found by its id in an index that holds nothing else. */
export async function threadsAbout(
  d1: D1Database,
  userId: string,
  about: { subjectId: string; subjectType?: string; type?: ThreadType },
  limit: number,
  now: number,
): Promise<Thread[]> {
  const { subjectId, subjectType = null, type = null } = about
  const rows = await drizzle(d1).all<ListRow>(sql`
    SELECT ${listed} FROM threads t
      CROSS JOIN members m ON m.thread_id = t.id AND m.user_id = ${userId}
    WHERE t.subject IS NOT NULL AND t.subject ->> 'id' = ${subjectId}
      AND coalesce(${subjectType}, t.subject ->> 'type') = t.subject ->> 'type'
      AND coalesce(${type}, t.type) = t.type
    ORDER BY t.updated_at DESC LIMIT ${limit}`)
  return threadsOf(d1, userId, rows, now)
}
