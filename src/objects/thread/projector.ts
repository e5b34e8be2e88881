// What a thread tells others: the read model, the search index beside it, and the queue of domain events
// where it is wanted. Each keeps up by itself, so that one which is down holds back nobody.
import type { Env } from '../../env.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { snapshotSince } from '../../store/log/snapshot.ts'
import * as model from '../../store/model/projection.ts'
import { forgetDocuments, indexSince, indexedVersion } from '../../store/search/documents.ts'
import { directoryStub } from '../stubs.ts'
import { Feed } from './feed.ts'
import type { Target } from './feed.ts'
import { Outlet } from './outlet.ts'

export class Projector {
  private readonly log: () => ThreadLog | null
  private readonly model: Feed
  private readonly search: Feed
  private readonly outlet: Outlet
  private readonly feeds: Feed[]

  constructor(env: Env, log: () => ThreadLog | null) {
    this.log = log
    this.model = new Feed(log, readModel(env))
    this.search = new Feed(log, searchIndex(env))
    this.outlet = new Outlet(env, log)
    this.feeds = [this.model, this.search, this.outlet.feed].filter((feed) => feed !== null)
  }

  /** Called in the turn of each commit. */
  committed(): void {
    this.outlet.committed()
  }

  /** When one of them wants its next batch (ms), or null when all have everything. */
  due(now: number): number | null {
    const times = this.feeds.map((feed) => feed.due(now)).filter((time) => time !== null)
    return times.length > 0 ? Math.min(...times) : null
  }

  /** Starts what need not wait for the alarm, and answers it for the object to stay awake. */
  hurry(now: number): Promise<void>[] {
    const full = this.feeds.filter((feed) => feed.full(now))
    return full.map((feed) => this.bring(feed, now))
  }

  /** Brings the read model up to date. Nobody waits for the search index: the alarm brings it. */
  run(): Promise<void> {
    return this.model.run()
  }

  async attempt(now: number): Promise<void> {
    await Promise.all(this.feeds.map((feed) => this.bring(feed, now)))
  }

  private async bring(feed: Feed, now: number): Promise<void> {
    await feed.attempt(now)
    this.log()?.recent.forget(Math.min(this.model.held, this.search.held))
  }

  /** The read model first: it is whole again even while the search index does not answer. */
  async rebuild(): Promise<void> {
    await this.model.rebuild()
    await this.search.rebuild()
  }
}

const readModel = (env: Env): Target => ({
  async version(log) {
    const version = await model.projectedVersion(env.DB, log.id, log.thread.epoch)
    // Before its first batch, so that a rebuild knows of every thread D1 ever had.
    if (version === 0) await directoryStub(env, log.id).register('thread', log.id)
    return version
  },
  async write(log, since) {
    const snapshot = snapshotSince(log, since)
    await model.writeSnapshot(env.DB, snapshot)
    if (snapshot.joined.length > 0)
      applyKnowledge(log, await model.knowledgeOf(env.DB, memberIds(log), snapshot.joined))
    return snapshot.upTo
  },
  forget: (log) => model.forgetThread(env.DB, log.id),
})

const searchIndex = ({ SEARCH }: Env): Target => ({
  version: (log) => indexedVersion(SEARCH, log),
  write: (log, since) => indexSince(SEARCH, log, since),
  forget: (log) => forgetDocuments(SEARCH, log.id),
})

const memberIds = (log: ThreadLog) => log.present().map((row) => row.user_id)

/** Names and blocks of those who joined, as the read model knows them; never takes one back. */
function applyKnowledge(log: ThreadLog, known: model.Knowledge): void {
  for (const { id, ...person } of known.people) {
    const row = log.members.get(id)
    if (row && row.name === null) log.change(id, { ...person, version: log.next() })
  }
  for (const { userId, blockedId, since } of known.blocks)
    if (!log.blocks.get(userId)?.has(blockedId)) log.setBlock(userId, blockedId, since)
}
