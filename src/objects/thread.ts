// A thread: its order, its members' sockets, its one alarm. Admit, persist, publish, in that order.
import { DurableObject } from 'cloudflare:workers'
import type { Actor, Door } from '../contract/actor.ts'
import { ChatError, errorBody, isChatError } from '../contract/errors.ts'
import type { ErrorBody } from '../contract/errors.ts'
import type { Answer } from '../contract/frames.ts'
import { limits } from '../contract/limits.ts'
import { Preview } from '../contract/preview.ts'
import type { Message } from '../contract/message.ts'
import type { BanState } from '../core/moderation.ts'
import { carryOut, checked, isThreadAsk, threadOf } from '../dispatch.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import { isAttached, showsTo } from '../store/log/attachments.ts'
import { callsOf, shownOf } from '../store/log/calls.ts'
import type { CallRules, Calls } from '../store/log/calls.ts'
import { readCursor, setDelivered } from '../store/log/cursors.ts'
import { ThreadLog } from '../store/log/log.ts'
import { samePerson } from '../store/log/rows.ts'
import type { MessageRow, Person } from '../store/log/rows.ts'
import { messagesAround } from '../store/log/messages.ts'
import { tally } from '../store/tally.ts'
import { FanOut } from './fan-out.ts'
import { reportFault } from './fault.ts'
import { Sockets, actorOf, bundle } from './sockets.ts'
import { OpenReport } from './open.ts'
import type { Open } from './open.ts'
import { enforce } from './standing.ts'
import { directoryStub, userStub } from './stubs.ts'
import { calleesOf } from './thread/callees.ts'
import { Admission } from './thread/admission.ts'
import { Commits, noThread } from './thread/commit.ts'
import type { Entry, Queued, ThreadOutcome } from './thread/commit.ts'
import { tellDetached } from './thread/attachments.ts'
import { moveDelivered, tellDelivered } from './thread/delivery.ts'
import { createThread, reopen } from './thread/create.ts'
import type { NewThreadInput } from './thread/create.ts'
import { comeIn } from './thread/desk.ts'
import { tellLeft } from './thread/farewell.ts'
import { importMessages } from './thread/import.ts'
import type { ImportBatch, ImportResult } from './thread/import.ts'
import { Previews } from './thread/previews.ts'
import { entity, found, tellMessage } from './thread/messages.ts'
import { planned, requireAdminOver } from './thread/moderate.ts'
import type { Plan, ThreadAct } from './thread/moderate.ts'
import { expireProposal } from './thread/proposals.ts'
import { Projector } from './thread/projector.ts'
import { Publisher } from './thread/publisher.ts'
import { Typing } from './thread/typing.ts'
import { Turn } from './thread/turn.ts'
import type { Forwarding, Saying, ThreadAsk } from './thread/turn.ts'
import { dropOld, expireMessages, watchAge } from './thread/vanish.ts'
import type { Recalled } from './user/notifications.ts'
import { deliveredCursor, memberView, myState, threadView } from './thread/view.ts'

export class Thread extends DurableObject<Env> {
  private readonly settings: Settings
  private readonly sockets: Sockets
  private readonly fanOut: FanOut
  private readonly publisher: Publisher
  private readonly admission: Admission
  private readonly projector: Projector
  private readonly previews: Previews
  private log: ThreadLog | null
  private readonly commits: Commits
  private readonly typing: Typing
  private alarmAt: number | null = null
  private readonly openReport: OpenReport
  /** After an eviction, the first alarm looks for what was owed before. */
  private woken = true
  /** Whether the alarm is known to come for messages that get too old. */
  private watched = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.settings = settingsOf(env)
    this.sockets = new Sockets(ctx, this.settings)
    this.log = ThreadLog.open(ctx.storage.sql)
    this.fanOut = new FanOut(
      (userId, events, count, notice) =>
        userStub(env, userId).deliver(this.log?.id ?? '', events, count, notice),
      (userId, seq) => this.arrived(userId, seq),
    )
    this.publisher = new Publisher(this.sockets, this.fanOut)
    this.typing = new Typing(
      () => this.log,
      (count) => this.countTyping(count),
    )
    this.commits = new Commits({
      settings: this.settings,
      storage: ctx.storage,
      typing: this.typing,
      log: () => this.log,
      reload: () => {
        this.log = ThreadLog.open(ctx.storage.sql)
      },
      live: () => this.live(),
      told: (now, sayings, answers) => {
        this.publish(sayings, answers)
        this.arm(now)
      },
    })
    this.admission = new Admission(env, this.settings, (entry) => this.commits.enqueue(entry))
    this.projector = new Projector(env, () => this.log)
    this.previews = new Previews(
      () => this.log,
      (link) => previewOf(env, link),
      (row) => this.update(row),
    )
    this.openReport = new OpenReport(env, 'thread')
    void ctx.blockConcurrencyWhile(async () => {
      this.alarmAt = await ctx.storage.getAlarm()
    })
  }

  /** Opens the thread; the second time it answers the one that is there. */
  create(actor: Actor, input: NewThreadInput): ThreadOutcome {
    const known = this.log !== null
    this.log ??= createThread(this.ctx.storage.sql, actor, input)
    const turn = this.turnOf(actor, Date.now())
    const me = this.log.member(actor.id)
    if (!me) return input.once ? this.welcome(turn) : { error: noThread }
    if (known) {
      const there = reopen(this.log, me)
      this.arm(turn.now)
      return { ok: threadView(turn, there), repeated: true }
    }
    const ok = threadView(turn, me)
    turn.say('thread.created', ok)
    this.publish(turn.sayings)
    this.arm(turn.now)
    return { ok }
  }

  /**
   * Carries out operations in order, in the next batch. Answers one outcome for each. `subscribe`:
   * for a device that will hear what happens here from now on. `forwarding`: see `Forwarding`.
   */
  execute(
    actor: Actor,
    asks: ThreadAsk[],
    more: { door?: Door; subscribe?: boolean; forwarding?: Forwarding } = {},
  ): Promise<ThreadOutcome[]> {
    const { promise, resolve } = Promise.withResolvers<ThreadOutcome[]>()
    const { door = 'rest', subscribe = false, forwarding } = more
    if (subscribe) this.subscribe(actor.id)
    const entry = { actor, asks: asks.map((ask) => ({ ask, forwarding })), door, done: resolve }
    return this.receive(entry).then(() => promise)
  }

  /** Resolves when the read model has all that was committed or queued until now. */
  async settle(): Promise<void> {
    await this.commits.open
    if (this.log)
      await Promise.all([tellLeft(this.env, this.log), tellDetached(this.env, this.log)])
    await this.projector.run()
  }

  /** An upgrade by a member whom the Worker has checked. */
  override fetch(request: Request): Response {
    const actor = actorOf(request)
    if (!this.log?.member(actor.id)) return new Response(null, { status: 404 })
    const first = !this.live().has(actor.id)
    const response = this.sockets.accept(request, actor)
    this.countOpen()
    if (first) this.attend(actor.id, true)
    return response
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const session = this.sockets.session(socket)
    if (!session) return
    const { actor } = session
    const asks: Queued[] = []
    for (const { id, op, input } of this.sockets.hear(socket, message, Date.now())) {
      try {
        const ask = checked(actor, op, input)
        if (ask.operation === 'sync' || ask.operation === 'ack') this.sockets.resume(socket)
        if (isThreadAsk(ask) && threadOf(ask) === this.log?.id) asks.push({ id, ask })
        else this.ctx.waitUntil(this.forward(socket, id ?? null, actor, ask))
      } catch (error) {
        asks.push({ id, ask: { refused: errorBody(error) } })
      }
    }
    if (asks.length > 0)
      await this.receive({ actor, asks, door: 'socket', socket, done: () => undefined })
  }

  override webSocketClose(socket: WebSocket, code: number): void {
    const userId = this.sockets.closed(socket, code)?.actor.id
    this.countOpen()
    if (userId === undefined || !this.log || this.live().has(userId)) return
    const row = this.log.member(userId)
    // What came while they looked has no notification, read or not.
    const seen = row && readCursor(this.log, row) < this.log.head ? this.log.head : 0
    this.attend(userId, false, seen)
    if (!row) return
    const now = Date.now()
    const before = { log: this.log, live: new Set([userId]) }
    // What the socket was sent is written down now that it can no longer be derived from it.
    if (row.delivered_seq < this.log.head)
      setDelivered(this.log, userId, deliveredCursor(before, row, 0), now)
    this.publish(this.typing.set(userId, false, now))
    this.arm(now)
  }

  override webSocketError(socket: WebSocket): void {
    this.webSocketClose(socket, 1006)
  }

  override async alarm(): Promise<void> {
    this.alarmAt = null
    const now = Date.now()
    if (!this.log) return
    const { log } = this
    const sayings: Saying[] = []
    for (const { kind, key } of log.takeDue(now)) {
      if (kind === 'proposal' || kind === 'expiry' || kind === 'retention') {
        const turn = this.turnOf(null, now)
        if (kind === 'proposal') expireProposal(turn, Number(key))
        else if (kind === 'expiry') expireMessages(turn)
        else dropOld(turn, Number(key))
        sayings.push(...turn.sayings)
      }
      if (kind === 'left' || kind === 'detached')
        log.setDue(kind, key, now + limits.projectionRetryMostMs)
      const row = log.member(key)
      if (kind === 'mute' && row && row.muted_until !== null && row.muted_until <= now) {
        // Its end stays, since what came before it has no notification.
        log.change(key, { read_version: log.next() })
        const turn = this.turnOf(null, now)
        turn.say('thread.updated', myState(log, row, now), { to: [key] })
        sayings.push(...turn.sayings)
      }
    }
    sayings.push(...this.typing.expire(now))
    if (this.woken) for (const work of this.previews.recover()) this.ctx.waitUntil(work)
    this.woken = false
    this.publish(sayings)
    await Promise.all([
      this.projector.attempt(now),
      tellLeft(this.env, log),
      tellDetached(this.env, log),
    ])
    this.arm(now)
  }

  /**
   * A member's device came: events are forwarded to them again. `at` is their object's clock.
   * `delivered`: it counts as having got what waited for it, as it will not sync.
   */
  wake(userId: string, at: number, delivered = false): void {
    this.fanOut.wake(userId, at)
    if (delivered && this.log) this.arrived(userId, this.log.head)
  }

  /** Whether a member has a socket open here. */
  attended(userId: string): boolean {
    return this.live().has(userId)
  }

  /** What waits for a member here, see store/log/calls.ts; null for who is none. */
  /** Whom something that was said after a version may call, a page of them. */
  callees(since: number, after: string): { userIds: string[]; next: string | null } {
    return this.log ? calleesOf(this.log, since, after, Date.now()) : { userIds: [], next: null }
  }

  callsOf(userId: string, after: number, how: CallRules): Calls | null {
    const row = this.log?.member(userId)
    return this.log && row ? callsOf(this.log, row, after, how) : null
  }

  /** One member blocks another (since when, in ms) or no longer does. A stranger's word changes nothing. */
  setBlock(userId: string, blockedId: string, since: number | null): void {
    if (this.log?.members.has(userId) && this.log.members.has(blockedId))
      this.log.setBlock(userId, blockedId, since)
  }

  /** A member's profile changed. */
  rename(userId: string, person: Person): void {
    const row = this.log?.member(userId)
    if (!this.log || !row || samePerson(row, person)) return
    this.log.change(userId, { ...person, version: this.log.next() })
    const turn = this.turnOf(null, Date.now())
    turn.say('member.updated', memberView(turn, this.log.members.get(userId) ?? row))
    this.publish(turn.sayings)
    this.arm(turn.now)
  }

  /** A message as somebody sees it; null for one that does not exist for them. */
  shownTo(userId: string, messageId: string): Message | null {
    const me = this.log?.member(userId)
    if (!this.log || !me) return null
    try {
      return entity(this.log, found(this.log, me, messageId))
    } catch (error) {
      if (isChatError(error)) return null
      throw error
    }
  }

  /** Whether a message here holds a file, or is about to. */
  holds(attachmentId: string): boolean {
    if (this.admission.awaits(attachmentId)) return true
    return this.log !== null && isAttached(this.log, attachmentId)
  }

  /** Whether somebody sees a file here. */
  shows(userId: string, attachmentId: string): boolean {
    const me = this.log?.member(userId)
    return this.log !== null && me !== undefined && showsTo(this.log, me, attachmentId)
  }

  /** A message as a notification shows it; null for one that is gone, or not for their eyes. */
  recall(userId: string, messageId: string): Recalled | null {
    const message = this.shownTo(userId, messageId)
    if (!this.log || message?.deletedAt !== null) return null
    return { title: this.log.thread.title, shown: shownOf(message) }
  }

  /** What was said around some messages, for moderators: no member's view, and no member's blocks. */
  contexts(seqs: number[]): Message[][] {
    const { log } = this
    return log ? seqs.map((seq) => messagesAround(log, seq, limits.reportContext)) : []
  }

  /**
   * Acts on a message or a member: `as` a moderator of all, or as an admin of this thread. `dry`
   * says what would change and changes nothing.
   */
  moderate(
    actor: Actor,
    act: ThreadAct,
    { as, dry }: { as: 'moderator' | 'member'; dry: boolean },
  ): { ok: Omit<Plan, 'carryOut'> } | { error: ErrorBody } {
    try {
      const turn = this.turnOf(actor, Date.now())
      if (as === 'member') requireAdminOver(turn, act)
      const { before, after, carryOut: write } = planned(turn, act)
      if (!dry) {
        this.ctx.storage.transactionSync(write)
        for (const { event } of [...turn.sayings])
          if (event.event === 'member.left')
            turn.sayings.push(...this.typing.set(event.data.userId, false, turn.now))
        this.publish(turn.sayings)
        this.arm(turn.now)
      }
      return { ok: { before, after } }
    } catch (error) {
      if (!isChatError(error)) reportFault(error)
      return { error: errorBody(error) }
    }
  }

  /** What this thread holds open, for the directory's count. */
  open(): Open {
    return { sockets: this.sockets.open().length, online: 0 }
  }

  /** Somebody was banned everywhere, or no longer: their sockets here hear of it. */
  enforce(userId: string, ban: BanState | null): void {
    enforce(this.sockets, userId, ban)
  }

  /** One person's sockets here are told something that is no event of this thread. */
  tell(userId: string, event: string): void {
    for (const [socket, { actor }] of this.sockets.open())
      if (actor.id === userId) this.sockets.send(socket, [], bundle([event]))
  }

  /** Every socket here is told something that is no event of this thread. */
  tellAll(event: string): void {
    const told = bundle([event])
    for (const [socket] of this.sockets.open()) this.sockets.send(socket, [], told)
  }

  import(actor: Actor, batch: ImportBatch): ImportResult {
    const { log, result } = importMessages(this.ctx.storage.sql, this.log, actor, batch)
    this.log = log
    this.arm(Date.now())
    return result
  }

  /** Writes this thread's part of the read model anew. Answers its number of messages. */
  async rebuild(): Promise<number> {
    // A thread that nobody has looked at since the setting came finds what is too old.
    this.arm(Date.now())
    await this.projector.rebuild()
    return this.log?.head ?? 0
  }

  /** Somebody who may come in by asking does. */
  private welcome(turn: Turn): ThreadOutcome {
    try {
      const ok = this.ctx.storage.transactionSync(() => threadView(turn, comeIn(turn)))
      this.publish(turn.sayings)
      this.arm(turn.now)
      return { ok, repeated: true }
    } catch (error) {
      if (!isChatError(error)) reportFault(error)
      return { error: errorBody(error) }
    }
  }

  /** Every operation passes here: those that need the asker's own object first wait for it. */
  private receive(entry: Entry): Promise<void> {
    const admitted = this.admission.admit(this.log, entry)
    if (admitted) return admitted
    const first = this.commits.open === null
    const turn = this.commits.enqueue(entry)
    // Whoever came first keeps the object awake for all of the turn.
    return first ? turn : done
  }

  /** What was committed is told; a device that could not be reached finds out from its cursors. */
  private publish(sayings: Saying[], answers: ReadonlyMap<WebSocket, Answer[]> = noAnswers): void {
    if (this.log) {
      const all = [...sayings, ...this.deliveries(sayings)]
      for (const work of this.publisher.publish(this.log, all, answers))
        this.ctx.waitUntil(work.catch(reportFault))
      for (const work of this.previews.hear(sayings)) this.ctx.waitUntil(work)
    } else for (const [socket, mine] of answers) this.sockets.sendAnswers(socket, mine)
  }

  private deliveries(sayings: Saying[]): Saying[] {
    if (!sayings.some(({ event }) => event.event === 'message.created')) return []
    const turn = this.turnOf(null, Date.now())
    tellDelivered(turn, sayings)
    return turn.sayings
  }

  /** A device elsewhere was sent messages: the delivered cursor moves, and the senders hear of it. */
  private arrived(userId: string, seq: number): void {
    const row = this.log?.member(userId)
    if (!row) return
    const turn = this.turnOf(null, Date.now())
    moveDelivered(turn, row, seq)
    if (turn.sayings.length === 0) return
    this.publish(turn.sayings)
    this.arm(turn.now)
  }

  /** A message got its preview. */
  private update(row: MessageRow): void {
    const turn = this.turnOf(null, Date.now())
    tellMessage(turn, 'message.updated', row)
    this.publish(turn.sayings)
    this.arm(turn.now)
  }

  private async forward(
    socket: WebSocket,
    id: string | number | null,
    actor: Actor,
    ask: ReturnType<typeof checked>,
  ): Promise<void> {
    const outcome = await carryOut(this.env, actor, ask, 'socket').catch((error: unknown) => {
      if (!isChatError(error)) reportFault(error)
      return { error: errorBody(error) }
    })
    if ('error' in outcome) this.sockets.sendAnswers(socket, [{ id, error: outcome.error }])
    else if (id !== null) this.sockets.sendAnswers(socket, [{ id, ok: outcome.ok }])
  }

  private countOpen(): void {
    const told = this.openReport.report(this.log?.id ?? '', () => this.open())
    this.ctx.waitUntil(told.catch(reportFault))
  }

  /** One call beside those that tell the members; what it says is forgotten in ten seconds. */
  private countTyping(count: number): void {
    const id = this.log?.id ?? ''
    this.ctx.waitUntil(directoryStub(this.env, id).setTyping(id, count).catch(reportFault))
  }

  private live(): ReadonlySet<string> {
    return this.sockets.users()
  }

  /** Tells a member's own object that they are looking at this thread, or no longer. */
  private attend(userId: string, here: boolean, seen = 0): void {
    const told = userStub(this.env, userId)
      .attend(this.log?.id ?? '', here, seen)
      // A ban that came between the door and here did not find this socket.
      .then((ban) => (here && ban ? enforce(this.sockets, userId, ban) : undefined))
    // Presence is checked again when it is asked for, so a lost call mends itself.
    this.ctx.waitUntil(told.catch(reportFault))
  }

  private subscribe(userId: string): void {
    const row = this.log?.member(userId)
    if (!this.log || !row || row.subscribed === 1) return
    if (this.log.present().length > limits.fanOutMembers)
      this.log.change(userId, { subscribed: 1, read_version: this.log.next() })
  }

  private turnOf(actor: Actor | null, now: number): Turn {
    if (!this.log) throw new ChatError('not_found', 'there is no such thread')
    return new Turn(this.log, actor ?? nobody, now, this.settings, this.live())
  }

  /** One alarm for all that is due. It is only ever moved closer, since each move is a row written. */
  private arm(now: number): void {
    this.projector.committed()
    for (const work of this.projector.hurry(now)) this.ctx.waitUntil(work)
    if (!this.watched && this.log) this.watched = watchAge(this.log, this.settings)
    const times = [
      this.projector.due(now),
      this.previews.due(now),
      this.typing.next(),
      this.log?.due ?? null,
    ].filter((time) => time !== null)
    const next = Math.min(...times)
    if (times.length === 0 || (this.alarmAt !== null && this.alarmAt <= next)) return
    this.alarmAt = next
    tally.object += 1
    void this.ctx.storage.setAlarm(next)
  }
}

const done = Promise.resolve()

const noAnswers: ReadonlyMap<WebSocket, Answer[]> = new Map()

const nobody: Actor = {
  id: 'nobody',
  name: null,
  avatarUrl: null,
  email: null,
  role: 'user',
  tier: 'free',
  expiresAt: null,
}

/** A page that cannot be had, or must not be asked, is a message without a preview. */
async function previewOf(env: Env, link: string): Promise<Preview | null> {
  try {
    const ask = { operation: 'preview.get', input: { url: link } } as const
    const outcome = await carryOut(env, nobody, ask, 'rest')
    const preview = 'ok' in outcome ? Preview.safeParse(outcome.ok) : null
    return preview?.data ?? null
  } catch (error) {
    if (isChatError(error)) return null
    throw error
  }
}
