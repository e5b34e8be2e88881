// From a thread to its members' user objects: one call in flight per member, the next one carries
// all that gathered meanwhile. A member who is asleep is not called again until they wake.

export type Delivery = { events: string[]; lastSeq: number }
/** `sockets`: how many got it; with none, `at` is when the user object found itself asleep (ms). */
export type Delivered = { sockets: number; at: number }

type Line = { waiting: Delivery; busy: boolean }

export class FanOut {
  private readonly lines = new Map<string, Line>()
  private readonly asleep = new Set<string>()
  private readonly wokenAt = new Map<string, number>()
  private readonly deliver: (userId: string, events: string[]) => Promise<Delivered>
  private readonly arrived: (userId: string, seq: number) => void

  /** `deliver` calls a user object; `arrived` hears of the last message seq a device was sent. */
  constructor(
    deliver: (userId: string, events: string[]) => Promise<Delivered>,
    arrived: (userId: string, seq: number) => void,
  ) {
    this.deliver = deliver
    this.arrived = arrived
  }

  /** `lastSeq`: the newest message among the events, 0 for none. */
  push(userId: string, events: string[], lastSeq: number): Promise<void> | null {
    if (events.length === 0 || this.asleep.has(userId)) return null
    const line = this.lines.get(userId) ?? { waiting: { events: [], lastSeq: 0 }, busy: false }
    this.lines.set(userId, line)
    line.waiting.events.push(...events)
    line.waiting.lastSeq = Math.max(line.waiting.lastSeq, lastSeq)
    if (line.busy) return null
    line.busy = true
    return this.drain(userId, line)
  }

  /** A device came: `at` is the user object's own clock, so that a late "asleep" can be told apart. */
  wake(userId: string, at: number): void {
    this.asleep.delete(userId)
    this.wokenAt.set(userId, at)
  }

  private async drain(userId: string, line: Line): Promise<void> {
    try {
      while (line.waiting.events.length > 0) {
        const { events, lastSeq } = line.waiting
        line.waiting = { events: [], lastSeq: 0 }
        // One after the other is the point: the next call carries what gathers during this one.
        // oxlint-disable-next-line no-await-in-loop
        const { sockets, at } = await this.deliver(userId, events)
        if (sockets > 0 && lastSeq > 0) this.arrived(userId, lastSeq)
        if (sockets === 0 && at > (this.wokenAt.get(userId) ?? 0)) this.asleep.add(userId)
        if (this.asleep.has(userId)) line.waiting = { events: [], lastSeq: 0 }
      }
    } finally {
      this.lines.delete(userId)
    }
  }
}
