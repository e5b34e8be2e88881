// One database kept up to date with a thread: what it does not have yet is what came after the version
// that it holds. Nothing is written here for it, so nothing can get lost between the two.
import { limits } from '../../contract/limits.ts'
import type { ThreadLog } from '../../store/log/log.ts'

/** Where a feed writes to. Versions are those of the thread; 0 is nothing. */
export type Target = {
  version(log: ThreadLog): Promise<number>
  /** Writes a batch of what changed after a version, and answers the version it then holds. */
  write(log: ThreadLog, since: number): Promise<number>
  forget(log: ThreadLog): Promise<void>
}

export class Feed {
  private readonly target: Target
  private readonly log: () => ThreadLog | null
  /** The version the database holds; null when it must be asked (after an eviction). */
  private projected: number | null = null
  private running: Promise<void> | null = null
  private trying = false
  private failures = 0
  private retryAt = 0

  constructor(log: () => ThreadLog | null, target: Target) {
    this.log = log
    this.target = target
  }

  /** When the database wants its next batch (ms), or null when it has everything. */
  due(now: number): number | null {
    const log = this.log()
    if (!log || this.projected === log.version) return null
    return Math.max(now + limits.projectionDelayMs, this.retryAt)
  }

  /** The version the database is known to hold; 0 where that is not known. */
  get held(): number {
    return this.projected ?? 0
  }

  /** Whether a full batch waits: the database is then told at once, while what it lacks is at hand. */
  full(now: number): boolean {
    const log = this.log()
    if (!log || this.projected === null || this.trying || now < this.retryAt) return false
    return log.version - this.projected >= limits.projectionBatch
  }

  /** Brings the database up to date. Rejects when it does not answer; the alarm tries again. */
  async run(): Promise<void> {
    // A run that is under way may not hold the last commit: wait for it, then look again.
    await this.idle()
    const log = this.log()
    if (!log || this.projected === log.version) return
    this.running = this.catchUp(log).finally(() => {
      this.running = null
    })
    await this.running
  }

  /** The alarm's way: a failure is not an error but a later attempt, 1 s to 1 min away. */
  async attempt(now: number): Promise<void> {
    if (now < this.retryAt) return
    this.trying = true
    try {
      await this.run()
      this.failures = 0
      this.retryAt = 0
    } catch {
      // The database is down: its own telemetry says why, and what it lacks stays due.
      this.failures += 1
      this.retryAt =
        Date.now() + Math.min(limits.projectionRetryMostMs, 1000 * 2 ** (this.failures - 1))
    } finally {
      this.trying = false
    }
  }

  async rebuild(): Promise<void> {
    const log = this.log()
    if (!log) return
    await this.idle()
    await this.target.forget(log)
    this.projected = 0
    await this.run()
  }

  private async idle(): Promise<void> {
    while (this.running) {
      // oxlint-disable-next-line no-await-in-loop
      await this.running
    }
  }

  private async catchUp(log: ThreadLog): Promise<void> {
    this.projected ??= await this.target.version(log)
    while (this.projected < log.version) {
      // Batches are written one after the other: each starts where the last one ended.
      // oxlint-disable-next-line no-await-in-loop
      this.projected = await this.target.write(log, this.projected)
    }
  }
}
