// Who may not write in a thread (silence), or not be in it (ban). A few rows, read with the log.
import { run } from '../tally.ts'

export type SanctionKind = 'silence' | 'ban'

/** `user kind` → until when (ms). */
export class Sanctions {
  private readonly sql: SqlStorage
  private readonly ends: Map<string, number>

  constructor(sql: SqlStorage) {
    this.sql = sql
    type Row = { user_id: string; kind: SanctionKind; until: number }
    const rows = run<Row>(sql, 'SELECT user_id, kind, until FROM sanctions')
    this.ends = new Map(rows.map((row) => [key(row.user_id, row.kind), row.until]))
  }

  /** When it ends (ms), or null for none: one whose time is over is none. */
  until(userId: string, kind: SanctionKind, now: number): number | null {
    const end = this.ends.get(key(userId, kind))
    return end !== undefined && end > now ? end : null
  }

  set(userId: string, kind: SanctionKind, until: number | null): void {
    if (until === null) {
      if (this.ends.delete(key(userId, kind)))
        run(this.sql, 'DELETE FROM sanctions WHERE user_id = ? AND kind = ?', userId, kind)
    } else {
      this.ends.set(key(userId, kind), until)
      run(this.sql, 'INSERT OR REPLACE INTO sanctions VALUES (?, ?, ?)', userId, kind, until)
    }
  }
}

const key = (userId: string, kind: SanctionKind) => `${kind} ${userId}`
