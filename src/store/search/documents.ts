// What is found of a message: its words and a few facts about it, written once per change.
import { plainText } from '../../core/plain-text.ts'
import { wordsOf } from '../../core/words.ts'
import type { Attachment } from '../../contract/attachment.ts'
import { limits } from '../../contract/limits.ts'
import { attachmentsOf } from '../attachments.ts'
import { changedRows } from '../log/changed.ts'
import type { ThreadLog } from '../log/log.ts'
import type { MessageRow } from '../log/rows.ts'
import { batch, chunks } from '../model/projection.ts'

/**
 * A fact is one word of its own column: `all` that any message has, its thread, its sender, what it
 * holds, whether it is in the shadow. Ids are spelled so that no two become the same word.
 */
export const everything = 'all'
export const inThread = (threadId: string) => `t${hex(threadId)}`
export const fromSender = (userId: string) => `u${hex(userId)}`
export const holding = (what: 'file' | 'image' | 'link') => `has${what}`
/** Of a message that only its sender sees, and finds: they must not notice. */
export const shadow = 'shadow'

const hex = (id: string) =>
  Array.from(new TextEncoder().encode(id), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The version of a thread that the index holds: 0 for none, and for one of another epoch. */
export async function indexedVersion(d1: D1Database, log: ThreadLog): Promise<number> {
  const row = await d1
    .prepare('SELECT version FROM threads WHERE id = ? AND epoch = ?')
    .bind(log.id, log.thread.epoch)
    .first<{ version: number }>()
  return row?.version ?? 0
}

/**
 * Brings a batch of what changed after `since` into the index, and answers the version it then holds.
 * Every statement looks at the version of the thread first, so a late one changes nothing. A batch
 * without messages is not written: the next one says it too.
 */
export async function indexSince(d1: D1Database, log: ThreadLog, since: number): Promise<number> {
  const { rows, upTo } = changesAfter(log, since)
  if (rows.length === 0) return upTo
  const alive = rows.filter(findable)
  const gone = rows.filter((row) => !findable(row)).map(({ seq }) => [seq])
  const statement = (sql: string, json?: string) =>
    d1.prepare(sql).bind(log.id, log.thread.epoch, upTo, ...(json === undefined ? [] : [json]))
  await batch(d1, [
    ...(since === 0 ? anew.map((sql) => statement(sql)) : []),
    ...chunks(alive.map((row) => document(log.id, row))).flatMap((json) => [
      statement(
        `INSERT OR REPLACE INTO words (rowid, text, facts)
         SELECT ${id}, value ->> 3, value ->> 4 FROM jsonb_each(?4) WHERE ${fresh}`,
        json,
      ),
      statement(
        `INSERT OR IGNORE INTO documents (id, sender, at)
         SELECT ${id}, value ->> 1, value ->> 2 FROM jsonb_each(?4) WHERE ${fresh}`,
        json,
      ),
    ]),
    ...chunks(gone).flatMap((json) =>
      [
        `DELETE FROM words WHERE rowid IN (SELECT ${id} FROM json_each(?4)) AND ${fresh}`,
        `DELETE FROM documents WHERE id IN (SELECT ${id} FROM json_each(?4)) AND ${fresh}`,
      ].map((sql) => statement(sql, json)),
    ),
    statement(`UPDATE threads SET epoch = ?2, version = ?3 WHERE id = ?1 AND ${fresh}`),
  ])
  return upTo
}

/** Takes a thread out of the index. */
export async function forgetDocuments(d1: D1Database, threadId: string): Promise<void> {
  await batch(
    d1,
    [...empty, 'UPDATE threads SET version = 0 WHERE id = ?1'].map((sql) =>
      d1.prepare(sql).bind(threadId),
    ),
  )
}

// The parameters of every statement: ?1 thread, ?2 epoch, ?3 version, ?4 JSON.
const no = '(SELECT no FROM threads WHERE id = ?1)'
const id = `${no} * 4294967296 + (value ->> 0)`
const fresh = 'NOT EXISTS (SELECT 1 FROM threads WHERE id = ?1 AND epoch = ?2 AND version >= ?3)'
const all = `SELECT id FROM documents WHERE id BETWEEN ${no} * 4294967296 AND (${no} + 1) * 4294967296`
const empty = [
  `DELETE FROM words WHERE rowid IN (${all})`,
  `DELETE FROM documents WHERE id IN (${all})`,
]
const anew = [
  `INSERT OR IGNORE INTO threads (id, epoch, version) SELECT ?1, ?2, 0 WHERE ?3 > 0`,
  ...empty.map((sql) => `${sql} AND ${fresh}`),
]

/** Messages that are new, edited or deleted after a version; a reaction changes no word. */
function changesAfter(log: ThreadLog, since: number): { rows: MessageRow[]; upTo: number } {
  const { rows, upTo } = changedRows(log, since, limits.projectionBatch)
  const changed = (row: MessageRow) =>
    row.born > since || row.edited_at !== null || row.deleted_at !== null
  return { rows: rows.filter(changed), upTo }
}

const findable = (row: MessageRow) => row.deleted_at === null && row.content !== null

/** An array, whose places the statements above name: seq, sender, time, words, facts. */
function document(threadId: string, row: MessageRow) {
  const text = plainText(row.content ?? '', row.format)
  const files = attachmentsOf(row.attachments)
  const words = wordsOf([text, ...files.map(({ name }) => name)].join(' '))
  const { seq, sender, created_at: at } = row
  const facts = [everything, inThread(threadId), fromSender(sender), ...heldBy(row, text, files)]
  return [seq, sender, at, words.join(' '), facts.join(' ')]
}

const attached = ['image', 'file', 'video', 'audio']

function heldBy(
  { kind, format, content, shadowed }: MessageRow,
  text: string,
  files: Attachment[],
): string[] {
  const image = kind === 'image' || files.some((file) => file.kind === 'image')
  return [
    ...(files.length > 0 || attached.includes(kind) ? [holding('file')] : []),
    ...(image ? [holding('image')] : []),
    ...(linked.test(text) || (format === 'html' && content?.includes('<a '))
      ? [holding('link')]
      : []),
    ...(shadowed ? [shadow] : []),
  ]
}

const linked = /\bhttps?:\/\/\S|\bwww\.\S/iu
