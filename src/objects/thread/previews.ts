// The previews that a thread owes its messages: looked up after the commit, told as an update.
import type { Preview } from '../../contract/preview.ts'
import { limits } from '../../contract/limits.ts'
import { firstLink } from '../../core/first-link.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { findMessage, keepPreview, owedPreviews } from '../../store/log/messages.ts'
import { OWED } from '../../store/log/rows.ts'
import type { MessageRow } from '../../store/log/rows.ts'
import { reportFault } from '../fault.ts'
import type { Saying } from './turn.ts'

type Owed = { seq: number; link: string }

/**
 * What is owed is marked in the message's own row, which is written anyway, and the alarm that every
 * commit sets for the read model finds it again after an eviction. So a preview survives without a
 * row of its own, in a table of due times or an index; it costs what it changes: one update.
 */
export class Previews {
  private readonly log: () => ThreadLog | null
  private readonly look: (link: string) => Promise<Preview | null>
  private readonly tell: (row: MessageRow) => void
  private readonly queue: Owed[] = []
  private readonly looking = new Set<Owed>()

  /** `look` answers null for a page without a preview; `tell` announces a message that got one. */
  constructor(
    log: () => ThreadLog | null,
    look: (link: string) => Promise<Preview | null>,
    tell: (row: MessageRow) => void,
  ) {
    this.log = log
    this.look = look
    this.tell = tell
  }

  /** Of what was just committed, the messages that have a new link. Answers work that was started. */
  hear(sayings: Saying[]): Promise<void>[] {
    const linked = sayings.flatMap(({ event }) => {
      if (event.event !== 'message.created' && event.event !== 'message.updated') return []
      const { seq, content, format } = event.data
      return firstLink(content, format) === null ? [] : seq
    })
    return this.owe(linked.flatMap((seq) => this.row(seq) ?? []))
  }

  /** After an eviction: what was owed before. */
  recover(): Promise<void>[] {
    const log = this.log()
    return log ? this.owe(owedPreviews(log)) : []
  }

  /** When to look again whether anything is owed (ms), should this memory be lost before. */
  due(now: number): number | null {
    return this.queue.length + this.looking.size > 0 ? now + 2 * limits.previewMs : null
  }

  private owe(rows: MessageRow[]): Promise<void>[] {
    for (const row of rows) {
      const link = firstLink(row.content, row.format)
      const known = [...this.queue, ...this.looking].some(
        (owed) => owed.seq === row.seq && owed.link === link,
      )
      if (row.preview === OWED && link !== null && !known) this.queue.push({ seq: row.seq, link })
    }
    const free = limits.previewsAtOnce - this.looking.size
    return this.queue.splice(0, Math.max(0, free)).map((owed) => this.pay(owed))
  }

  private async pay(owed: Owed): Promise<void> {
    this.looking.add(owed)
    try {
      const preview = await this.look(owed.link).catch((error: unknown) => {
        reportFault(error)
        return null
      })
      this.attach(owed, preview)
    } finally {
      this.looking.delete(owed)
    }
    await Promise.all(this.owe([]))
  }

  /** A message that was deleted or got another link meanwhile keeps what it has. */
  private attach({ seq, link }: Owed, preview: Preview | null): void {
    const log = this.log()
    const row = this.row(seq)
    if (!log || row?.preview !== OWED || firstLink(row.content, row.format) !== link) return
    const kept = keepPreview(log, row, preview)
    if (preview) this.tell(kept)
  }

  private row(seq: number): MessageRow | undefined {
    const log = this.log()
    return log ? findMessage(log, seq) : undefined
  }
}
