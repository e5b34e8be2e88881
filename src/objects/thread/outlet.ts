// Domain events on their way to the queues that want them, and a word for those who are away: after the
// commit, at least once. What was not told yet is what came after a version, so nothing is written per
// event; the version itself is one row per batch.
import type { DomainEvent } from '../../contract/domain.ts'
import { limits } from '../../contract/limits.ts'
import { settingsOf } from '../../env.ts'
import type { Env } from '../../env.ts'
import { domainEventsSince, saidSince } from '../../store/log/domain.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { Feed } from './feed.ts'
import type { Target } from './feed.ts'

type Batch = { body: DomainEvent }[]

export class Outlet {
  readonly feed: Feed | null
  private readonly log: () => ThreadLog | null
  /** Where this object found the thread: what came before is not told if it was not wanted. */
  private readonly start: number

  /** Where nobody wants any of it there is no feed, and all of this costs nothing. */
  constructor(env: Env, log: () => ThreadLog | null) {
    this.log = log
    this.start = log()?.version ?? 0
    const { DOMAIN_EVENTS, WEBHOOKS, EMAIL_ENABLED, push } = settingsOf(env)
    const wanted = DOMAIN_EVENTS || WEBHOOKS || EMAIL_ENABLED || push
    this.feed = wanted ? new Feed(log, target(env)) : null
  }

  /** Called in the turn of each commit, so that what is to be told is not lost with memory. */
  committed(): void {
    const log = this.log()
    if (!log || log.version === this.start) return
    if (this.feed && log.thread.told === null) log.setTold(this.start)
    if (!this.feed && log.thread.told !== null) log.setTold(null)
  }
}

const happened = (event: DomainEvent) => ({ body: { channel: 'event' as const, event } })

type Happened = { events: DomainEvent[]; said: boolean; upTo: number }

const callsSince = (log: ThreadLog, since: number): Happened => ({
  events: [],
  ...saidSince(log, since),
})

function eventsSince(log: ThreadLog, since: number): Happened {
  const { events, upTo } = domainEventsSince(log, since)
  return { events, said: events.some(({ type }) => type === 'MessageSent'), upTo }
}

const target = (env: Env): Target => ({
  version: async ({ thread, version }) => thread.told ?? version,
  async write(log, since) {
    const { DOMAIN_EVENTS, WEBHOOKS, EMAIL_ENABLED, push } = settingsOf(env)
    // Where nobody wants the events, they are not made.
    const wanted = DOMAIN_EVENTS || WEBHOOKS
    const { events, said, upTo } = wanted ? eventsSince(log, since) : callsSince(log, since)
    for (const batch of batchesOf(events)) {
      // In their order, and the place is written down when all of them are there.
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all([
        DOMAIN_EVENTS && env.EVENTS?.sendBatch(batch),
        WEBHOOKS && env.DELIVERIES?.sendBatch(batch.map(({ body: event }) => happened(event))),
      ])
    }
    if (said && (EMAIL_ENABLED || push))
      await env.DELIVERIES?.send({ channel: 'call', threadId: log.id, since })
    const quiet = upTo - (log.thread.told ?? 0) < limits.projectionBatch
    if (said || events.length > 0 || !quiet) log.setTold(upTo)
    return upTo
  },
  // The queue is no copy that could be made anew.
  forget: async () => undefined,
})

const bytesOf = (event: DomainEvent) => new TextEncoder().encode(JSON.stringify(event)).length

/** As many at a time as the queue takes. */
function batchesOf(events: DomainEvent[]): Batch[] {
  const batches: Batch[] = []
  let size = Infinity
  for (const event of events.map(fitting)) {
    const bytes = bytesOf(event)
    const last = batches.at(-1)
    if (last && last.length < limits.domainBatch && size + bytes <= limits.domainBatchBytes) {
      last.push({ body: event })
      size += bytes
    } else {
      batches.push([{ body: event }])
      size = bytes
    }
  }
  return batches
}

/** Ids may be long and many: an event that the queue would refuse would hold up all after it. */
function fitting(event: DomainEvent): DomainEvent {
  if (bytesOf(event) <= limits.domainEventBytes) return event
  if (event.type === 'ConversationCreated')
    return { ...event, data: { ...event.data, participantIds: [] } }
  if (event.type === 'MessageSent') return { ...event, data: { ...event.data, recipientIds: [] } }
  return event
}
