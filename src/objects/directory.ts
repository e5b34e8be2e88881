// Which threads and users exist: one row each, so that the read model can be rebuilt without itself.
// And which of them hold sockets: one row each while they do, so that what is open can be counted.
import { DurableObject } from 'cloudflare:workers'
import { limits } from '../contract/limits.ts'
import type { Env } from '../env.ts'
import { run } from '../store/tally.ts'
import { reportFault } from './fault.ts'
import type { Open } from './open.ts'
import { threadStub, userStub } from './stubs.ts'

export type Kind = 'thread' | 'user'

type OpenRow = Open & { kind: Kind; id: string }

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
          const stub = kind === 'user' ? userStub(this.env, id) : threadStub(this.env, id)
          this.setOpen(kind, id, await stub.open())
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
