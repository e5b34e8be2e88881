// Group commit: what arrives together is written in one transaction, and told in one frame per socket.
import type { Actor, Door } from '../../contract/actor.ts'
import { errorBody, isChatError } from '../../contract/errors.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import type { Answer } from '../../contract/frames.ts'
import { gathered, goesOn, nobodyYet } from '../../core/gathering.ts'
import { requireRole } from '../../core/policy.ts'
import type { Settings } from '../../env.ts'
import type { StoredAttachment } from '../../store/attachments.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { claimed, samePerson } from '../../store/log/rows.ts'
import type { MemberRow } from '../../store/log/rows.ts'
import { tally } from '../../store/tally.ts'
import { reportFault } from '../fault.ts'
import { handlers } from './handlers.ts'
import { Turn } from './turn.ts'
import type { Forwarding, Saying, ThreadAnswer, ThreadAsk } from './turn.ts'
import type { Typing } from './typing.ts'

/** `stranger`: what was asked for is there, but whoever asks is no member. */
export type ThreadOutcome = ThreadAnswer | { error: ErrorBody; stranger?: true }

export const noThread: ErrorBody = { code: 'not_found', message: 'there is no such thread' }

/** An operation, or the reason why it was refused before its turn. `id` is the socket's own. */
export type Queued = {
  id?: string | number
  ask: ThreadAsk | { refused: ErrorBody }
  forwarding?: Forwarding
  /** Who is there, asked before a send that calls them. */
  here?: string[]
  /** The files that a send names, once their owner's object has said so. */
  attached?: StoredAttachment[]
}

/** What one frame or call asked for; answered to the socket, or to whoever awaits it. */
export type Entry = {
  actor: Actor
  asks: Queued[]
  door: Door
  socket?: WebSocket
  done: (outcomes: ThreadOutcome[]) => void
}

type About = Pick<Turn, 'now' | 'live' | 'door' | 'forwarding' | 'here' | 'attached'>

/** What the commits of a thread need of it. */
export type Committing = {
  settings: Settings
  storage: DurableObjectStorage
  typing: Typing
  log(): ThreadLog | null
  /** Reads what is kept in memory from the tables again. */
  reload(): void
  live(): ReadonlySet<string>
  /** After the commit: tells it, and sets the alarm for what it left to be done. */
  told(now: number, sayings: Saying[], answers: ReadonlyMap<WebSocket, Answer[]>): void
}

/** An operation failed after it wrote, or by a fault of ours. */
class BrokenOff extends Error {}

const done = Promise.resolve()
const noFiles: readonly StoredAttachment[] = []

export class Commits {
  private readonly thread: Committing
  private queue: Entry[] = []
  private turn: Promise<void> | null = null
  private gathering = nobodyYet

  constructor(thread: Committing) {
    this.thread = thread
  }

  /** The turn that is gathering now, if there is one. */
  get open(): Promise<void> | null {
    return this.turn
  }

  /** Resolves when it was carried out. A zero wait is one turn of the event loop, never of a clock. */
  enqueue(entry: Entry): Promise<void> {
    this.queue.push(entry)
    if (this.turn) return this.turn
    if (!this.gathering.waits) {
      this.commitQueue()
      return done
    }
    this.turn = this.gather().then(() => {
      this.turn = null
      this.commitQueue()
    })
    return this.turn
  }

  private async gather(): Promise<void> {
    let turns = 0
    let before = 0
    do {
      before = this.queue.length
      // oxlint-disable-next-line no-await-in-loop -- each turn shows whether another is worth it
      await scheduler.wait(0)
      turns += 1
    } while (goesOn(turns, this.queue.length - before))
  }

  private commitQueue(): void {
    const entries = this.queue.splice(0)
    this.gathering = gathered(this.gathering, entries.length)
    const now = Date.now()
    const { outcomes, sayings } = this.carryOutAll(entries, now)
    this.thread.told(now, sayings, answersOf(entries, outcomes))
    entries.forEach((entry, index) => entry.done(outcomes[index] ?? []))
  }

  /**
   * One transaction for the whole batch: a handler admits before it writes, so whoever is refused
   * has written nothing, and the others stand. Where one breaks off halfway, everything is rolled
   * back and carried out again, each in a transaction of its own.
   */
  private carryOutAll(
    entries: Entry[],
    now: number,
  ): { outcomes: ThreadOutcome[][]; sayings: Saying[] } {
    const { storage, typing } = this.thread
    const live = this.thread.live()
    const restore = typing.keep()
    const round = (alone: boolean) => {
      const sayings: Saying[] = []
      const outcomes = entries.map(({ actor, asks, door }) =>
        asks.map(({ ask, forwarding = null, here = [], attached = noFiles }) => {
          const about = { now, live, door, forwarding, here, attached }
          return alone
            ? this.carryOutAlone(actor, ask, about, sayings)
            : this.carryOut(actor, ask, about, sayings)
        }),
      )
      return { outcomes, sayings }
    }
    try {
      return storage.transactionSync(() => round(false))
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error
      this.thread.reload()
      restore()
      return round(true)
    }
  }

  /** Answers a refusal. Throws `BrokenOff` for what must be rolled back. */
  private carryOut(
    actor: Actor,
    ask: Queued['ask'],
    { now, live, door, forwarding, here, attached }: About,
    sayings: Saying[],
  ): ThreadOutcome {
    if ('refused' in ask) return { error: ask.refused }
    const { settings, typing } = this.thread
    const written = tally.object
    try {
      const log = this.thread.log()
      const me = log?.member(actor.id)
      if (!log || !me) return log ? { error: noThread, stranger: true } : { error: noThread }
      requireRole(ask.operation, me.role, log.thread.type)
      const sent = [forwarding, here, attached] as const
      const turn = new Turn(log, actor, now, settings, live, door, ...sent)
      const ok = handle(turn, named(log, actor, me), ask)
      sayings.push(...turn.sayings)
      if (turn.typing !== null) sayings.push(...typing.set(actor.id, turn.typing, now))
      for (const { event } of turn.sayings)
        if (event.event === 'member.left')
          sayings.push(...typing.set(event.data.userId, false, now))
      return turn.repeated ? { ok, repeated: true } : { ok }
    } catch (error) {
      if (!isChatError(error) || tally.object !== written)
        throw new BrokenOff('rolled back', { cause: error })
      return { error: errorBody(error) }
    }
  }

  private carryOutAlone(
    actor: Actor,
    ask: Queued['ask'],
    about: About,
    sayings: Saying[],
  ): ThreadOutcome {
    const mine: Saying[] = []
    try {
      const outcome = this.thread.storage.transactionSync(() =>
        this.carryOut(actor, ask, about, mine),
      )
      sayings.push(...mine)
      return outcome
    } catch (error) {
      const cause = error instanceof BrokenOff ? error.cause : error
      if (!isChatError(cause)) reportFault(cause)
      // What it wrote was rolled back, and memory is read again from the tables.
      this.thread.reload()
      return { error: errorBody(cause) }
    }
  }
}

/** What each socket is answered to what it asked with an id, and to what was refused. */
function answersOf(
  entries: Entry[],
  outcomes: ThreadOutcome[][],
): ReadonlyMap<WebSocket, Answer[]> {
  const answers = new Map<WebSocket, Answer[]>()
  entries.forEach(({ asks, socket }, index) => {
    if (!socket) return
    const mine = answers.get(socket) ?? []
    outcomes[index]?.forEach((outcome, place) => {
      const id = asks[place]?.id
      if ('error' in outcome) mine.push({ id: id ?? null, error: outcome.error })
      else if (id !== undefined) mine.push({ id, ok: outcome.ok })
    })
    answers.set(socket, mine)
  })
  return answers
}

/** Claims name the actor; a member is shown as their last claims said. */
function named(log: ThreadLog, actor: Actor, me: MemberRow): MemberRow {
  const person = claimed(actor, me)
  if (samePerson(person, me)) return me
  return log.change(me.user_id, { ...person, version: log.next() })
}

function handle(turn: Turn, me: MemberRow, ask: ThreadAsk) {
  // The row of the table that the ask's own name selects takes the ask's own input.
  const handler = handlers[ask.operation] as (turn: Turn, me: unknown, input: unknown) => unknown
  return handler(turn, me, ask.input)
}
