// Which threads and users exist: one row each, so that the read model can be rebuilt without itself.
// And which of them hold sockets: one row each while they do, so that what is open can be counted.
// And how many files were uploaded: one row for an hour, written once for each.
import { DurableObject } from 'cloudflare:workers'
import { limits } from '../contract/limits.ts'
import type { Presence } from '../contract/user.ts'
import type { Env } from '../env.ts'
import { run } from '../store/tally.ts'
import { reportFault } from './fault.ts'
import type { Open } from './open.ts'
import { threadStub, userStub } from './stubs.ts'

export type Kind = 'thread' | 'user'

type OpenRow = Open & { kind: Kind; id: string }

const HOUR = 60 * 60_000
const DAY_HOURS = 24

export class Directory extends DurableObject<Env> {
  /** Thread id → how many type there, and until when that is news. Memory alone: it is over in seconds. */
  private readonly typing = new Map<string, { count: number; until: number }>()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    run(
      ctx.storage.sql,
      `CREATE TABLE IF NOT EXISTS entries (
         kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id)
       ) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS open (
         kind TEXT NOT NULL, id TEXT NOT NULL, sockets INTEGER NOT NULL, online INTEGER NOT NULL,
         at INTEGER NOT NULL, PRIMARY KEY (kind, id)
       ) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS uploads (
         hour INTEGER PRIMARY KEY, count INTEGER NOT NULL, bytes INTEGER NOT NULL
       );
       CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS broadcasts (
         place INTEGER PRIMARY KEY, event TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL
       );
       CREATE TABLE IF NOT EXISTS watchers (
         user_id TEXT PRIMARY KEY, mark TEXT NOT NULL
       ) WITHOUT ROWID`,
    )
  }

  register(kind: Kind, id: string): void {
    run(this.ctx.storage.sql, 'INSERT OR IGNORE INTO entries VALUES (?, ?)', kind, id)
  }

  /** An object opened or closed a socket: this is what it holds now. */
  setOpen(kind: Kind, id: string, { sockets, online }: Open): void {
    const { sql } = this.ctx.storage
    if (sockets === 0 && online === 0)
      run(sql, 'DELETE FROM open WHERE kind = ? AND id = ?', kind, id)
    else
      run(
        sql,
        'INSERT OR REPLACE INTO open VALUES (?, ?, ?, ?, ?)',
        ...[kind, id, sockets, online, Date.now()],
      )
  }

  /** Somebody uploaded a file. Hours that nobody asks for any more go as new ones come. */
  countUpload(bytes: number): void {
    const { sql } = this.ctx.storage
    const hour = Math.floor(Date.now() / HOUR)
    run(
      sql,
      `INSERT INTO uploads VALUES (?1, 1, ?2)
       ON CONFLICT (hour) DO UPDATE SET count = count + 1, bytes = bytes + ?2`,
      ...[hour, bytes],
    )
    if (run(sql, 'SELECT 1 FROM uploads WHERE hour <= ? LIMIT 1', hour - DAY_HOURS).length > 0)
      run(sql, 'DELETE FROM uploads WHERE hour <= ?', hour - DAY_HOURS)
  }

  /** A secret of this deployment, made up when it is first asked for. */
  linkSecret(): Uint8Array {
    const { sql } = this.ctx.storage
    run(
      sql,
      'INSERT OR IGNORE INTO secrets VALUES (?, ?)',
      ...['links', crypto.getRandomValues(new Uint8Array(32)).buffer],
    )
    const [row] = run<{ value: ArrayBuffer }>(sql, `SELECT value FROM secrets WHERE name = 'links'`)
    if (!row) throw new Error('a secret that was just made is not there')
    return new Uint8Array(row.value)
  }

  /** Files that were uploaded in this hour and the 23 before it, as far as this shard was told. */
  uploads(): { count: number; bytes: number } {
    const [row] = run<{ count: number; bytes: number }>(
      this.ctx.storage.sql,
      `SELECT coalesce(sum(count), 0) AS count, coalesce(sum(bytes), 0) AS bytes FROM uploads
       WHERE hour > ?`,
      Math.floor(Date.now() / HOUR) - DAY_HOURS,
    )
    return row ?? { count: 0, bytes: 0 }
  }

  setTyping(threadId: string, count: number): void {
    if (count === 0) this.typing.delete(threadId)
    else this.typing.set(threadId, { count, until: Date.now() + limits.typingMs })
  }

  /** What is open now, as far as this shard's objects have said. */
  async present(): Promise<Open & { typing: number }> {
    await this.askSilent()
    const [row] = run<Open>(
      this.ctx.storage.sql,
      `SELECT coalesce(sum(sockets), 0) AS sockets, coalesce(sum(online), 0) AS online FROM open`,
    )
    const now = Date.now()
    for (const [id, { until }] of this.typing) if (until <= now) this.typing.delete(id)
    const typing = [...this.typing.values()].reduce((sum, { count }) => sum + count, 0)
    return { sockets: row?.sockets ?? 0, online: row?.online ?? 0, typing }
  }

  /** People of this shard who are there, at most so many. */
  online(most: number): string[] {
    return run<{ id: string }>(
      this.ctx.storage.sql,
      `SELECT id FROM open WHERE kind = 'user' AND online = 1 ORDER BY id LIMIT ?`,
      most,
    ).map(({ id }) => id)
  }

  /** Somebody wants to hear of the presence of everybody in this shard. */
  watch(userId: string): void {
    const mark = crypto.randomUUID()
    run(this.ctx.storage.sql, 'INSERT OR REPLACE INTO watchers VALUES (?, ?)', userId, mark)
  }

  /** `told` know it already. Who is not there to hear it is asked no more, until they ask again. */
  async tellWatchers(presence: Presence, told: string[]): Promise<void> {
    const { sql } = this.ctx.storage
    const known = new Set(told)
    const watchers = run<{ user_id: string; mark: string }>(sql, 'SELECT * FROM watchers')
    await Promise.all(
      watchers
        .filter(({ user_id: userId }) => !known.has(userId))
        .map(async ({ user_id: userId, mark }) => {
          if (await userStub(this.env, userId).watchPresence(presence)) return
          run(sql, 'DELETE FROM watchers WHERE user_id = ? AND mark = ?', userId, mark)
        }),
    )
  }

  /** Tells every socket of this shard's objects, a page of them at each alarm. Answers how many. */
  async broadcast(event: string): Promise<number> {
    const { sql } = this.ctx.storage
    run(sql, `INSERT INTO broadcasts (event, kind, id) VALUES (?, '', '')`, event)
    await this.ctx.storage.setAlarm(Date.now())
    const [row] = run<{ sockets: number }>(
      sql,
      'SELECT coalesce(sum(sockets), 0) AS sockets FROM open',
    )
    return row?.sockets ?? 0
  }

  /** One page of the oldest broadcast; its place is written down, so that a crash repeats one page. */
  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage
    type Row = { place: number; event: string; kind: string; id: string }
    const [next] = run<Row>(sql, 'SELECT * FROM broadcasts ORDER BY place LIMIT 1')
    if (!next) return
    const page = run<OpenRow>(
      sql,
      `SELECT kind, id FROM open WHERE (kind, id) > (?, ?) AND sockets > 0
       ORDER BY kind, id LIMIT ?`,
      ...[next.kind, next.id, limits.broadcastPage],
    )
    await Promise.all(
      page.map(({ kind, id }) => this.holder(kind, id).tellAll(next.event).catch(reportFault)),
    )
    const last = page.at(-1)
    const { place } = next
    if (last && page.length === limits.broadcastPage)
      run(
        sql,
        'UPDATE broadcasts SET kind = ?, id = ? WHERE place = ?',
        ...[last.kind, last.id, place],
      )
    else run(sql, 'DELETE FROM broadcasts WHERE place = ?', place)
    if (run(sql, 'SELECT 1 FROM broadcasts LIMIT 1').length > 0)
      await this.ctx.storage.setAlarm(Date.now())
  }

  private holder(kind: Kind, id: string) {
    return kind === 'user' ? userStub(this.env, id) : threadStub(this.env, id)
  }

  /**
   * An object that was killed did not say that its sockets are gone. Whoever said nothing for an
   * hour is asked, a few each time that somebody counts, so that no mistake stays.
   */
  private async askSilent(): Promise<void> {
    const silent = run<OpenRow>(
      this.ctx.storage.sql,
      'SELECT kind, id, sockets, online FROM open WHERE at < ? ORDER BY at LIMIT ?',
      ...[Date.now() - limits.openSilenceMs, limits.openChecks],
    )
    await Promise.all(
      silent.map(async ({ kind, id }) => {
        try {
          this.setOpen(kind, id, await this.holder(kind, id).open())
        } catch (error) {
          reportFault(error)
        }
      }),
    )
  }

  /** Ids in order, after one. */
  list(kind: Kind, after: string, limit: number): string[] {
    return run<{ id: string }>(
      this.ctx.storage.sql,
      'SELECT id FROM entries WHERE kind = ? AND id > ? ORDER BY id LIMIT ?',
      ...[kind, after, limit],
    ).map((row) => row.id)
  }
}
