// What one person may find, as the read model says it: their threads, blocks, hidden messages; and
// which people and threads the names in a query mean.
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { isThreadId } from '../../contract/ids.ts'
import { wordsOf } from '../../core/words.ts'
import { readCursor } from '../model/threads.ts'

/** JSON as SQLite makes and reads it: the Worker only carries it from one database to the other. */
export type Scope = {
  /** `[threadId, the last seq before theirs, the last seq they read]` of each thread. */
  threads: string
  blocks: string
  hidden: string
  /** The ids, when they are few enough to be a part of the query. */
  few: string[] | null
}

/** With so few threads the index is asked for them by name, and reads nobody else's messages. */
const few = 20

/** Threads out of sight (shelf 3) are not searched; `only` narrows it to some. */
export async function scopeOf(
  d1: D1Database,
  userId: string,
  { only, not, cursors }: { only: string[] | null; not: string[]; cursors: boolean },
): Promise<Scope> {
  const read = cursors ? readCursor : sql.raw('0')
  const wanted =
    only && sql`AND m.thread_id IN (SELECT value FROM json_each(${JSON.stringify(only)}))`
  const row = await drizzle(d1).get<Omit<Scope, 'few'> & { ids: string | null }>(sql`
    SELECT json_group_array(json_array(m.thread_id, m.from_seq, ${read})) AS threads,
      CASE WHEN count(*) <= ${few} THEN json_group_array(m.thread_id) END AS ids,
      (SELECT json_group_array(json_array(blocked_id, since)) FROM blocks
        WHERE user_id = ${userId}) AS blocks,
      (SELECT json_group_array(json_array(thread_id, seq)) FROM hidden
        WHERE user_id = ${userId}) AS hidden
    FROM members m WHERE m.user_id = ${userId} AND m.shelf < 3 ${wanted ?? sql``}
      AND m.thread_id NOT IN (SELECT value FROM json_each(${JSON.stringify(not)}))`)
  const { ids, ...scope } = row
  return { ...scope, few: ids === null ? null : (JSON.parse(ids) as string[]) }
}

/** Threads that a value of `in:` means: the one with this id, else my threads with these title words. */
export async function threadsNamed(d1: D1Database, userId: string, names: string[]) {
  if (names.every(isThreadId)) return names
  const mine = await drizzle(d1).all<{ id: string; title: string }>(sql`
    SELECT t.id, t.title FROM members m JOIN threads t ON t.id = m.thread_id
    WHERE m.user_id = ${userId} AND t.title IS NOT NULL`)
  const titles = mine.map(({ id, title }) => ({ id, words: new Set(wordsOf(title)) }))
  return names.flatMap((name) =>
    isThreadId(name) ? name : titles.filter(({ words }) => hasAll(words, name)).map(({ id }) => id),
  )
}

/**
 * People that a value of `from:` means: the one with this id, if they are in a thread of mine or it
 * is nobody's name there, else those in my threads who are called so.
 */
export async function peopleNamed(
  d1: D1Database,
  userId: string,
  names: string[],
): Promise<string[]> {
  const wanted = names.map((name) => name.replace(/^@/, ''))
  const people = await Promise.all(
    wanted.map(async (name) =>
      name === 'me' ? [userId] : [name, ...(await calledSo(d1, userId, name))],
    ),
  )
  return [...new Set(people.flat())].slice(0, mostPeople)
}

const mostPeople = 100

async function calledSo(d1: D1Database, userId: string, name: string): Promise<string[]> {
  const db = drizzle(d1)
  const known = await db.all(sql`
    SELECT 1 FROM members m JOIN members o ON o.thread_id = m.thread_id AND o.user_id = ${name}
    WHERE m.user_id = ${userId} LIMIT 1`)
  const [word] = wordsOf(name)
  if (known.length > 0 || word === undefined) return []
  // LIKE knows ASCII only: a name with any other letter in it comes along, and is looked at here.
  const like = `%${word.slice(0, 12)}%`
  const rows = await db.all<{ id: string; name: string }>(sql`
    SELECT DISTINCT o.user_id AS id, coalesce(p.name, o.name) AS name
    FROM members m JOIN members o ON o.thread_id = m.thread_id
      LEFT JOIN profiles p ON p.id = o.user_id
    WHERE m.user_id = ${userId} AND (coalesce(p.name, o.name) LIKE ${like}
      OR coalesce(p.name, o.name) GLOB '*[^ -~]*')`)
  return rows.filter((row) => hasAll(new Set(wordsOf(row.name)), name)).map(({ id }) => id)
}

function hasAll(words: Set<string>, wanted: string): boolean {
  const all = wordsOf(wanted)
  return all.length > 0 && all.every((word) => words.has(word))
}
