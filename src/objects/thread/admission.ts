// What must be asked of people's own objects before an operation may take its turn: the messages of a
// minute, over all doors and threads, the number of pins, the package that is offered, who is there to
// be called, the files that are sent. One line per person, so that the order of what they send is kept
// while they wait, and nobody waits for anybody else.
import type { Door } from '../../contract/actor.ts'
import { ChatError, errorBody, isChatError } from '../../contract/errors.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { Parsed } from '../../contract/operations.ts'
import { isProposal } from '../../contract/proposal.ts'
import { cleanContent } from '../../core/content.ts'
import { filled } from '../../core/proposals.ts'
import { tooMany } from '../../core/rates.ts'
import type { Env, Settings } from '../../env.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { findByClientId, findTwin } from '../../store/log/messages.ts'
import type { StoredAttachment } from '../../store/attachments.ts'
import { userStub } from '../stubs.ts'
import { filesNamed, filesOf, sameFiles } from './attachments.ts'
import type { Entry, Queued } from './commit.ts'
import { packageFor } from '../packages.ts'
import type { ThreadAsk } from './turn.ts'
import { membersHere } from './here.ts'

/** Sends of a round that count as one, under one key. */
type Fresh = Map<string, { queued: Queued; door: Door }[]>
/** In whose place what is to be carried out, or a refusal. */
type Answers = Map<Queued, Queued['ask']>
type Sending = Extract<ThreadAsk, { operation: 'message.send' }>
type Proposing = { queued: Queued; log: ThreadLog; ask: Sending }
type Line = { log: ThreadLog; entry: Entry; passed: (work: Promise<void>) => void }

export class Admission {
  private readonly env: Env
  private readonly settings: Settings
  private readonly enqueue: (entry: Entry) => Promise<void>
  /** Whether messages are counted at all. */
  private readonly counts: boolean
  private readonly lines = new Map<string, Line[]>()
  /** Files of the sends that are waiting: their owners shall not take them for unused. */
  private readonly awaited = new Set<string[]>()
  private readonly attached = new WeakMap<Queued, StoredAttachment[]>()

  constructor(env: Env, settings: Settings, enqueue: (entry: Entry) => Promise<void>) {
    this.env = env
    this.settings = settings
    this.enqueue = enqueue
    this.counts = settings.MAX_MESSAGES_PER_MINUTE > 0 || settings.MAX_MESSAGES_PER_HOUR > 0
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

  /** Whether a file is named by a send that waits for its turn. */
  awaits(attachmentId: string): boolean {
    return [...this.awaited].some((ids) => ids.includes(attachmentId))
  }

  private asks({ ask, forwarding }: Queued): boolean {
    if ('refused' in ask) return false
    if (ask.operation === 'message.send' && filesNamed(ask).length > 0) return true
    if (ask.operation === 'message.send')
      return (
        ask.input.everyone === 'here' ||
        (forwarding === undefined && (this.counts || isProposal(ask.input.kind)))
      )
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
      const files = places.flatMap(({ entry }) => entry.asks.flatMap(({ ask }) => filesNamed(ask)))
      if (files.length > 0) this.awaited.add(files)
      // One round after the other: a retry in this round must find what the last one wrote.
      // oxlint-disable-next-line no-await-in-loop
      const answers = await this.ask(userId, places).catch((error: unknown): Answers => {
        const all = places.flatMap(({ entry }) => entry.asks).filter((queued) => this.asks(queued))
        const refused = bodyOf(error)
        return new Map(all.map((queued) => [queued, { refused }]))
      })
      // oxlint-disable-next-line no-await-in-loop
      await this.lookAround(places, answers)
      // oxlint-disable-next-line no-await-in-loop
      await Promise.allSettled(
        places.map(({ entry, passed }) => {
          const work = this.pass(entry, answers)
          passed(work)
          return work
        }),
      )
      this.awaited.delete(files)
    }
    this.lines.delete(userId)
  }

  /** Sends that call those who are there need to know who that is. */
  private async lookAround(places: Line[], answers: Answers): Promise<void> {
    const calling = places.flatMap(({ log, entry }) =>
      entry.asks
        .filter((queued) => callsHere(answers.get(queued) ?? queued.ask))
        .map((queued) => ({ log, queued, userId: entry.actor.id })),
    )
    await Promise.all(
      calling.map(async ({ log, queued, userId }) => {
        queued.here = await membersHere(this.env, log, userId)
      }),
    )
  }

  private async pass(entry: Entry, answers: Answers): Promise<void> {
    const asks = entry.asks.map((queued): Queued => {
      const ask = answers.get(queued)
      const attached = this.attached.get(queued)
      return ask || attached ? { ...queued, ask: ask ?? queued.ask, attached } : queued
    })
    await this.enqueue({ ...entry, asks })
  }

  /** What is refused of a round, and why; and what is to be carried out in another form. */
  private async ask(userId: string, places: Line[]): Promise<Answers> {
    const user = userStub(this.env, userId)
    const fresh: Fresh = new Map()
    const proposals: Proposing[] = []
    const files: { queued: Queued; threadId: string; ids: string[] }[] = []
    const pins: { queued: Queued; threadId: string; pinned: boolean }[] = []
    for (const { log, entry } of places)
      for (const queued of entry.asks) {
        const { ask, forwarding } = queued
        if ('refused' in ask || !this.asks(queued)) continue
        if (ask.operation === 'message.send') {
          const key = costKey(log, userId, entry.door, ask.input, fresh)
          if (key === null) continue
          const ids = filesNamed(ask)
          if (ids.length > 0) files.push({ queued, threadId: log.id, ids })
          // A forward was counted before, as one.
          if (forwarding !== undefined) continue
          fresh.set(key, [...(fresh.get(key) ?? []), { queued, door: entry.door }])
          if (isProposal(ask.input.kind)) proposals.push({ queued, log, ask })
        } else pins.push({ queued, threadId: log.id, pinned: ask.operation === 'thread.pin' })
      }
    const answers: Answers = new Map()
    await Promise.all(
      proposals.map(async (each) => answers.set(each.queued, await this.fill(userId, each))),
    )
    if (fresh.size > 0) {
      const grant = await user.takeMessages(fresh.size)
      for (const same of [...fresh.values()].slice(grant.granted))
        for (const { queued } of same) answers.set(queued, { refused: tooMany(grant) })
    }
    await Promise.all(
      pins.map(async ({ queued, threadId, pinned }) => {
        const none = await user.pin(threadId, pinned)
        if (!none) return
        const message = `at most ${none.full} pinned threads: unpin one first`
        answers.set(queued, { refused: { code: 'conflict', message } })
      }),
    )
    await Promise.all(
      files.map(async ({ queued, threadId, ids }) => {
        const ask = answers.get(queued)
        if (ask && 'refused' in ask) return
        try {
          const found = await filesOf(this.env, threadId, userId, ids, queued.forwarding)
          this.attached.set(queued, found)
        } catch (error) {
          answers.set(queued, { refused: bodyOf(error) })
        }
      }),
    )
    return answers
  }

  /** The offer or request with what the package that it names says. */
  private async fill(userId: string, { log, ask }: Proposing): Promise<Queued['ask']> {
    const { kind, metadata } = ask.input
    if (!isProposal(kind)) return ask
    const members = log.present().map((row) => row.user_id)
    try {
      const parties = { sender: userId, members }
      const found = await packageFor(
        this.env,
        kind,
        String(metadata?.['servicePackageId']),
        parties,
      )
      const terms = filled(metadata, found, found.providerId)
      return { ...ask, input: { ...ask.input, metadata: terms } }
    } catch (error) {
      return { refused: bodyOf(error) }
    }
  }
}

const bodyOf = (error: unknown): ErrorBody =>
  errorBody(isChatError(error) ? error : new ChatError('unavailable', 'try again in a moment'))
const callsHere = (ask: Queued['ask']) =>
  !('refused' in ask) && ask.operation === 'message.send' && ask.input.everyone === 'here'

/**
 * Under what a send counts once, however often it comes. Null for a retry: a clientId that is known,
 * or the twin of a message that came through the other door. It costs nothing.
 */
function costKey(
  log: ThreadLog,
  userId: string,
  door: Door,
  { clientId, format, content: text, attachments }: Parsed<'message.send'>,
  fresh: Fresh,
): string | null {
  if (clientId !== undefined) return findByClientId(log, userId, clientId) ? null : `id ${clientId}`
  const content = cleanContent(text, format)
  const twin = findTwin(log, userId, { door, clientId: null, format, content, at: Date.now() })
  if (twin && sameFiles(twin, attachments)) return null
  let place = 0
  const key = () => `${format} ${place} ${content}`
  while (fresh.get(key())?.some((send) => send.door === door)) place += 1
  return key()
}
