// One operation in a thread: what a handler is given, and what it may say.
import type { Actor, Door } from '../../contract/actor.ts'
import type { Event, EventData, EventName } from '../../contract/events.ts'
import type { ForwardedFrom } from '../../contract/message.ts'
import type { OperationAt, Output, Parsed } from '../../contract/operations.ts'
import type { Settings } from '../../env.ts'
import type { StoredAttachment } from '../../store/attachments.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import type { MemberRow } from '../../store/log/rows.ts'

/** `to`: all members, or the people named. `by`: whose words these are, unseen by who blocks them. */
export type Saying = { event: Event; to: 'members' | string[]; by?: string }

/** An operation as a door hands it over: `input` was validated by the operation's schema. */
export type ThreadAsk = {
  [O in OperationAt<'thread'>]: { operation: O; input: Parsed<O> }
}[OperationAt<'thread'>]

/**
 * Said by the service alone, never by a client: this send is a part of a forward, which was counted
 * as one message before. `from` is null for the note that goes before the forwarded message;
 * `owners`: whose files it names.
 */
export type Forwarding = { from: ForwardedFrom | null; owners?: Record<string, string> }

/** What an operation came to. `repeated`: it had been done before, and this is that result again. */
export type ThreadAnswer = { ok: unknown; repeated?: true }

/**
 * A handler admits, then writes, then says: nothing it says leaves before the batch is committed.
 * It is synchronous, so nothing can happen between what it reads and what it writes.
 */
export class Turn {
  readonly log: ThreadLog
  readonly actor: Actor
  readonly now: number
  readonly settings: Settings
  /** Members who have a socket open on this thread: what is sent is delivered. */
  readonly live: ReadonlySet<string>
  /** What the operation came in by; null for what the thread does of itself. */
  readonly door: Door | null
  /** Set for the sends of a forward. */
  readonly forwarding: Forwarding | null
  /** Members who are there, where the operation calls them. */
  readonly here: readonly string[]
  /** The files that a send names. */
  readonly attached: readonly StoredAttachment[]
  readonly sayings: Saying[] = []
  /** Set by `typing.set`, a send and a leave: carried out by the object, which keeps it in memory. */
  typing: boolean | null = null
  repeated = false

  constructor(
    log: ThreadLog,
    actor: Actor,
    now: number,
    settings: Settings,
    live: ReadonlySet<string>,
    door: Door | null = null,
    forwarding: Forwarding | null = null,
    here: readonly string[] = [],
    attached: readonly StoredAttachment[] = [],
  ) {
    this.log = log
    this.actor = actor
    this.now = now
    this.settings = settings
    this.live = live
    this.door = door
    this.forwarding = forwarding
    this.here = here
    this.attached = attached
  }

  /** What the actor sends is for themselves alone. */
  get shadowed(): boolean {
    return (this.actor.shadowUntil ?? 0) > this.now
  }

  say<E extends EventName>(
    event: E,
    data: EventData<E>,
    more: { to?: string[]; by?: string } = {},
  ): void {
    const { log } = this
    // The name and its data come from the same row of the events table.
    const said = { event, threadId: log.id, version: log.version, data } as Event
    this.sayings.push({ event: said, to: more.to ?? 'members', by: more.by })
  }
}

export type Handler<O extends OperationAt<'thread'>> = (
  turn: Turn,
  me: MemberRow,
  input: Parsed<O>,
) => Output<O>

export type Handlers<O extends OperationAt<'thread'>> = { [K in O]: Handler<K> }
