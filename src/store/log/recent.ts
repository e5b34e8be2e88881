// The newest messages as they were written, for those who read a moment later what changed: the read
// model, the search index, a device that syncs. Empty after an eviction, which costs them one query.
import type { MessageRow } from './rows.ts'

/** What one thread holds at most: what comes in while two batches of a busy one are written. */
const most = { rows: 4_000, characters: 1_000_000 }

export class Recent {
  /** In seq order, without holes; none of them was changed since. */
  private rows: MessageRow[] = []
  private characters = 0

  push(row: MessageRow): void {
    this.rows.push(row)
    this.characters += sizeOf(row)
    while (this.rows.length > most.rows || this.characters > most.characters)
      this.drop(Math.ceil(this.rows.length / 2))
  }

  /** A message was changed: what was read of it before is not what there is. */
  clear(): void {
    this.rows = []
    this.characters = 0
  }

  /** All messages born after a version, if they are all here and none was touched since. */
  after(version: number): MessageRow[] | null {
    const [first] = this.rows
    if (!first || version < first.born - 1) return null
    return this.rows.slice(this.bornUntil(version))
  }

  /** Nobody will ask any more for what was born up to a version. */
  forget(version: number): void {
    this.drop(this.bornUntil(version))
  }

  private bornUntil(version: number): number {
    return this.rows.findLastIndex((row) => row.born <= version) + 1
  }

  private drop(count: number): void {
    for (const gone of this.rows.splice(0, count)) this.characters -= sizeOf(gone)
  }
}

const sizeOf = ({ content, metadata, attachments }: MessageRow) =>
  (content?.length ?? 0) + (metadata?.length ?? 0) + (attachments?.length ?? 0)
