// The outbox of a thread: what D1 does not have yet is what came after the version that D1 holds. No
// row is written here for it, so nothing can get lost between the two.
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { snapshotSince } from '../../store/log/snapshot.ts'
import * as model from '../../store/model/projection.ts'
import { directoryStub } from '../stubs.ts'

export class Projector {
  private readonly env: Env
  private readonly log: () => ThreadLog | null
  /** The version D1 holds; null when it must be asked (after an eviction). */
  private projected: number | null = null
  private running: Promise<void> | null = null
  private failures = 0
  private retryAt = 0

  constructor(env: Env, log: () => ThreadLog | null) {
    this.env = env
    this.log = log
  }

  /** When the read model wants its next batch (ms), or null when it has everything. */
  due(now: number): number | null {
    const log = this.log()
    if (!log || this.projected === log.version) return null
    return Math.max(now + limits.projectionDelayMs, this.retryAt)
  }

  /** Brings D1 up to date. Rejects when it does not answer; the alarm tries again. */
  async run(): Promise<void> {
    while (this.running) {
      // A run that is under way may not hold the last commit: wait for it, then look again.
      // oxlint-disable-next-line no-await-in-loop
      await this.running
    }
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
    try {
      await this.run()
      this.failures = 0
      this.retryAt = 0
    } catch {
      // D1 is down: its own telemetry says why, and what it lacks stays due.
      this.failures += 1
      this.retryAt =
        Date.now() + Math.min(limits.projectionRetryMostMs, 1000 * 2 ** (this.failures - 1))
    }
  }

  async rebuild(): Promise<void> {
    const log = this.log()
    if (!log) return
    while (this.running) {
      // oxlint-disable-next-line no-await-in-loop
      await this.running
    }
    await model.forgetThread(this.env.DB, log.id)
    this.projected = 0
    await this.run()
  }

  private async catchUp(log: ThreadLog): Promise<void> {
    let from = this.projected
    if (from === null) {
      from = await model.projectedVersion(this.env.DB, log.id, log.thread.epoch)
      // Before its first batch, so that a rebuild knows of every thread D1 ever had.
      if (from === 0) await directoryStub(this.env, log.id).register('thread', log.id)
    }
    this.projected = from
    while (from < log.version) {
      const snapshot = snapshotSince(log, from)
      // Batches are written one after the other: each starts where the last one ended.
      // oxlint-disable-next-line no-await-in-loop
      await model.writeSnapshot(this.env.DB, snapshot)
      from = snapshot.upTo
      this.projected = from
      if (snapshot.joined.length > 0) {
        // oxlint-disable-next-line no-await-in-loop
        applyKnowledge(log, await model.knowledgeOf(this.env.DB, memberIds(log), snapshot.joined))
      }
    }
  }
}

const memberIds = (log: ThreadLog) => log.present().map((row) => row.user_id)

/** Names and blocks of those who joined, as the read model knows them; never takes one back. */
function applyKnowledge(log: ThreadLog, known: model.Knowledge): void {
  for (const { id, name, avatarUrl } of known.people) {
    const row = log.members.get(id)
    if (row && row.name === null)
      log.change(id, { name, avatar_url: avatarUrl, version: log.next() })
  }
  for (const { userId, blockedId, since } of known.blocks)
    if (!log.blocks.get(userId)?.has(blockedId)) log.setBlock(userId, blockedId, since)
}
