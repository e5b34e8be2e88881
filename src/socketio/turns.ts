// Packets of one session are handled one after the other, however long each takes.
import { reportFault } from '../objects/fault.ts'

export class Turns {
  private tail: Promise<void> = Promise.resolve()
  private waiting = 0
  private count = 0

  /** Work that waits for all before it, and counts with its size until it is done. */
  add(size: number, work: () => Promise<void> | void): Promise<void> {
    this.waiting += size
    this.count += 1
    this.tail = this.tail.then(work).catch(reportFault)
    this.tail = this.tail.then(() => {
      this.waiting -= size
      this.count -= 1
    })
    return this.tail
  }

  /** Bytes that were received and are not handled yet. */
  get size(): number {
    return this.waiting
  }

  get busy(): boolean {
    return this.count > 0
  }

  /** When all that was added so far is done. */
  done(): Promise<void> {
    return this.tail
  }
}
