// The moderators' desk, one object for all: its reports and its audit log are the truth themselves.
// They are few and read by few, so a copy in D1 would only cost, and could be stopped with D1.
import { DurableObject } from 'cloudflare:workers'
import type { AuditEntry } from '../contract/moderation.ts'
import type { Report } from '../contract/report.ts'
import type { Env } from '../env.ts'
import { Desk } from '../store/moderation/desk.ts'
import type { NewEntry, NewReport, Page, Review } from '../store/moderation/desk.ts'

export class Moderation extends DurableObject<Env> {
  private readonly desk: Desk

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.desk = new Desk(ctx.storage.sql)
  }

  report(report: NewReport): { report: Report; repeated: boolean } {
    return this.desk.report(report, Date.now())
  }

  find(id: string): Report | null {
    return this.desk.find(id)
  }

  reports(filter: Parameters<Desk['reports']>[0], page: Page): Report[] {
    return this.desk.reports(filter, page)
  }

  review(id: string, review: Review): Report | null {
    return this.desk.review(id, review, Date.now())
  }

  /** The log grows by what was or is about to be done; there is no other way to write to it. */
  append(entries: NewEntry[]): void {
    this.desk.append(entries, Date.now())
  }

  audit(filter: Parameters<Desk['audit']>[0], page: Page): AuditEntry[] {
    return this.desk.audit(filter, page)
  }
}
