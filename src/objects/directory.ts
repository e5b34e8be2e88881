// Which threads and users exist: one row each, so that the read model can be rebuilt without itself.
import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../env.ts'
import { run } from '../store/tally.ts'

export type Kind = 'thread' | 'user'

export class Directory extends DurableObject<Env> {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    run(
      ctx.storage.sql,
      `CREATE TABLE IF NOT EXISTS entries (
         kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, id)
       ) WITHOUT ROWID`,
    )
  }

  register(kind: Kind, id: string): void {
    run(this.ctx.storage.sql, 'INSERT OR IGNORE INTO entries VALUES (?, ?)', kind, id)
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
