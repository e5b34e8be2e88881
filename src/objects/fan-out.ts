// From a thread to its members' user objects: one call in flight per member, the next one carries
// all that gathered meanwhile. A member who is asleep is not called again until they wake.
import type { Bundle } from './sockets.ts'
import { merged } from './thread/notice.ts'
import type { Notice } from './thread/notice.ts'

/** `sockets`: how many got it; with none, `at` is when the user object found itself asleep (ms). */
export type Delivered = { sockets: number; at: number }

type Line = { waiting: string[]; count: number; lastSeq: number; notice: Notice | null }

/** `events` are JSON, joined by commas; `count` of them. */
type Deliver = (
  userId: string,
  events: string,
  count: number,
  notice: Notice | null,
) => Promise<Delivered>

export class FanOut {
  private readonly lines = new Map<string, Line>()
  private readonly asleep = new Set<string>()
  private readonly wokenAt = new Map<string, number>()
  private readonly deliver: Deliver
  private readonly arrived: (userId: string, seq: number) => void

  /** `deliver` calls a user object; `arrived` hears of the last message seq a device was sent. */
  constructor(deliver: Deliver, arrived: (userId: string, seq: number) => void) {
    this.deliver = deliver
    this.arrived = arrived
  }

  sleeps(userId: string): boolean {
    return this.asleep.has(userId)
  }

  /** `lastSeq`: the newest message among the events, 0 for none. Answers work that was started. */
  push(
    userId: string,
    { text, count }: Bundle,
    lastSeq: number,
    notice: Notice | null,
  ): Promise<void> | null {
    if (count === 0) return null
    const busy = this.lines.get(userId)
    const line = busy ?? { waiting: [], count: 0, lastSeq: 0, notice: null }
    line.waiting.push(text)
    line.count += count
    line.lastSeq = Math.max(line.lastSeq, lastSeq)
    line.notice = merged(line.notice, notice)
    if (busy) return null
    this.lines.set(userId, line)
    return this.drain(userId, line)
  }

  /** A device came: `at` is the user object's own clock, so that a late "asleep" can be told apart. */
  wake(userId: string, at: number): void {
    this.asleep.delete(userId)
    this.wokenAt.set(userId, at)
  }

  private async drain(userId: string, line: Line): Promise<void> {
    try {
      while (line.waiting.length > 0) {
        const { waiting, count, lastSeq, notice } = line
        Object.assign(line, { waiting: [], count: 0, lastSeq: 0, notice: null })
        // One after the other is the point: the next call carries what gathers during this one.
        // oxlint-disable-next-line no-await-in-loop
        const { sockets, at } = await this.deliver(userId, waiting.join(','), count, notice)
        if (sockets > 0 && lastSeq > 0) this.arrived(userId, lastSeq)
        if (sockets > 0 || at <= (this.wokenAt.get(userId) ?? 0)) continue
        this.asleep.add(userId)
        return
      }
    } finally {
      this.lines.delete(userId)
    }
  }
}
