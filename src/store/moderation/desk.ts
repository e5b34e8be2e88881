// The moderators' desk: reports, and the audit log. Times are ms.
import { AuditEntry } from '../../contract/moderation.ts'
import type { Act } from '../../contract/moderation.ts'
import { Report } from '../../contract/report.ts'
import type { ReportAction, ReportReason, ReportStatus } from '../../contract/report.ts'
import { iso, isoOrNull } from '../log/rows.ts'
import { run } from '../tally.ts'

/** The triggers make the log append-only whatever code comes to this object later. */
const schema = `
  CREATE TABLE IF NOT EXISTS reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message_id TEXT NOT NULL, thread_id TEXT NOT NULL,
    reporter TEXT NOT NULL, sender TEXT NOT NULL, reason TEXT NOT NULL, details TEXT, content TEXT,
    status TEXT NOT NULL, action TEXT, note TEXT, reviewed_by TEXT, created_at INTEGER NOT NULL,
    reviewed_at INTEGER
  );
  CREATE UNIQUE INDEX IF NOT EXISTS reports_once ON reports (message_id, reporter);
  CREATE INDEX IF NOT EXISTS reports_status ON reports (status, id);
  CREATE TABLE IF NOT EXISTS audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, actor TEXT NOT NULL,
    act TEXT NOT NULL, user_id TEXT, thread_id TEXT, message_id TEXT, report_id INTEGER,
    reason TEXT, before TEXT NOT NULL, after TEXT NOT NULL, failed INTEGER NOT NULL
  );
  CREATE TRIGGER IF NOT EXISTS audit_kept BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;
  CREATE TRIGGER IF NOT EXISTS audit_fixed BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END;`

type ReportRow = {
  id: number
  message_id: string
  thread_id: string
  reporter: string
  sender: string
  reason: ReportReason
  details: string | null
  content: string | null
  status: ReportStatus
  action: ReportAction | null
  note: string | null
  reviewed_by: string | null
  created_at: number
  reviewed_at: number | null
}

export type NewReport = Pick<
  Report,
  'messageId' | 'threadId' | 'reporterId' | 'senderId' | 'reason' | 'details' | 'content'
>

export type Review = Pick<Report, 'status' | 'action' | 'note'> & { reviewedBy: string }

export type NewEntry = {
  actorId: string
  act: Act
  userId?: string | null
  threadId?: string | null
  messageId?: string | null
  reportId?: string | null
  reason?: string | null
  before?: unknown
  after?: unknown
  failed?: boolean
}

type Filter = Record<string, string | undefined>

export class Desk {
  private readonly sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.sql = sql
    run(sql, schema)
  }

  /** Adds a report; the second of the same person on the same message answers the first. */
  report(report: NewReport, now: number): { report: Report; repeated: boolean } {
    const known = this.rows<ReportRow>(
      'SELECT * FROM reports WHERE message_id = ? AND reporter = ?',
      report.messageId,
      report.reporterId,
    )[0]
    if (known) return { report: reportOf(known), repeated: true }
    const [row] = this.rows<ReportRow>(
      `INSERT INTO reports (message_id, thread_id, reporter, sender, reason, details, content,
         status, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?) RETURNING *`,
      ...[report.messageId, report.threadId, report.reporterId, report.senderId],
      ...[report.reason, report.details, report.content, now],
    )
    if (!row) throw new Error('a report that was just written is not there')
    return { report: reportOf(row), repeated: false }
  }

  find(id: string): Report | null {
    const row = this.rows<ReportRow>('SELECT * FROM reports WHERE id = ?', numberOf(id))[0]
    return row ? reportOf(row) : null
  }

  reports(filter: { status?: string; reason?: string; userId?: string }, page: Page): Report[] {
    const { status, reason, userId: sender } = filter
    return this.page<ReportRow>('reports', { status, reason, sender }, page).map(reportOf)
  }

  review(id: string, review: Review, now: number): Report | null {
    const row = this.rows<ReportRow>(
      `UPDATE reports SET status = ?, action = ?, note = ?, reviewed_by = ?, reviewed_at = ?
       WHERE id = ? RETURNING *`,
      ...[review.status, review.action, review.note, review.reviewedBy, now, numberOf(id)],
    )[0]
    return row ? reportOf(row) : null
  }

  append(entries: NewEntry[], now: number): void {
    for (const entry of entries)
      this.rows(
        `INSERT INTO audit (at, actor, act, user_id, thread_id, message_id, report_id, reason,
           before, after, failed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[now, entry.actorId, entry.act, entry.userId ?? null, entry.threadId ?? null],
        ...[entry.messageId ?? null, entry.reportId == null ? null : numberOf(entry.reportId)],
        ...[entry.reason ?? null, JSON.stringify(entry.before ?? null)],
        ...[JSON.stringify(entry.after ?? null), entry.failed ? 1 : 0],
      )
  }

  audit(filter: { actorId?: string; userId?: string; act?: string }, page: Page): AuditEntry[] {
    const { actorId: actor, userId: user_id, act } = filter
    return this.page<EntryRow>('audit', { actor, user_id, act }, page).map(entryOf)
  }

  /** The newest first; ids only grow, so a page starts below the last one. */
  private page<T extends Record<string, SqlStorageValue>>(
    table: 'reports' | 'audit',
    filter: Filter,
    { before, limit }: Page,
  ): T[] {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined)
    const conditions = ['id < ?', ...wanted.map(([column]) => `${column} = ?`)].join(' AND ')
    return this.rows<T>(
      `SELECT * FROM ${table} WHERE ${conditions} ORDER BY id DESC LIMIT ?`,
      ...[before ?? Number.MAX_SAFE_INTEGER, ...wanted.map(([, value]) => value), limit],
    )
  }

  private rows<T extends Record<string, SqlStorageValue>>(query: string, ...bindings: unknown[]) {
    return run<T>(this.sql, query, ...bindings)
  }
}

export type Page = { before: number | null; limit: number }

type EntryRow = {
  id: number
  at: number
  actor: string
  act: string
  user_id: string | null
  thread_id: string | null
  message_id: string | null
  report_id: number | null
  reason: string | null
  before: string
  after: string
  failed: number
}

/** A report's id outside is `r7`; what has another form names nothing. */
const idOf = (id: number) => `r${id}`
const numberOf = (id: string) => Number(/^r(\d{1,15})$/.exec(id)?.[1] ?? 0)

const reportOf = (row: ReportRow): Report =>
  Report.parse({
    id: idOf(row.id),
    messageId: row.message_id,
    threadId: row.thread_id,
    reporterId: row.reporter,
    senderId: row.sender,
    reason: row.reason,
    details: row.details,
    content: row.content,
    status: row.status,
    action: row.action,
    note: row.note,
    reviewedBy: row.reviewed_by,
    createdAt: iso(row.created_at),
    reviewedAt: isoOrNull(row.reviewed_at),
  })

const entryOf = (row: EntryRow): AuditEntry =>
  AuditEntry.parse({
    id: String(row.id),
    at: iso(row.at),
    actorId: row.actor,
    act: row.act,
    userId: row.user_id,
    threadId: row.thread_id,
    messageId: row.message_id,
    reportId: row.report_id === null ? null : idOf(row.report_id),
    reason: row.reason,
    before: JSON.parse(row.before),
    after: JSON.parse(row.after),
    failed: row.failed === 1,
  })
