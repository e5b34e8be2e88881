// One person's memory: profile, blocks, and what their object must not forget while it sleeps.
import type { Actor } from '../../contract/actor.ts'
import { Privacy, ServicePackage } from '../../contract/user.ts'
import type { Block, Profile } from '../../contract/user.ts'
import type { BanState } from '../../core/moderation.ts'
import { iso, partsOf } from '../log/rows.ts'
import { run } from '../tally.ts'
import { stepsDone, takeSteps } from './schema.ts'

type ProfileRow = {
  name: string
  first_name: string | null
  last_name: string | null
  avatar_url: string | null
  email: string | null
  role: string
  tier: string
  privacy: string
  service_packages: string
  created_at: number
  last_seen: number | null
  version: number
}

/** `mailing`: of these threads a mail is to tell; `pushed`: a device shows that something waits. */
type IdTable = 'waiting' | 'attending' | 'pins' | 'mailing' | 'pushed'

export class UserBook {
  readonly id: string
  private readonly sql: SqlStorage
  private made: boolean

  constructor(sql: SqlStorage, id: string) {
    this.sql = sql
    this.id = id
    const done = stepsDone(sql)
    this.made = done > 0
    if (this.made) takeSteps(sql, done)
  }

  /** The profile, or null for someone who never made a request. */
  profile(): Profile | null {
    const row = this.read<ProfileRow>('SELECT * FROM profile')[0]
    if (!row) return null
    return {
      id: this.id,
      name: row.name,
      ...partsOf(row),
      avatarUrl: row.avatar_url,
      email: row.email,
      role: row.role,
      tier: row.tier,
      privacy: Privacy.parse(JSON.parse(row.privacy)),
      servicePackages: ServicePackage.array().parse(JSON.parse(row.service_packages)),
      createdAt: iso(row.created_at),
    }
  }

  get version(): number {
    return this.read<{ version: number }>('SELECT version FROM profile')[0]?.version ?? 0
  }

  /** What a token claims becomes the profile; what it does not say stays. Answers what changed. */
  claim(actor: Actor, now: number): 'nothing' | 'name' | 'more' {
    const before = this.profile()
    const named = actor.name === null ? before : actor
    const after = {
      name: named?.name ?? this.id,
      firstName: named?.firstName,
      lastName: named?.lastName,
      avatarUrl: actor.avatarUrl ?? before?.avatarUrl ?? null,
      email: actor.email ?? before?.email ?? null,
      role: actor.role,
      tier: actor.tier,
    }
    const same = (key: keyof typeof after) => before?.[key] === after[key]
    if (before && (Object.keys(after) as (keyof typeof after)[]).every(same)) return 'nothing'
    this.put({
      ...after,
      privacy: before?.privacy ?? { presence: 'contacts' },
      servicePackages: before?.servicePackages ?? [],
      createdAt: before?.createdAt ?? iso(now),
    })
    const names = ['name', 'firstName', 'lastName', 'avatarUrl'] as const
    return names.every(same) ? 'more' : 'name'
  }

  put(profile: Omit<Profile, 'id'>): void {
    this.write(
      `INSERT INTO profile (one, name, avatar_url, email, role, tier, privacy, service_packages,
         created_at, version, first_name, last_name)
       VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10)
       ON CONFLICT (one) DO UPDATE SET name = ?1, avatar_url = ?2, email = ?3, role = ?4, tier = ?5,
         privacy = ?6, service_packages = ?7, version = version + 1, first_name = ?9, last_name = ?10`,
      ...[profile.name, profile.avatarUrl, profile.email, profile.role, profile.tier],
      ...[JSON.stringify(profile.privacy), JSON.stringify(profile.servicePackages)],
      Date.parse(profile.createdAt),
      ...[profile.firstName ?? null, profile.lastName ?? null],
    )
  }

  lastSeen(): number | null {
    return this.read<ProfileRow>('SELECT last_seen FROM profile')[0]?.last_seen ?? null
  }

  setLastSeen(at: number): void {
    this.write('UPDATE profile SET last_seen = ?', at)
  }

  blocks(): (Block & { since: number })[] {
    type Row = { user_id: string; reason: string | null; since: number }
    return this.read<Row>('SELECT * FROM blocks ORDER BY since DESC, user_id').map((row) => ({
      userId: row.user_id,
      reason: row.reason,
      createdAt: iso(row.since),
      since: row.since,
    }))
  }

  setBlock(userId: string, block: { reason: string | null; since: number } | null): void {
    if (block)
      this.write(
        'INSERT OR REPLACE INTO blocks VALUES (?, ?, ?)',
        userId,
        block.reason,
        block.since,
      )
    else this.write('DELETE FROM blocks WHERE user_id = ?', userId)
  }

  setBlockedBy(userId: string, since: number | null): void {
    if (since === null) this.write('DELETE FROM blocked_by WHERE user_id = ?', userId)
    else this.write('INSERT OR REPLACE INTO blocked_by VALUES (?, ?)', userId, since)
  }

  /** Blocks between this person and another, each with its start (ms) or null. */
  between(userId: string): { blocks: number | null; blockedBy: number | null } {
    const since = (table: 'blocks' | 'blocked_by') =>
      this.read<{ since: number }>(`SELECT since FROM ${table} WHERE user_id = ?`, userId)[0]
        ?.since ?? null
    return { blocks: since('blocks'), blockedBy: since('blocked_by') }
  }

  /** The last ban, also one that has ended. */
  ban(): BanState | null {
    type Row = { reason: string | null; until: number; shadow: number; since: number; by: string }
    const row = this.read<Row>('SELECT reason, until, shadow, since, by FROM ban')[0]
    return row ? { ...row, shadow: row.shadow === 1 } : null
  }

  setBan(ban: BanState | null): void {
    if (ban)
      this.write(
        'INSERT OR REPLACE INTO ban VALUES (1, ?, ?, ?, ?, ?)',
        ...[ban.reason, ban.until, ban.shadow ? 1 : 0, ban.since, ban.by],
      )
    else this.write('DELETE FROM ban')
  }

  tier(): string {
    return this.read<{ tier: string }>('SELECT tier FROM profile')[0]?.tier ?? 'free'
  }

  ids(table: IdTable): string[] {
    return this.read<{ thread_id: string }>(`SELECT thread_id FROM ${table}`).map(
      (row) => row.thread_id,
    )
  }

  has(table: IdTable, threadId: string): boolean {
    return this.read(`SELECT 1 FROM ${table} WHERE thread_id = ?`, threadId).length > 0
  }

  add(table: IdTable, threadId: string): void {
    this.write(`INSERT OR IGNORE INTO ${table} VALUES (?)`, threadId)
  }

  remove(table: IdTable, threadId: string): void {
    if (this.has(table, threadId)) this.write(`DELETE FROM ${table} WHERE thread_id = ?`, threadId)
  }

  clear(table: IdTable): void {
    if (this.ids(table).length > 0) this.write(`DELETE FROM ${table}`)
  }

  sent(): number[] {
    const row = this.read<{ times: string }>('SELECT times FROM sent')[0]
    return row ? (JSON.parse(row.times) as number[]) : []
  }

  setSent(times: readonly number[]): void {
    this.write('INSERT OR REPLACE INTO sent VALUES (1, ?)', JSON.stringify(times))
  }

  setDue(kind: string, key: string, at: number): void {
    this.write('INSERT OR REPLACE INTO due VALUES (?, ?, ?)', kind, key, at)
  }

  isDue(kind: string): boolean {
    return this.read('SELECT 1 FROM due WHERE kind = ?', kind).length > 0
  }

  dueAt(kind: string, key: string): number | null {
    const [row] = this.read<{ at: number }>(
      'SELECT at FROM due WHERE kind = ? AND key = ?',
      ...[kind, key],
    )
    return row?.at ?? null
  }

  dropDue(kind: string, key: string): void {
    this.write('DELETE FROM due WHERE kind = ? AND key = ?', kind, key)
  }

  takeDue(now: number): { kind: string; key: string; at: number }[] {
    return this.write<{ kind: string; key: string; at: number }>(
      'DELETE FROM due WHERE at <= ? RETURNING kind, key, at',
      now,
    )
  }

  nextDue(): number | null {
    return this.read<{ at: number | null }>('SELECT min(at) AS at FROM due')[0]?.at ?? null
  }

  /** Looking at somebody never seen writes nothing. */
  read<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) {
    return this.made ? run<T>(this.sql, query, ...bindings) : []
  }

  write<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) {
    if (!this.made) takeSteps(this.sql, 0)
    this.made = true
    return run<T>(this.sql, query, ...bindings)
  }
}
