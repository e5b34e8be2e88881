// Packets of one session are handled one after the other, however long each takes; but for what its
// application goes on with beside.
import { reportFault } from '../objects/fault.ts'

export class Turns {
  private tail: Promise<void> = Promise.resolve()
  private waiting = 0
  private count = 0
  private idle = Promise.withResolvers<void>()

  /** Work that waits for all before it, and counts with its size until it is done. */
  add(size: number, work: () => Promise<void> | void): void {
    this.begin(size)
    this.tail = this.tail.then(work).catch(reportFault)
    this.tail = this.tail.then(() => this.end(size))
  }

  /** Work that began in its turn, and that nobody has to wait for. */
  beside(size: number, work: Promise<void>): void {
    this.begin(size)
    void work.catch(reportFault).then(() => this.end(size))
  }

  /** Bytes that were received and are not handled yet. */
  get size(): number {
    return this.waiting
  }

  get busy(): boolean {
    return this.count > 0
  }

  /** When nothing is left to be done. */
  done(): Promise<void> {
    return this.busy ? this.idle.promise : Promise.resolve()
  }

  private begin(size: number): void {
    this.waiting += size
    this.count += 1
  }

  private end(size: number): void {
    this.waiting -= size
    this.count -= 1
    if (this.busy) return
    this.idle.resolve()
    this.idle = Promise.withResolvers<void>()
  }
}
