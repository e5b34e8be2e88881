// One thread's memory: its tables, and what is kept of them between turns. All of it can be rebuilt
// from the tables at any moment, which is what an eviction does.
import { run, write } from '../tally.ts'
import { Recent } from './recent.ts'
import type { MemberRow, ThreadRow } from './rows.ts'
import { Sanctions } from './sanctions.ts'
import { steps } from './schema.ts'

export type NewThread = Pick<
  ThreadRow,
  'id' | 'type' | 'title' | 'metadata' | 'subject' | 'created_by' | 'created_at'
>

export class ThreadLog {
  readonly sql: SqlStorage
  thread: ThreadRow
  readonly members: Map<string, MemberRow>
  /** blocker → blocked → since when (ms). */
  readonly blocks: Map<string, Map<string, number>>
  readonly sanctions: Sanctions
  readonly recent = new Recent()
  head: number
  version: number
  /** The first time in the due table (ms). */
  due: number | null
  private listed: MemberRow[] | null = null

  private constructor(sql: SqlStorage, thread: ThreadRow) {
    this.sql = sql
    this.thread = thread
    this.members = new Map(
      this.run<MemberRow>('SELECT * FROM members').map((row) => [row.user_id, row]),
    )
    this.blocks = readBlocks(sql)
    this.sanctions = new Sanctions(sql)
    const last = this.run<{ seq: number; born: number }>(
      'SELECT seq, born FROM messages ORDER BY seq DESC LIMIT 1',
    )[0]
    this.head = last?.seq ?? 0
    this.due = this.nextDue()
    this.version = Math.max(
      thread.version,
      last?.born ?? 0,
      this.newest('SELECT max(version) AS v FROM messages WHERE version > born'),
      this.newest('SELECT max(version) AS v FROM hidden'),
      ...[...this.members.values()].map((row) => Math.max(row.version, row.read_version)),
    )
  }

  /** The thread of this object, or null where none was ever created: looking writes nothing. */
  static open(sql: SqlStorage): ThreadLog | null {
    const known = run(sql, `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'thread'`)
    const thread = known.length > 0 ? run<ThreadRow>(sql, 'SELECT * FROM thread')[0] : undefined
    if (!thread) return null
    for (const step of steps.slice(thread.step)) run(sql, step)
    if (thread.step < steps.length) run(sql, 'UPDATE thread SET step = ?', steps.length)
    return new ThreadLog(sql, thread)
  }

  static create(sql: SqlStorage, thread: NewThread): ThreadLog {
    for (const step of steps) run(sql, step)
    run(
      sql,
      `INSERT INTO thread (one, step, id, epoch, type, title, metadata, subject, status, created_by,
         created_at, version)
       VALUES (1, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, 1)`,
      ...[steps.length, thread.id, newEpoch(), thread.type, thread.title, thread.metadata],
      ...[thread.subject, thread.created_by, thread.created_at],
    )
    const log = ThreadLog.open(sql)
    if (!log) throw new Error('a thread that was just created is not there')
    return log
  }

  run<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]): T[] {
    return run<T>(this.sql, query, ...bindings)
  }

  /** For a statement that answers nothing: how many rows it wrote. */
  write(query: string, ...bindings: unknown[]): number {
    return write(this.sql, query, ...bindings)
  }

  /** Every change takes the next version. */
  next(): number {
    this.version += 1
    return this.version
  }

  get id(): string {
    return this.thread.id
  }

  get cursor(): string {
    return `${this.thread.epoch}.${this.version}`
  }

  /** A present member, or undefined. */
  member(userId: string): MemberRow | undefined {
    const row = this.members.get(userId)
    return row?.left_at === null ? row : undefined
  }

  present(): readonly MemberRow[] {
    this.listed ??= [...this.members.values()].filter((row) => row.left_at === null)
    return this.listed
  }

  updateThread(change: Partial<Pick<ThreadRow, 'title' | 'metadata' | 'status' | 'epoch'>>) {
    this.thread = { ...this.thread, ...change, version: this.next() }
    const { title, metadata, status, epoch, version } = this.thread
    this.run(
      'UPDATE thread SET title = ?, metadata = ?, status = ?, epoch = ?, version = ?',
      ...[title, metadata, status, epoch, version],
    )
  }

  setTold(told: number | null): void {
    this.thread = { ...this.thread, told }
    this.run('UPDATE thread SET told = ?', told)
  }

  /** Writes a member's row: one row, whatever changed. */
  put(row: MemberRow): MemberRow {
    this.members.set(row.user_id, row)
    this.listed = null
    this.run(
      `INSERT OR REPLACE INTO members (user_id, name, avatar_url, role, joined_at, left_at, from_seq,
         read_seq, read_base, delivered_seq, marks, pinned_at, muted_until, archived_at,
         archived_seq, hidden_seq, subscribed, version, read_version, first_name, last_name,
         user_role)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[row.user_id, row.name, row.avatar_url, row.role, row.joined_at, row.left_at],
      ...[row.from_seq, row.read_seq, row.read_base, row.delivered_seq, row.marks, row.pinned_at],
      ...[row.muted_until, row.archived_at, row.archived_seq, row.hidden_seq, row.subscribed],
      ...[row.version, row.read_version, row.first_name, row.last_name, row.user_role],
    )
    return row
  }

  change(userId: string, change: Partial<MemberRow>): MemberRow {
    const row = this.members.get(userId)
    if (!row) throw new Error('no such member to change')
    return this.put({ ...row, ...change })
  }

  /** Replaces what is known of blocks among the members. Says whether anything changed. */
  setBlock(userId: string, blockedId: string, since: number | null): boolean {
    if ((this.blocks.get(userId)?.get(blockedId) ?? null) === since) return false
    if (since === null) {
      this.run('DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?', userId, blockedId)
      this.blocks.get(userId)?.delete(blockedId)
    } else {
      this.run('INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)', userId, blockedId, since)
      const mine = this.blocks.get(userId) ?? new Map<string, number>()
      this.blocks.set(userId, mine.set(blockedId, since))
    }
    return true
  }

  /** A block stands between two people, whoever made it. */
  apart(one: string, other: string): boolean {
    return this.blocks.get(one)?.has(other) === true || this.blocks.get(other)?.has(one) === true
  }

  setDue(kind: string, key: string, at: number | null) {
    if (at === null) this.run('DELETE FROM due WHERE kind = ? AND key = ?', kind, key)
    else this.run('INSERT OR REPLACE INTO due VALUES (?, ?, ?)', kind, key, at)
    this.due = this.nextDue()
  }

  /** Like `setDue`, but what is due sooner stays so. */
  bringDue(kind: string, key: string, at: number) {
    this.write(
      `INSERT INTO due VALUES (?, ?, ?)
       ON CONFLICT (kind, key) DO UPDATE SET at = excluded.at WHERE excluded.at < at`,
      ...[kind, key, at],
    )
    this.due = Math.min(this.due ?? at, at)
  }

  takeDue(now: number): { kind: string; key: string }[] {
    if (this.due === null || this.due > now) return []
    const taken = this.run<{ kind: string; key: string }>(
      'DELETE FROM due WHERE at <= ? RETURNING kind, key',
      now,
    )
    this.due = this.nextDue()
    return taken
  }

  private nextDue(): number | null {
    return this.run<{ at: number | null }>('SELECT min(at) AS at FROM due')[0]?.at ?? null
  }

  private newest(query: string): number {
    return this.run<{ v: number | null }>(query)[0]?.v ?? 0
  }
}

export const newEpoch = () => crypto.randomUUID().slice(0, 8)

function readBlocks(sql: SqlStorage): Map<string, Map<string, number>> {
  const blocks = new Map<string, Map<string, number>>()
  type Row = { user_id: string; blocked_id: string; since: number }
  for (const row of run<Row>(sql, 'SELECT * FROM blocks')) {
    const mine = blocks.get(row.user_id) ?? new Map<string, number>()
    blocks.set(row.user_id, mine.set(row.blocked_id, row.since))
  }
  return blocks
}
