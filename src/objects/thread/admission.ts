// What must be asked of the sender's own object before an operation may take its turn: the messages
// of a minute, over all doors and threads, and the number of pins. One line per person, so that the
// order of what they send is kept while they wait, and nobody waits for anybody else.
import type { Door } from '../../contract/actor.ts'
import { ChatError, errorBody, isChatError } from '../../contract/errors.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { Parsed } from '../../contract/operations.ts'
import { cleanContent } from '../../core/content.ts'
import { tooMany } from '../../core/rates.ts'
import type { Env, Settings } from '../../env.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { findByClientId, findTwin } from '../../store/log/messages.ts'
import { userStub } from '../stubs.ts'
import type { Entry, Queued } from './commit.ts'

/** Sends of a round that count as one, under one key. */
type Fresh = Map<string, { queued: Queued; door: Door }[]>
type Line = { log: ThreadLog; entry: Entry; passed: (work: Promise<void>) => void }

export class Admission {
  private readonly env: Env
  private readonly settings: Settings
  private readonly enqueue: (entry: Entry) => Promise<void>
  private readonly lines = new Map<string, Line[]>()

  constructor(env: Env, settings: Settings, enqueue: (entry: Entry) => Promise<void>) {
    this.env = env
    this.settings = settings
    this.enqueue = enqueue
  }

  /** Resolves when the entry was carried out; null when it need not wait at all. */
  admit(log: ThreadLog | null, entry: Entry): Promise<void> | null {
    const userId = entry.actor.id
    const line = this.lines.get(userId)
    if (!log?.member(userId) || (!line && !entry.asks.some((queued) => this.asks(queued))))
      return null
    const { promise, resolve } = Promise.withResolvers<void>()
    const place = { log, entry, passed: resolve }
    if (line) line.push(place)
    else {
      this.lines.set(userId, [place])
      void this.run(userId)
    }
    return promise
  }

  private asks({ ask, forwarding }: Queued): boolean {
    if ('refused' in ask) return false
    if (ask.operation === 'message.send')
      return forwarding === undefined && this.settings.MAX_MESSAGES_PER_MINUTE > 0
    if (ask.operation === 'thread.pin' || ask.operation === 'thread.unpin')
      return this.settings.MAX_PINNED_THREADS > 0
    return false
  }

  private async run(userId: string): Promise<void> {
    for (
      let places = this.lines.get(userId);
      places && places.length > 0;
      places = this.lines.get(userId)
    ) {
      this.lines.set(userId, [])
      // One round after the other: a retry in this round must find what the last one wrote.
      // oxlint-disable-next-line no-await-in-loop
      const refusals = await this.ask(userId, places).catch((error: unknown) => {
        const all = places.flatMap(({ entry }) => entry.asks).filter((queued) => this.asks(queued))
        const body = errorBody(
          isChatError(error) ? error : new ChatError('unavailable', 'try again in a moment'),
        )
        return new Map(all.map((queued) => [queued, body]))
      })
      // oxlint-disable-next-line no-await-in-loop
      await Promise.allSettled(
        places.map(({ entry, passed }) => {
          const work = this.pass(entry, refusals)
          passed(work)
          return work
        }),
      )
    }
    this.lines.delete(userId)
  }

  private async pass(entry: Entry, refusals: Map<Queued, ErrorBody>): Promise<void> {
    const asks = entry.asks.map((queued): Queued => {
      const refused = refusals.get(queued)
      return refused ? { ...queued, ask: { refused } } : queued
    })
    await this.enqueue({ ...entry, asks })
  }

  /** What is refused of a round, and why. */
  private async ask(userId: string, places: Line[]): Promise<Map<Queued, ErrorBody>> {
    const user = userStub(this.env, userId)
    const fresh: Fresh = new Map()
    const pins: { queued: Queued; threadId: string; pinned: boolean }[] = []
    for (const { log, entry } of places)
      for (const queued of entry.asks) {
        const { ask } = queued
        if ('refused' in ask || !this.asks(queued)) continue
        if (ask.operation === 'message.send') {
          const key = costKey(log, userId, entry.door, ask.input, fresh)
          if (key === null) continue
          fresh.set(key, [...(fresh.get(key) ?? []), { queued, door: entry.door }])
        } else pins.push({ queued, threadId: log.id, pinned: ask.operation === 'thread.pin' })
      }
    const refused = new Map<Queued, ErrorBody>()
    if (fresh.size > 0) {
      const { granted, retryAfterSeconds, most } = await user.takeMessages(fresh.size)
      for (const same of [...fresh.values()].slice(granted))
        for (const { queued } of same) refused.set(queued, tooMany(most, retryAfterSeconds))
    }
    await Promise.all(
      pins.map(async ({ queued, threadId, pinned }) => {
        const none = await user.pin(threadId, pinned)
        if (!none) return
        const message = `at most ${none.full} pinned threads: unpin one first`
        refused.set(queued, { code: 'conflict', message })
      }),
    )
    return refused
  }
}

/**
 * Under what a send counts once, however often it comes. Null for a retry: a clientId that is known,
 * or the twin of a message that came through the other door. It costs nothing.
 */
function costKey(
  log: ThreadLog,
  userId: string,
  door: Door,
  { clientId, format, content: text }: Parsed<'message.send'>,
  fresh: Fresh,
): string | null {
  if (clientId !== undefined) return findByClientId(log, userId, clientId) ? null : `id ${clientId}`
  const content = cleanContent(text, format)
  if (findTwin(log, userId, { door, clientId: null, format, content, at: Date.now() })) return null
  let place = 0
  const key = () => `${format} ${place} ${content}`
  while (fresh.get(key())?.some((send) => send.door === door)) place += 1
  return key()
}
