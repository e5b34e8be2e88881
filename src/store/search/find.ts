// The index asked: the ids of what one person may find, best first, a page at a time.
import type { Scope } from './scope.ts'

/** Beyond this many matches words say nothing of what one looks for, and scoring them takes long. */
export const RANKED_MOST = 5_000

export type Wanted = {
  match: string
  /** False for a query without words: the newest come first. */
  ranked: boolean
  since: number | null
  until: number | null
  unread: boolean | null
}
export type Place = { ranked: boolean; score: number; at: number; threadId: string; seq: number }
export type Hit = { threadId: string; seq: number; at: number; score: number }
export type Found = { hits: Hit[]; ranked: boolean; total: number | null }

/**
 * One page. The place of the last hit is looked up anew by its id: what is written meanwhile moves
 * every score a little, and the order stays.
 */
export async function findHits(
  d1: D1Database,
  userId: string,
  scope: Scope,
  wanted: Wanted,
  page: { after: Place | null; offset: number; limit: number; total: boolean },
): Promise<Found> {
  const { after } = page
  const sql = new Statement(d1)
  const hits = hitsSql(sql, userId, scope, wanted)
  const ranked = after ? (after.ranked ? '1' : '0') : wanted.ranked ? '(SELECT few FROM size)' : '0'
  const anchor =
    after &&
    `((SELECT no FROM threads WHERE id = ${sql.value(after.threadId)}) * 4294967296
      + ${sql.value(after.seq)})`
  const score = `iif(${ranked}, -bm25(words, 1.0, 0.0), 0.0)`
  const rows = sql.prepare(`WITH ${hits.scope},
    size (few) AS MATERIALIZED (SELECT count(*) <= ${RANKED_MOST} FROM (
      SELECT 1 ${hits.from} WHERE ${hits.mine} LIMIT ${RANKED_MOST + 1})),
    hits AS ${after ? 'MATERIALIZED' : ''} (
      SELECT w.rowid AS id, d.at, ${score} AS score ${hits.from}
        CROSS JOIN documents d ON d.id = w.rowid WHERE ${hits.mine} AND ${hits.filters}),
    page AS MATERIALIZED (SELECT id, at, score FROM hits
      ${
        after
          ? `WHERE (score, at, id) < (coalesce((SELECT score FROM hits WHERE id = ${anchor}),
               ${sql.value(after.score)}), ${sql.value(after.at)}, ${anchor})`
          : ''
      }
      ORDER BY score DESC, at DESC, id DESC
      LIMIT ${sql.value(page.limit)} OFFSET ${sql.value(page.offset)})
    SELECT t.id AS threadId, p.id & 4294967295 AS seq, p.at, p.score, ${ranked} AS ranked
    FROM page p CROSS JOIN threads t ON t.no = p.id >> 32
    ORDER BY p.score DESC, p.at DESC, p.id DESC`)
  const count = new Statement(d1)
  const counted = hitsSql(count, userId, scope, wanted)
  const [found, total] = await d1.batch<Hit & { ranked: 0 | 1; total: number }>([
    rows,
    ...(page.total
      ? [
          count.prepare(`WITH ${counted.scope} SELECT count(*) AS total ${counted.from}
            CROSS JOIN documents d ON d.id = w.rowid WHERE ${counted.mine} AND ${counted.filters}`),
        ]
      : []),
  ])
  return {
    hits: (found?.results ?? []).map(({ threadId, seq, at, score }) => ({
      threadId,
      seq,
      at,
      score,
    })),
    ranked: found?.results[0]?.ranked === 1,
    total: total?.results[0]?.total ?? null,
  }
}

/**
 * What a person may find, as parts of a statement. CROSS JOIN keeps the order: the words first, then
 * whose they are, which their ids say, and only then the documents.
 */
function hitsSql(sql: Statement, userId: string, scope: Scope, wanted: Wanted) {
  const times = [
    ...(wanted.since === null ? [] : [`d.at >= ${sql.value(wanted.since)}`]),
    ...(wanted.until === null ? [] : [`d.at < ${sql.value(wanted.until)}`]),
  ]
  const theirs = `d.sender <> ${sql.value(userId)}`
  const unread = wanted.unread === true ? [theirs] : []
  const read = wanted.unread === false ? [`NOT (${seq} > s.read AND ${theirs})`] : []
  return {
    scope: `scope (no, low, read) AS MATERIALIZED (
        SELECT t.no, i.value ->> 1, i.value ->> 2 FROM json_each(${sql.value(scope.threads)}) i
          CROSS JOIN threads t ON t.id = i.value ->> 0),
      blocked (id, since) AS MATERIALIZED (
        SELECT value ->> 0, value ->> 1 FROM json_each(${sql.value(scope.blocks)})),
      hidden (id) AS MATERIALIZED (
        SELECT t.no * 4294967296 + (i.value ->> 1) FROM json_each(${sql.value(scope.hidden)}) i
          CROSS JOIN threads t ON t.id = i.value ->> 0)`,
    from: 'FROM words w CROSS JOIN scope s ON s.no = w.rowid >> 32',
    mine: `w.words MATCH ${sql.value(wanted.match)} AND ${seq} > s.low
      ${wanted.unread === true ? `AND ${seq} > s.read` : ''}`,
    filters: [
      'true',
      // Most people hide and block nobody, and need no look at what is found.
      ...(scope.hidden === '[]' ? [] : ['w.rowid NOT IN (SELECT id FROM hidden)']),
      ...(scope.blocks === '[]' ? [] : [notBlocked]),
      ...times,
      ...unread,
      ...read,
    ].join(' AND '),
  }
}

const seq = '(w.rowid & 4294967295)'
const notBlocked = 'NOT EXISTS (SELECT 1 FROM blocked b WHERE b.id = d.sender AND b.since <= d.at)'

/** A statement whose values are numbered as they come. */
class Statement {
  private readonly d1: D1Database
  private readonly values: (string | number)[] = []

  constructor(d1: D1Database) {
    this.d1 = d1
  }

  value(value: string | number): string {
    const known = this.values.indexOf(value)
    return `?${known >= 0 ? known + 1 : this.values.push(value)}`
  }

  prepare(sql: string): D1PreparedStatement {
    return this.d1.prepare(sql).bind(...this.values)
  }
}
