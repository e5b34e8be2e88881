// All that a page shows, kept up to date: the list, the open threads, what I wrote, who types.
import type { Event } from '../contract/events.ts'
import { limits } from '../contract/limits.ts'
import type { Input } from '../contract/operations.ts'
import type { User } from '../contract/user.ts'
import { connect } from './connection.ts'
import type { Connection, ConnectionState } from './connection.ts'
import { applyToInbox, isUncertain, withoutThread } from './inbox.ts'
import { createKeeping } from './keeping.ts'
import type { OutboxStorage } from './keeping.ts'
import { createListing } from './listing.ts'
import type { Listed } from './listing.ts'
import { createLoading } from './loading.ts'
import { applyToOutbox, createSender } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import { applyToPresences, createPresence } from './presence.ts'
import type { Presences } from './presence.ts'
import { createReader } from './reading.ts'
import type { Rest } from './rest.ts'
import { createStore } from './store.ts'
import type { Soon } from './store.ts'
import { createSync } from './sync.ts'
import { apply, applyMessages, emptyTimeline, hasGap } from './timeline.ts'
import type { Timeline } from './timeline.ts'
import type { Token } from './token.ts'
import { watchTyping } from './typing.ts'
import type { Typing } from './typing.ts'
import { createUploads } from './uploads.ts'
import type { Shares } from './uploads.ts'

export type State = Listed & {
  readonly connection: ConnectionState
  readonly timelines: ReadonlyMap<string, Timeline>
  readonly typing: Typing
  readonly outbox: Outbox
  /** How far the files are that are on their way, 0 to 1, by clientId. */
  readonly shares: Shares
  /** Too much was sent: the outbox waits until then (ms). */
  readonly heldUntil: number | null
  /** Of those that were asked for, see `watchPresence`. */
  readonly presences: Presences
}

/**
 * `token` is for programs, beside that of `rest`; a page has its cookie. Without a `storage` what is
 * unsent at the end of the program is lost. `soon` says when `subscribe` tells of what was heard.
 */
export type ClientOptions = {
  rest: Rest
  socketUrl: string
  me: Pick<User, 'id'>
  token?: Token
  storage?: OutboxStorage
  soon?: Soon
}
export type Client = ReturnType<typeof createClient>

/** The read model may be this much behind the threads, so a list that was read is read once more. */
const secondLook = limits.projectionDelayMs * 2

/** After so many attempts in vain the cookie may be the reason: a browser does not tell a 401. */
const suspicious = 2

/** Starts a client of one signed-in person. It works until `stop`. */
export function createClient({ rest, socketUrl, me, token, storage, soon }: ClientOptions) {
  const first: State = {
    connection: { is: 'connecting' },
    inbox: new Map(),
    listed: false,
    moreThreads: null,
    timelines: new Map(),
    typing: new Map(),
    outbox: [],
    shares: new Map(),
    heldUntil: null,
    presences: new Map(),
  }
  const store = createStore(first, soon)
  const onScreen = new Set<string>()
  const listeners = new Set<(event: Event) => void>()
  let restored = false
  let away = false
  let lookAgain: ReturnType<typeof setTimeout> | undefined

  const connection: Connection = connect({
    url: socketUrl,
    token,
    onState: changeConnection,
    onEvents: (events) => store.gather(() => events.forEach(hear)),
    onBehind: catchUp,
  })
  const listing = createListing(rest, store)
  const markRead = createReader((threadId, seq) =>
    connection.tell('thread.read', { threadId, seq }),
  )
  const typing = watchTyping(me.id, (typing) => store.set({ typing }))
  const isOpen = () => store.get().connection.is === 'open'
  const timelineOf = (threadId: string) =>
    store.get().timelines.get(threadId) ?? emptyTimeline(threadId)
  const keep = (timeline: Timeline) =>
    store.set({ timelines: new Map(store.get().timelines).set(timeline.threadId, timeline) })
  const sync = createSync({ rest, connection, isOpen, read: timelineOf, write: keep })
  const loading = createLoading({ rest, read: timelineOf, write: keep })
  const presence = createPresence({
    rest,
    read: () => store.get().presences,
    write: (presences) => store.set({ presences }),
  })
  const uploads = createUploads({
    upload: rest.upload,
    isOpen,
    read: () => store.get().shares,
    write: (shares) => store.set({ shares }),
  })
  const keeping = createKeeping({
    storage,
    read: () => store.get().outbox,
    set: (outbox) => store.set({ outbox }),
    onGone: ({ files }) => files?.forEach(({ clientId }) => uploads.stop(clientId)),
  })
  const sender = createSender({
    connection,
    // What an earlier run left behind was written first, and is sent first.
    isOpen: () => isOpen() && restored,
    read: () => store.get().outbox,
    write: keeping.write,
    uploads,
    onHeld: (heldUntil) => store.set({ heldUntil }),
    onSent: (message) => {
      const { timelines } = store.get()
      const timeline = timelines.get(message.threadId)
      if (timeline !== undefined) keep(applyMessages(timeline, [message]))
    },
  })

  function changeConnection(next: ConnectionState) {
    store.set({ connection: next })
    if (next.is === 'open') {
      catchUp()
      uploads.goOn()
      sender.sendAll()
      presence.askAgain()
      if (away) connection.tell('presence.set', { status: 'away' })
    } else {
      typing.clear()
      forgetUnfounded()
    }
    if (next.is === 'waiting' && next.attempts >= suspicious) void endIfSignedOut()
  }

  async function endIfSignedOut() {
    const session = await rest.session().catch(() => undefined)
    if (session !== null) return
    connection.close()
    store.set({ connection: { is: 'stopped', code: 4501, reason: 'your session is over' } })
  }

  /** A timeline without a cursor must not outlive its socket. */
  function forgetUnfounded() {
    const founded = [...store.get().timelines].filter(([, timeline]) => timeline.cursor !== null)
    store.set({ timelines: new Map(founded) })
  }

  function catchUp() {
    readList()
    clearTimeout(lookAgain)
    lookAgain = setTimeout(readList, secondLook)
    for (const threadId of onScreen) syncQuietly(threadId)
  }

  // What fails here for want of a connection is done again when it is back.
  const readList = () => void listing.load().catch(() => undefined)
  const syncQuietly = (threadId: string) => void sync(threadId).catch(() => undefined)

  function hear(event: Event) {
    const { inbox, listed, timelines, outbox, presences } = store.get()
    typing.apply(event)
    const remaining = applyToOutbox(outbox, event, me.id)
    if (remaining !== outbox) keeping.write(remaining)
    store.set({ presences: applyToPresences(presences, event) })
    for (const listener of listeners) listener(event)
    const timeline = event.threadId === undefined ? undefined : timelines.get(event.threadId)
    if (timeline !== undefined) {
      const next = apply(timeline, event)
      keep(next)
      if (hasGap(next) && onScreen.has(next.threadId)) syncQuietly(next.threadId)
    }
    if (event.event === 'member.left' && event.data.userId === me.id && event.threadId)
      return store.set({ inbox: withoutThread(inbox, event.threadId) })
    store.set({ inbox: applyToInbox(inbox, event, me.id) })
    if (listed && event.threadId !== undefined && isUncertain(inbox, event, me.id))
      void listing.look(event.threadId)
  }

  void keeping.restore().then(() => {
    restored = true
    sender.sendAll()
  })

  return {
    me,
    state: store.get,
    subscribe: store.subscribe,
    /** Hears every event as it comes, before the state is changed by it. */
    listen(listener: (event: Event) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },

    /** Shows a thread and keeps it complete. Rejects with `not_found` where it is not mine. */
    open(threadId: string): Promise<void> {
      onScreen.add(threadId)
      if (!store.get().inbox.has(threadId)) void listing.look(threadId)
      return sync(threadId)
    },
    close: (threadId: string) => void onScreen.delete(threadId),

    ...loading,
    loadMoreThreads: listing.loadMore,

    /** Any operation of the table, by REST. What it changes here comes back as an event. */
    ask: rest.call,
    /** A file that `send` may then name among its `attachments`. */
    upload: rest.upload,
    /** Begins to upload a file, ahead of the `send` that it goes with; `stopUpload` gives it up. */
    startUpload: uploads.start,
    stopUpload: uploads.stop,

    async createThread(input: Omit<Input<'thread.create'>, 'clientId'>): Promise<string> {
      const thread = await rest.call('thread.create', { ...input, clientId: crypto.randomUUID() })
      listing.take([thread])
      return thread.id
    },

    /** Files go ahead of their message, over a loss of the connection or the end of the program. */
    send: sender.send,
    retry: sender.retry,
    discard: sender.discard,

    /** Keeps it known whether they are there, in `presences`. */
    watchPresence: presence.watch,
    /** Whether this device is in use. */
    setAway(next: boolean) {
      if (next === away) return
      away = next
      connection.tell('presence.set', { status: away ? 'away' : 'online' })
    },

    setTyping: (threadId: string, typing: boolean) =>
      connection.tell('typing.set', { threadId, typing }),

    /** I have seen all up to a message. An event comes back and moves the numbers. */
    markRead,

    /** The network changed, or the page woke up: prove the connection, or try again at once. */
    checkConnection: connection.check,

    /** Stops for good; `forget` also throws away what is unsent. */
    async stop({ forget = false } = {}): Promise<void> {
      clearTimeout(lookAgain)
      sender.stop()
      uploads.stopAll()
      typing.clear()
      connection.close()
      if (forget) await keeping.forget()
    },
  }
}
