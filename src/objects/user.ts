// A person: the sockets of all their devices, their presence, their blocks, their rates.
import { DurableObject } from 'cloudflare:workers'
import type { Actor } from '../contract/actor.ts'
import type { Upload } from '../contract/attachment.ts'
import { errorBody, isChatError } from '../contract/errors.ts'
import type { ErrorBody } from '../contract/errors.ts'
import type { Answer, Ask as AskFrame } from '../contract/frames.ts'
import type { Event } from '../contract/events.ts'
import type { Notice as Words, Notification, Preferences } from '../contract/notification.ts'
import { limits } from '../contract/limits.ts'
import type { Parsed } from '../contract/operations.ts'
import type { Warning } from '../contract/moderation.ts'
import type { PushMessage, PushSubscription } from '../contract/push.ts'
import { tierOf, tiers } from '../contract/tiers.ts'
import type { Allowance, Tier } from '../contract/tiers.ts'
import type { Presence, ServicePackage } from '../contract/user.ts'
import { bannedError, holding } from '../core/moderation.ts'
import type { BanState } from '../core/moderation.ts'
import { HOUR, MINUTE, countOf, take } from '../core/rates.ts'
import type { Grant, Rate, Window } from '../core/rates.ts'
import { carryOut, checked, isThreadAsk, isUserAsk, threadOf } from '../dispatch.ts'
import type { Ask, Outcome } from '../dispatch.ts'
import { settingsOf } from '../env.ts'
import type { Env, Settings } from '../env.ts'
import type { StoredAttachment } from '../store/attachments.ts'
import { claimed } from '../store/log/rows.ts'
import { batch, putBan, putBlocks, putProfile } from '../store/model/projection.ts'
import { threadIdsOf } from '../store/model/threads.ts'
import { tally } from '../store/tally.ts'
import { UserBook } from '../store/user/book.ts'
import { dropDraftsOf } from '../store/user/drafts.ts'
import { mayUnsubscribe } from '../store/user/notifications.ts'
import { findSubscription, removeSubscription } from '../store/user/push.ts'
import { storageUsed } from '../store/user/files.ts'
import type { PartRow } from '../store/user/files.ts'
import { reportFault } from './fault.ts'
import { Sockets, actorOf, bundle } from './sockets.ts'
import { OpenReport } from './open.ts'
import type { Open } from './open.ts'
import { enforce, shaded } from './standing.ts'
import { directoryStub, threadStub } from './stubs.ts'
import type { ThreadStub } from './stubs.ts'
import type { Notice } from './thread/notice.ts'
import type { ThreadAsk } from './thread/turn.ts'
import type { Delivered } from './fan-out.ts'
import type { UserAsk } from './user/ask.ts'
import { Away } from './user/away.ts'
import type { Mail } from './user/away.ts'
import { spreadBlock } from './user/blocks.ts'
import * as drafts from './user/drafts.ts'
import { userHandlers } from './user/handlers.ts'
import type { Device } from './user/handlers.ts'
import { Files } from './user/files.ts'
import type { KeptFile, NewFile } from './user/files.ts'
import { Notifications } from './user/notifications.ts'
import type { Remains } from './user/notifications.ts'
import { Attendance } from './user/presence.ts'
import { Queue } from './user/queue.ts'
import { Reminders } from './user/reminders.ts'
import { Schedule } from './user/schedule.ts'
import { Sessions, tooManySessions } from './user/sessions.ts'
import type { Recovered } from './user/sessions.ts'
import { Uploads } from './user/uploads.ts'

/** The window of sent messages is written down at every fifth, so an eviction forgets at most four. */
const SENT_STEP = 5
/** 0 turns a limit off. */
const orNone = (most: number) => (most === 0 ? null : most)

const unknown = { name: null, avatarUrl: null, email: null, role: 'user', tier: 'free' }

const stepOf = (window: Window) => Math.floor(window.length / SENT_STEP)

/** Threads whose stubs are kept; a forgotten one is made again. */
const LINES_MOST = 100

/** The key of a wake that is also a delivery. */
const DELIVERED = 'delivered'

type Due =
  | 'offline'
  | 'project'
  | 'spread'
  | 'blocks'
  | 'wake'
  | 'queue'
  | 'schedule'
  | 'reminder'
  | 'ban'
  | 'files'
  | 'erase'
  | 'upload'
  | 'push'
  | 'mail'

export class User extends DurableObject<Env> {
  readonly book: UserBook
  readonly sockets: Sockets
  readonly sessions: Sessions
  readonly attendance: Attendance
  readonly queue: Queue
  readonly schedule: Schedule
  readonly reminders: Reminders
  readonly notifications: Notifications
  readonly away: Away
  readonly files: Files
  readonly uploads: Uploads
  readonly settings: Settings
  private readonly lines = new Map<string, ThreadStub>()
  private readonly work = new Set<Promise<void>>()
  private sent: Window | null = null
  private ban: BanState | null
  private readonly openReport: OpenReport
  private tierNow: Tier | null = null
  private alarmAt: number | null = null

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.settings = settingsOf(env)
    this.sockets = new Sockets(ctx, this.settings)
    this.book = new UserBook(ctx.storage.sql, ctx.id.name ?? '')
    const later = (work: Promise<unknown>) => ctx.waitUntil(work.catch(reportFault))
    this.sessions = new Sessions(this, env, later)
    this.attendance = new Attendance(this, env, later)
    this.queue = new Queue(this, env)
    this.schedule = new Schedule(this, env)
    this.reminders = new Reminders(this, env)
    this.ban = this.book.ban()
    this.openReport = new OpenReport(env, 'user')
    this.notifications = new Notifications(this, env)
    this.away = new Away(this, env)
    this.files = new Files(this, env)
    this.uploads = new Uploads(this, env)
    void ctx.blockConcurrencyWhile(async () => {
      this.alarmAt = await ctx.storage.getAlarm()
    })
  }

  /**
   * What a door asks before it lets somebody in; the error is `banned`. On the way, what their
   * token says becomes their profile; `changed` when that changed anything.
   */
  admit(actor: Actor): { changed: boolean; shadowUntil: number | null } | { error: ErrorBody } {
    const ban = holding(this.ban, Date.now())
    if (ban && !ban.shadow) return { error: errorBody(bannedError(ban)) }
    return { changed: this.claim(actor), shadowUntil: ban && ban.until }
  }

  /** Someone whom no door let in, for what was left to be done later. Throws `banned`. */
  marked(actor: Actor): Actor {
    return shaded(actor, this.notBanned())
  }

  /** Who acts when the alarm does, which has no token: this person, as the last one said. Throws `banned`. */
  absent(): Actor {
    const { id } = this.book
    const { name, avatarUrl, email, role, tier } = this.book.profile() ?? unknown
    const named = { id, name: name === id ? null : name, avatarUrl, email, role, tier }
    return this.marked({ ...named, expiresAt: null })
  }

  /** What a moderator must know of somebody before they act. */
  standing(): { role: string | null; ban: BanState | null } {
    return { role: this.book.profile()?.role ?? null, ban: holding(this.ban, Date.now()) }
  }

  /** Bans this person everywhere, or lifts it: all their sockets hear of it before this answers. */
  async setBan(ban: BanState | null): Promise<void> {
    this.book.setBan(ban)
    this.ban = ban
    this.project()
    enforce(this.sockets, this.book.id, ban)
    await Promise.all([this.sessions.enforce(ban), this.spreadBan()])
  }

  /** A word of the moderators, on every socket of this person. */
  async warn(warning: Warning): Promise<void> {
    const event = JSON.stringify({ event: 'moderation.warning', data: warning })
    this.tellAll(event)
    const threads = this.book.ids('attending')
    await Promise.all(threads.map((id) => threadStub(this.env, id).tell(this.book.id, event)))
  }

  /** Every device of this person is told, but for sockets that a thread holds. */
  tellAll(event: string): void {
    const told = bundle([event])
    for (const [socket] of this.sockets.open()) this.sockets.send(socket, [], told)
    this.sessions.say(event)
  }

  allowance(): Allowance {
    const now = Date.now()
    const sent = this.sent ?? this.book.sent()
    const hourly = orNone(this.most('messagesPerHour'))
    return {
      tier: this.book.tier(),
      limits: {
        messagesPerMinute: orNone(this.most('messagesPerMinute')),
        messagesPerHour: hourly,
        pinnedThreads: orNone(this.most('pinnedThreads')),
        blocks: limits.blocks,
        messageCharacters: limits.content,
        threadMembers: limits.members,
        attachments: limits.attachments,
        fileBytes: orNone(this.settings.MAX_FILE_SIZE),
        uploadBytes: orNone(this.settings.MAX_UPLOAD_SIZE),
        storageBytes: orNone(this.most('storageBytes')),
      },
      usage: {
        messagesPerMinute: countOf(sent, MINUTE, now),
        messagesPerHour: hourly && countOf(sent, HOUR, now),
        pinnedThreads: this.book.ids('pins').length,
        blocks: this.book.blocks().length,
        storageBytes: storageUsed(this.book, null),
      },
    }
  }

  /** Resolves when the read model has what was changed here until now. */
  async settle(): Promise<void> {
    await Promise.all(this.work)
  }

  /** `session` is the Socket.IO session that asks, if it is one. */
  execute(actor: Actor, ask: UserAsk, session?: string): Promise<unknown> {
    return this.handle(actor, ask, session === undefined ? null : { session })
  }

  /**
   * A Socket.IO session let this person in, and will be told what their sockets are told. `pid` is of
   * the session that its client lost, if it is back. `delivered`: what waited for them has reached a
   * device by that.
   */
  async enroll(
    actor: Actor,
    session: string,
    { pid, delivered }: { pid: string | null; delivered: boolean },
  ): Promise<{ shadowUntil: number | null; recovered: Recovered | null } | { error: ErrorBody }> {
    const before = this.admit(actor)
    if ('error' in before) return before
    const first = this.attendance.devices().length === 0
    const recovered = pid === null ? null : await this.sessions.recover(pid)
    if (this.sessions.full) await this.sessions.check()
    if (this.sessions.full) return { error: tooManySessions }
    // A ban that came meanwhile did not find this session.
    const admitted = this.admit(actor)
    if ('error' in admitted) return admitted
    this.sessions.add(session, recovered ?? { pid: session, away: false, joined: [] })
    await this.arrived(Date.now(), first, delivered)
    return { shadowUntil: admitted.shadowUntil, recovered }
  }

  /** A Socket.IO session is over for good. */
  dismiss(session: string): void {
    this.sessions.dismiss(session)
  }

  /** A Socket.IO session lost its client, which will want `kept` if it comes back. */
  park(session: string, kept: string): void {
    this.sessions.park(session, kept)
  }

  /** What waits in these threads is told again: a device missed it. */
  remind(threadIds: string[]): void {
    for (const threadId of threadIds)
      if (!this.sessions.looksAt(threadId)) this.notifications.again(threadId)
  }

  /** The threads on the screen of a Socket.IO session. */
  look(session: string, threadIds: string[]): Promise<void> {
    return this.sessions.setJoined(session, threadIds)
  }

  sessionLeft(): void {
    this.countOpen()
    this.attendance.left()
  }

  /** An upgrade of one of this person's devices. */
  override async fetch(request: Request): Promise<Response> {
    const now = Date.now()
    const first = this.attendance.devices().length === 0
    const response = this.sockets.accept(request, actorOf(request))
    await this.arrived(now, first)
    return response
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const session = this.sockets.session(socket)
    if (!session) return
    const { actor } = session
    const inThread = new Map<string, { id: AskFrame['id']; ask: ThreadAsk }[]>()
    const work: Promise<void>[] = []
    for (const { id, op, input } of this.sockets.hear(socket, message, Date.now())) {
      try {
        const ask = checked(actor, op, input)
        if (isThreadAsk(ask)) {
          const threadId = threadOf(ask)
          this.line(threadId)
          this.noteTyping(socket, ask)
          inThread.set(threadId, [...(inThread.get(threadId) ?? []), { id, ask }])
        } else {
          const outcome = isUserAsk(ask)
            ? this.handle(actor, ask, { socket }).then((ok): Outcome => ({ ok }))
            : carryOut(this.env, actor, ask as Ask, 'socket')
          work.push(
            this.answer(
              socket,
              [id],
              outcome.then((one) => [one]),
            ),
          )
        }
      } catch (error) {
        this.sockets.sendAnswers(socket, [{ id: id ?? null, error: errorBody(error) }])
      }
    }
    // One call for each thread: what a frame asks of it is carried out in order, in one batch.
    for (const [threadId, asks] of inThread) {
      const outcomes = this.line(threadId).execute(
        actor,
        asks.map(({ ask }) => ask),
        { door: 'socket', subscribe: true },
      )
      work.push(
        this.answer(
          socket,
          asks.map(({ id }) => id),
          outcomes,
        ),
      )
    }
    await Promise.all(work)
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    const session = this.sockets.closed(socket, code)
    if (!session) return
    const stopped = session.typing.map((threadId) =>
      threadStub(this.env, threadId).execute(
        session.actor,
        [{ operation: 'typing.set', input: { threadId, typing: false } }],
        { door: 'socket' },
      ),
    )
    this.countOpen()
    this.attendance.left()
    await Promise.allSettled(stopped)
  }

  override webSocketError(socket: WebSocket): Promise<void> {
    return this.webSocketClose(socket, 1006)
  }

  /** Events of one thread, for all devices. With none there, the thread may stop calling. */
  deliver(
    threadId: string,
    text: string,
    count: number,
    notice: Notice | null,
  ): Delivered | Promise<Delivered> {
    const open = this.sockets.open()
    const sessions = this.sessions.count
    const awake = open.length > 0 || sessions > 0
    if (!awake) this.sleep(threadId)
    // What is on a screen calls nobody.
    const quiet =
      this.sessions.looksAt(threadId) || (notice?.muted && !this.preferences().mentionsThroughMute)
    const heard = notice && quiet ? { ...notice, call: null } : notice
    if (notice && notice.readSeq > 0) this.away.read(threadId)
    const said = awake && heard ? this.notifications.hear(threadId, heard) : []
    const all = [text, ...said.map((event) => JSON.stringify(event))].join(',')
    const told = { text: all, frame: `[${all}]`, count: count + said.length }
    for (const [socket] of open) this.sockets.send(socket, [], told)
    if (sessions > 0) return this.deliverOn(threadId, all, open.length)
    this.sessions.say(all)
    return { sockets: open.length, at: Date.now() }
  }

  /** The call goes on to Socket.IO sessions, and is answered when they have taken it. */
  private async deliverOn(threadId: string, events: string, sockets: number): Promise<Delivered> {
    const taken = await this.sessions.tell(events)
    if (sockets + taken > 0) return { sockets: sockets + taken, at: Date.now() }
    // Somebody is there who came meanwhile, or could not be reached: go on calling.
    if (this.sockets.open().length + this.sessions.count > 0) return { sockets: 0, at: 0 }
    this.sleep(threadId)
    return { sockets: 0, at: Date.now() }
  }

  private sleep(threadId: string): void {
    this.book.add('waiting', threadId)
    this.notifications.forget()
  }

  /** A thread holds a socket of this person, or no longer; `seen`: what they were shown unread. */
  attend(threadId: string, here: boolean, seen = 0): BanState | null {
    const first = this.attendance.devices().length === 0
    this.notifications.forget(threadId)
    if (seen > 0) this.notifications.looked(threadId, seen)
    if (here) {
      this.book.add('attending', threadId)
      if (first) this.attendance.appeared()
    } else {
      this.book.remove('attending', threadId)
      this.attendance.left()
    }
    this.countOpen()
    return holding(this.ban, Date.now())
  }

  /** What this person holds open, for the directory that has not heard of it for long. */
  async open(): Promise<Open> {
    await this.sessions.check()
    return this.openNow()
  }

  /** Something that an admin or the service has to say to this person. */
  notify(words: Words): Notification {
    return this.notifications.notify(words)
  }

  /** Threads that are on a screen of theirs. One that stopped without saying so is found out. */
  async lookingAt(): Promise<Set<string>> {
    const threads = this.book.ids('attending')
    const here = await Promise.all(
      threads.map((threadId) => threadStub(this.env, threadId).attended(this.book.id)),
    )
    return new Set([...threads.filter((_, index) => here[index]), ...this.sessions.lookingAt()])
  }

  /** A limit of this person's tier; 0 where the operator turned it off. */
  most(limit: keyof (typeof tiers)[Tier]): number {
    this.tierNow ??= tierOf(this.book.tier())
    const setting = {
      messagesPerMinute: 'MAX_MESSAGES_PER_MINUTE',
      messagesPerHour: 'MAX_MESSAGES_PER_HOUR',
      pinnedThreads: 'MAX_PINNED_THREADS',
      storageBytes: 'MAX_STORAGE',
    } as const
    return this.settings[setting[limit]] * tiers[this.tierNow][limit]
  }

  /** Grants messages of this minute and hour: over all doors, since all of them end here. */
  takeMessages(wanted: number): Omit<Grant, 'window'> {
    this.notBanned()
    const before = this.sent ?? this.book.sent()
    const rates: Rate[] = [
      { most: this.most('messagesPerMinute'), ms: MINUTE },
      { most: this.most('messagesPerHour'), ms: HOUR },
    ]
    const { window, ...grant } = take(before, wanted, rates, Date.now())
    this.sent = window
    if (grant.granted > 0 && stepOf(window) !== stepOf(before)) this.book.setSent(window)
    return grant
  }

  /** Takes or gives back one of the places for pinned threads. Where none is left: how many there are. */
  pin(threadId: string, pinned: boolean): { full: number } | null {
    if (!pinned) this.book.remove('pins', threadId)
    else if (!this.book.has('pins', threadId)) {
      const most = this.most('pinnedThreads')
      if (this.book.ids('pins').length >= most) return { full: most }
      this.book.add('pins', threadId)
    }
    return null
  }

  /** Something was said in a thread of theirs, and may call them while they are away. */
  called(threadId: string): void {
    this.away.called(threadId, Date.now())
  }

  /** What a push says of a thread at this moment; null where there is nothing to say any more. */
  pushMessage(threadId: string, read: boolean): Promise<Omit<PushMessage, 'total'> | null> {
    return this.away.pushMessage(threadId, read)
  }

  /** What a mail says of some threads at this moment; null as for a push. */
  letter(threadIds: string[]): Promise<Mail | null> {
    return this.away.letter(threadIds)
  }

  /** A device that is reached by push; null when it is not any more. */
  subscription(endpoint: string): PushSubscription | null {
    return findSubscription(this.book, endpoint)
  }

  /** The other side says that this device is gone. */
  forgetDevice(endpoint: string): void {
    removeSubscription(this.book, endpoint)
  }

  /** A link in a mail was followed. False for one that was not made here. */
  unsubscribe(token: string): boolean {
    if (!mayUnsubscribe(this.book, token)) return false
    this.notifications.prefer({ emailEnabled: false })
    return true
  }

  /** One of the packages that this person offers. */
  servicePackage(id: string): ServicePackage | null {
    return this.book.profile()?.servicePackages.find((offered) => offered.id === id) ?? null
  }

  /** Whether a device of theirs is in use, for a thread that calls whoever is there: it tells nobody. */
  async isThere(): Promise<boolean> {
    await this.attendance.check()
    return this.attendance.now.status === 'online'
  }

  preferences(): Preferences {
    return this.notifications.preferences()
  }

  /** Presence as somebody else may see it. */
  async presenceFor(viewerId: string): Promise<Presence> {
    const { blocks, blockedBy } = this.book.between(viewerId)
    const nobody = this.book.profile()?.privacy.presence === 'nobody' && viewerId !== this.book.id
    if (blocks !== null || blockedBy !== null || nobody)
      return { userId: this.book.id, status: 'offline', lastSeen: null }
    await this.attendance.check()
    return this.attendance.now
  }

  /** Somebody who shares a thread with this person came, went or changed. */
  hearPresence(presence: Presence): void {
    const { blocks, blockedBy } = this.book.between(presence.userId)
    if (blocks !== null || blockedBy !== null) return
    this.tell({ event: 'presence.updated', data: presence })
  }

  /** An admin hears of everybody. False, where nobody is there to hear it any more. */
  watchPresence(presence: Presence): boolean {
    const here = this.sockets.open().length + this.sessions.count > 0
    if (!here || this.book.profile()?.role !== 'admin') return false
    if (presence.userId !== this.book.id) this.hearPresence(presence)
    return true
  }

  /** An event of this person's own, to all their devices. */
  tell(event: Event): void {
    this.tellAll(JSON.stringify(event))
  }

  setBlockedBy(userId: string, since: number | null): void {
    this.book.setBlockedBy(userId, since)
  }

  between(userId: string) {
    return this.book.between(userId)
  }

  keepDraft(actor: Actor, input: drafts.NewDraft) {
    const author = drafts.authorOf(this.book, actor)
    const { row, repeated } = drafts.keepDraft(this.book, input, Date.now())
    if (!repeated) this.schedule.follow(row)
    return { draft: drafts.draftOf(this.book, row, author), repeated }
  }

  draftToSend(input: Parsed<'draft.send'>): drafts.Sendable {
    return drafts.draftToSend(this.book, input, Date.now())
  }

  draftSent(id: string, messageId: string): void {
    drafts.draftSent(this.book, id, messageId, Date.now())
    this.schedule.forget(id)
  }

  /** Bytes that this person may still store; null for no limit. Throws `banned`. */
  fileRoom(upload: string | null): number | null {
    this.notBanned()
    return this.files.roomFor(upload)
  }

  expectFile(file: string): void {
    this.files.expect(file)
  }

  keepFile(file: NewFile): KeptFile {
    return this.files.keep(file)
  }

  discardAttachment(id: string): Promise<void> {
    return this.files.discard(id)
  }

  eraseFile(file: string): Promise<void> {
    return this.files.erase(file)
  }

  findAttachment(id: string) {
    return this.files.find(id)
  }

  /** Files of this person are about to be sent to a thread. Answers those that are there. */
  attachFiles(ids: string[], threadId: string): StoredAttachment[] {
    return this.files.attach(ids, threadId)
  }

  /** A thread shows a file of this person no longer. */
  settleAttachment(id: string): Promise<void> {
    return this.files.settle(id)
  }

  beginUpload(id: string, name: string, size: number): Promise<Upload> {
    return this.uploads.begin(id, name, size)
  }

  uploadState(id: string) {
    return this.uploads.state(id)
  }

  partCame(id: string, part: PartRow): Upload {
    return this.uploads.came(id, part)
  }

  clearUpload(id: string): Promise<void> {
    return this.uploads.clear(id)
  }

  /** This person is no member of a thread any more, or put it out of their sight. */
  leftThread(threadId: string, remains: Remains | null): void {
    dropDraftsOf(this.book, threadId)
    this.book.remove('pins', threadId)
    if (remains) this.notifications.part(threadId, remains)
  }

  /** Writes this person's part of the read model anew. */
  async rebuild(): Promise<void> {
    const statements = this.statements()
    if (statements.length > 0) await batch(this.env.DB, statements)
  }

  override async alarm(): Promise<void> {
    this.alarmAt = null
    const now = Date.now()
    // An alarm that is late finds several things due: they are done in the order of their times.
    const taken = this.book.takeDue(now).toSorted((a, b) => a.at - b.at)
    this.queue.keepDue(taken, now)
    this.files.keepDue(taken, now)
    this.uploads.keepDue(taken, now)
    this.schedule.keepDue(taken, now)
    this.reminders.keepDue(taken, now)
    this.away.keepDue(taken, now)
    // Set anew before anybody is waited for: what is cut off here must not wait for the next visit.
    this.arm()
    for (const { kind, key, at } of taken) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- each may fail and be due again on its own
        await this.carryOutDue(kind, key, at)
      } catch (error) {
        reportFault(error)
        this.book.setDue(kind, key, now + limits.projectionRetryMostMs)
      }
    }
    this.arm()
  }

  /** Writes profile and blocks to the read model: at once, and again later where D1 did not answer. */
  project(): void {
    this.soon('project', '')
  }

  /** What is due and tried at once: on the alarm's table first, so that nothing is lost with memory. */
  soon(kind: 'project' | 'blocks', key: string): void {
    const now = Date.now()
    this.due(kind, key, now + limits.projectionDelayMs)
    this.track(this.carryOutDue(kind, key, now).then(() => this.book.dropDue(kind, key)))
  }

  /** Work that `settle` waits for, and that the object stays awake for. */
  track(work: Promise<void>): void {
    const tracked = work.catch(reportFault).finally(() => this.work.delete(tracked))
    this.work.add(tracked)
    this.ctx.waitUntil(tracked)
  }

  /** Puts something on the object's one alarm. */
  due(kind: Due, key: string, at: number): void {
    this.book.setDue(kind, key, at)
    this.arm()
  }

  private handle(actor: Actor, ask: UserAsk, device: Device | null): Promise<unknown> {
    return userHandlers(this, this.env, actor, device, ask)
  }

  private async answer(
    socket: WebSocket,
    ids: AskFrame['id'][],
    outcomes: Promise<Outcome[]>,
  ): Promise<void> {
    const all = await outcomes.catch((error: unknown): Outcome[] => {
      if (!isChatError(error)) reportFault(error)
      // A stub that failed keeps failing.
      this.lines.clear()
      return ids.map(() => ({ error: errorBody(error) }))
    })
    const answers = ids.flatMap((id, index): Answer[] => {
      const outcome = all[index]
      if (!outcome) return []
      if ('error' in outcome) return [{ id: id ?? null, error: outcome.error }]
      return id === undefined ? [] : [{ id, ok: outcome.ok }]
    })
    this.sockets.sendAnswers(socket, answers)
  }

  /** One stub for each thread: calls on the same one arrive in the order in which they were made. */
  private line(threadId: string): ThreadStub {
    const stub = this.lines.get(threadId) ?? threadStub(this.env, threadId)
    if (this.lines.size >= LINES_MOST) this.lines.clear()
    this.lines.set(threadId, stub)
    return stub
  }

  private noteTyping(socket: WebSocket, ask: ThreadAsk): void {
    if (ask.operation !== 'typing.set' && ask.operation !== 'message.send') return
    const session = this.sockets.session(socket)
    const { threadId } = ask.input
    const starts = ask.operation === 'typing.set' && ask.input.typing
    if (!session || session.typing.includes(threadId) === starts) return
    const others = session.typing.filter((each) => each !== threadId)
    this.sockets.keep(socket, { typing: starts ? [...others, threadId].slice(-20) : others })
  }

  private async carryOutDue(kind: string, key: string, at: number): Promise<void> {
    if (kind === 'offline') await this.attendance.over(at)
    if (kind === 'project') await this.writeModel()
    if (kind === 'blocks') await spreadBlock(this.env, this.book, key)
    if (kind === 'wake') await this.wakeThreads(at, key === DELIVERED)
    if (kind === 'queue') await this.queue.carryOutDue(key)
    if (kind === 'files' || kind === 'erase') await this.files.carryOutDue(kind, key)
    if (kind === 'push' || kind === 'mail') await this.away.carryOutDue(kind, key, Date.now())
    if (kind === 'upload') await this.uploads.abort(key)
    if (kind === 'schedule') await this.schedule.carryOutDue(key)
    if (kind === 'reminder') await this.reminders.carryOutDue(key)
    if (kind === 'ban') await this.spreadBan()
    if (kind === 'spread') {
      const profile = this.book.profile()
      const page = await threadIdsOf(this.env.DB, this.book.id, key, limits.rebuildPage)
      if (profile)
        await Promise.all(
          page.map((id) => threadStub(this.env, id).rename(this.book.id, claimed(profile))),
        )
      const last = page.at(-1)
      if (last !== undefined && page.length === limits.rebuildPage) this.due('spread', last, at)
    }
  }

  private async writeModel(): Promise<void> {
    await directoryStub(this.env, this.book.id).register('user', this.book.id)
    await this.rebuild()
  }

  private statements() {
    const profile = this.book.profile()
    const ban = putBan(this.env.DB, this.book.id, this.ban)
    if (!profile) return [ban]
    const { id, name, firstName = null, lastName = null, avatarUrl, role } = profile
    const servicePackages = JSON.stringify(profile.servicePackages)
    const version = this.book.version
    const blocks = this.book.blocks().map(({ userId, since }) => ({ blockedId: userId, since }))
    return [
      putProfile(this.env.DB, {
        ...{ id, name, firstName, lastName, avatarUrl, role, servicePackages, version },
      }),
      ...putBlocks(this.env.DB, id, blocks),
      ban,
    ]
  }

  /** Throws `banned`; a shadow ban is answered. */
  private notBanned(): BanState | null {
    const ban = holding(this.ban, Date.now())
    if (ban && !ban.shadow) throw bannedError(ban)
    return ban
  }

  private claim(actor: Actor): boolean {
    const changed = this.book.claim(actor, Date.now())
    if (changed === 'nothing') return false
    this.tierNow = null
    this.project()
    if (changed === 'name') this.due('spread', '', Date.now())
    return true
  }

  /** Threads that hold a socket of this person act on it; one that cannot be reached is told again. */
  private async spreadBan(): Promise<void> {
    const told = await Promise.allSettled(
      this.book
        .ids('attending')
        .map((id) => threadStub(this.env, id).enforce(this.book.id, this.ban)),
    )
    if (told.every(({ status }) => status === 'fulfilled')) return
    this.due('ban', '', Date.now() + 2000)
  }

  private openNow(): Open {
    return {
      sockets: this.sockets.open().length + this.sessions.count,
      online: this.attendance.devices().length > 0 ? 1 : 0,
    }
  }

  private countOpen(): void {
    const told = this.openReport.report(this.book.id, () => this.openNow())
    this.ctx.waitUntil(told.catch(reportFault))
  }

  /** A device came. Threads that let this person sleep are told first. */
  private async arrived(now: number, first: boolean, delivered = false): Promise<void> {
    this.countOpen()
    await this.wakeThreads(now, delivered)
    if (first) this.attendance.appeared()
  }

  private async wakeThreads(now: number, delivered: boolean): Promise<void> {
    await Promise.all(
      this.book.ids('waiting').map(async (threadId) => {
        try {
          await threadStub(this.env, threadId).wake(this.book.id, now, delivered)
          this.book.remove('waiting', threadId)
        } catch (error) {
          reportFault(error)
          this.due('wake', delivered ? DELIVERED : '', now + 2000)
        }
      }),
    )
  }

  private arm(): void {
    const next = this.book.nextDue()
    if (next === null || (this.alarmAt !== null && this.alarmAt <= next)) return
    this.alarmAt = next
    tally.object += 1
    void this.ctx.storage.setAlarm(next)
  }
}
