// From the objects into the read model. Every statement may run twice, and late ones change nothing.
import type { BanState } from '../../core/moderation.ts'
import type { Snapshot } from '../log/snapshot.ts'
import type { MemberRow, Person } from '../log/rows.ts'
import { tally } from '../tally.ts'

/** Characters of JSON in one bound value; D1 takes 2 MB. */
const CHUNK = 400_000

/** One transaction. Answers the rows of each statement. */
export async function batch(db: D1Database, statements: D1PreparedStatement[]) {
  const results = await db.batch<Record<string, unknown>>(statements)
  for (const { meta } of results) tally.d1 += meta.rows_written
  return results
}

/** The version of a thread that D1 holds: 0 for none, and for one of another epoch. */
export async function projectedVersion(
  db: D1Database,
  threadId: string,
  epoch: string,
): Promise<number> {
  const row = await db
    .prepare('SELECT version FROM threads WHERE id = ? AND epoch = ?')
    .bind(threadId, epoch)
    .first<{ version: number }>()
  return row?.version ?? 0
}

export async function writeSnapshot(db: D1Database, snapshot: Snapshot): Promise<void> {
  const { thread, head, messages, members, hidden, upTo } = snapshot
  const left = members.filter((row) => row.left_at !== null).map((row) => row.user_id)
  const present = members.filter((row) => row.left_at === null)
  await batch(db, [
    ...messageStatements(db, thread.id, messages),
    ...(snapshot.moved ? [rise(db, thread.id, snapshot.activityAt)] : []),
    ...chunks(present.map((row) => memberJson(row, head))).map((json) =>
      putMembers(db, thread.id, snapshot.activityAt, json),
    ),
    ...(left.length > 0
      ? [
          db
            .prepare(
              'DELETE FROM members WHERE thread_id = ? AND user_id IN (SELECT value FROM json_each(?))',
            )
            .bind(thread.id, JSON.stringify(left)),
        ]
      : []),
    ...(hidden.length > 0
      ? [
          db
            .prepare(
              `INSERT OR IGNORE INTO hidden (user_id, thread_id, seq)
               SELECT value ->> 'user_id', ?, value ->> 'seq' FROM json_each(?)`,
            )
            .bind(thread.id, JSON.stringify(hidden)),
        ]
      : []),
    // Last, and guarded by its version: what this row says D1 holds, D1 holds.
    db
      .prepare(
        `INSERT INTO threads (id, epoch, type, title, metadata, subject, status, created_by,
           created_at, updated_at, head_seq, member_count, version)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, title = excluded.title,
           metadata = excluded.metadata, status = excluded.status,
           created_by = excluded.created_by, updated_at = excluded.updated_at, head_seq = excluded.head_seq,
           member_count = excluded.member_count, version = excluded.version
         WHERE excluded.version > threads.version OR excluded.epoch <> threads.epoch`,
      )
      .bind(
        ...[thread.id, thread.epoch, thread.type, thread.title, thread.metadata, thread.subject],
        ...[thread.status, thread.created_by, thread.created_at, snapshot.activityAt, head],
        snapshot.memberCount,
        upTo,
      ),
  ])
}

/** Columns of a message in D1, in the order in which a batch carries them. */
const columns = [
  ...(['seq', 'version', 'sender', 'client_id', 'kind', 'format', 'content', 'metadata'] as const),
  ...(['mentions', 'reply_to', 'forwarded', 'preview', 'created_at', 'edited_at'] as const),
  ...(['deleted_at', 'shadowed', 'proposal', 'everyone', 'expires_at', 'attachments'] as const),
]

/** Arrays, since a name would be read and compared once for each column of each message. */
const messageItem = ({ reactions, ...row }: Snapshot['messages'][number]) => [
  JSON.stringify(reactions),
  ...columns.map((column) => row[column]),
]

const putMessagesSql = `
  INSERT INTO messages (thread_id, reactions, ${columns.join(', ')})
  SELECT ?, ${['reactions', ...columns].map((column, place) => columnAt(column, place)).join(', ')}
  FROM jsonb_each(?) WHERE true
  ON CONFLICT (thread_id, seq) DO UPDATE SET version = excluded.version,
    format = excluded.format, content = excluded.content, metadata = excluded.metadata,
    preview = excluded.preview, reactions = excluded.reactions, edited_at = excluded.edited_at,
    deleted_at = excluded.deleted_at, proposal = excluded.proposal,
    attachments = excluded.attachments
  WHERE excluded.version > messages.version`

function columnAt(column: string, place: number): string {
  const value = `value ->> ${place}`
  if (column === 'preview') return `nullif(${value}, '')`
  return column === 'shadowed' ? `coalesce(${value}, 0)` : value
}

const messageStatements = (db: D1Database, threadId: string, messages: Snapshot['messages']) =>
  chunks(messages.map(messageItem)).map((json) => db.prepare(putMessagesSql).bind(threadId, json))

/**
 * A thread with new messages rises to the top of its members' lists, out of archives too. Whoever
 * has it at the top already is not written: their order does not change, until the thread moves to
 * another shelf, where it takes its rank anew.
 */
function rise(db: D1Database, threadId: string, at: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE members SET rank = ?1,
         shelf = CASE WHEN shelf < 2 THEN shelf WHEN pinned_at IS NULL THEN 1 ELSE 0 END,
         archived_at = NULL
       WHERE thread_id = ?2 AND rank <= ?1 AND (shelf >= 2 OR EXISTS (
         SELECT 1 FROM members o WHERE o.user_id = members.user_id AND o.shelf = members.shelf
           AND o.rank >= members.rank AND o.thread_id <> members.thread_id))`,
    )
    .bind(at, threadId)
}

function putMembers(
  db: D1Database,
  threadId: string,
  rank: number,
  json: string,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO members (thread_id, user_id, name, avatar_url, role, joined_at, from_seq, read_seq,
         read_base, delivered_seq, pinned_at, muted_until, archived_at, version, shelf, rank)
       SELECT ?, value ->> 'user_id', value ->> 'name', value ->> 'avatar_url', value ->> 'role',
         value ->> 'joined_at', value ->> 'from_seq', value ->> 'read_seq', value ->> 'read_base',
         value ->> 'delivered_seq', value ->> 'pinned_at', value ->> 'muted_until',
         value ->> 'archived_at', value ->> 'version', value ->> 'shelf', ?
       FROM json_each(?) WHERE true
       ON CONFLICT (thread_id, user_id) DO UPDATE SET name = excluded.name,
         avatar_url = excluded.avatar_url, role = excluded.role, joined_at = excluded.joined_at,
         from_seq = excluded.from_seq, read_seq = excluded.read_seq,
         read_base = excluded.read_base, delivered_seq = excluded.delivered_seq,
         pinned_at = excluded.pinned_at, muted_until = excluded.muted_until,
         archived_at = excluded.archived_at, version = excluded.version, shelf = excluded.shelf,
         rank = CASE WHEN excluded.shelf = members.shelf THEN members.rank ELSE excluded.rank END
       WHERE excluded.version > members.version`,
    )
    .bind(threadId, rank, json)
}

function memberJson(row: MemberRow, head: number) {
  const out = row.hidden_seq !== null && row.hidden_seq >= head
  const archived = row.archived_seq !== null && row.archived_seq >= head
  const shelf = out ? 3 : archived ? 2 : row.pinned_at === null ? 1 : 0
  return {
    ...row,
    marks: undefined,
    shelf,
    archived_at: archived ? row.archived_at : null,
    version: Math.max(row.version, row.read_version),
  }
}

/** JSON arrays of the items, each small enough for one bound value. */
export function chunks(items: object[]): string[] {
  const texts: string[] = []
  let parts: string[] = []
  let size = 0
  for (const item of items) {
    const json = JSON.stringify(item)
    if (size + json.length > CHUNK && parts.length > 0) {
      texts.push(`[${parts.join(',')}]`)
      parts = []
      size = 0
    }
    parts.push(json)
    size += json.length
  }
  return parts.length > 0 ? [...texts, `[${parts.join(',')}]`] : texts
}

/** Takes a thread out of the read model, before it is written anew. */
export async function forgetThread(db: D1Database, threadId: string): Promise<void> {
  const tables = ['threads', 'members', 'messages', 'hidden']
  await batch(
    db,
    tables.map((table) =>
      db
        .prepare(`DELETE FROM ${table} WHERE ${table === 'threads' ? 'id' : 'thread_id'} = ?`)
        .bind(threadId),
    ),
  )
}

export type Knowledge = {
  people: ({ id: string } & Person)[]
  blocks: { userId: string; blockedId: string; since: number }[]
}

/** What the read model knows of people who joined a thread: their profiles, and blocks among all. */
export async function knowledgeOf(
  db: D1Database,
  members: string[],
  joined: string[],
): Promise<Knowledge> {
  const [all, fresh] = [JSON.stringify(members), JSON.stringify(joined)]
  const [people, blocking, blockedBy] = await batch(db, [
    db
      .prepare(
        `SELECT id, name, first_name, last_name, avatar_url, role AS user_role FROM profiles
         WHERE id IN (SELECT value FROM json_each(?))`,
      )
      .bind(fresh),
    ...[
      [fresh, all],
      [all, fresh],
    ].map(([by, of]) =>
      db
        .prepare(
          `SELECT user_id AS userId, blocked_id AS blockedId, since FROM blocks
           WHERE user_id IN (SELECT value FROM json_each(?))
             AND blocked_id IN (SELECT value FROM json_each(?))`,
        )
        .bind(by, of),
    ),
  ])
  // The columns are those of the statements above.
  return {
    people: (people?.results ?? []) as Knowledge['people'],
    blocks: [...(blocking?.results ?? []), ...(blockedBy?.results ?? [])] as Knowledge['blocks'],
  }
}

/** A profile as others see it, guarded by its version. */
export function putProfile(
  db: D1Database,
  profile: {
    id: string
    name: string
    firstName: string | null
    lastName: string | null
    avatarUrl: string | null
    role: string
    servicePackages: string
    version: number
  },
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO profiles (id, name, first_name, last_name, avatar_url, role, service_packages,
         version)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, first_name = excluded.first_name,
         last_name = excluded.last_name, avatar_url = excluded.avatar_url, role = excluded.role, service_packages = excluded.service_packages,
         version = excluded.version WHERE excluded.version > profiles.version`,
    )
    .bind(
      ...[profile.id, profile.name, profile.firstName, profile.lastName, profile.avatarUrl],
      ...[profile.role, profile.servicePackages, profile.version],
    )
}

/** Replaces what is known of a person's ban. */
export function putBan(db: D1Database, userId: string, ban: BanState | null): D1PreparedStatement {
  if (!ban) return db.prepare('DELETE FROM bans WHERE user_id = ?').bind(userId)
  return db
    .prepare(
      `INSERT INTO bans (user_id, reason, until, shadow, since, by) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET reason = excluded.reason, until = excluded.until,
         shadow = excluded.shadow, since = excluded.since, by = excluded.by
       WHERE (excluded.reason, excluded.until, excluded.shadow, excluded.since, excluded.by)
         IS NOT (bans.reason, bans.until, bans.shadow, bans.since, bans.by)`,
    )
    .bind(userId, ban.reason, ban.until, ban.shadow ? 1 : 0, ban.since, ban.by)
}

/** Replaces the block list of one person. */
export function putBlocks(
  db: D1Database,
  userId: string,
  blocks: { blockedId: string; since: number }[],
): D1PreparedStatement[] {
  const json = JSON.stringify(blocks)
  return [
    db
      .prepare(
        `DELETE FROM blocks WHERE user_id = ?
         AND blocked_id NOT IN (SELECT value ->> 'blockedId' FROM json_each(?))`,
      )
      .bind(userId, json),
    db
      .prepare(
        `INSERT INTO blocks (user_id, blocked_id, since)
         SELECT ?, value ->> 'blockedId', value ->> 'since' FROM json_each(?) WHERE true
         ON CONFLICT (user_id, blocked_id) DO UPDATE SET since = excluded.since
         WHERE since <> excluded.since`,
      )
      .bind(userId, json),
  ]
}
