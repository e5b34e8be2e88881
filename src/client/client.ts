// All that a page shows, kept up to date: the list, the open threads, what I wrote, who types.
import type { Event } from '../contract/events.ts'
import { limits } from '../contract/limits.ts'
import type { User } from '../contract/user.ts'
import { connect } from './connection.ts'
import type { Connection, ConnectionState } from './connection.ts'
import { applyToInbox, isUncertain, withoutThread } from './inbox.ts'
import { createListing } from './listing.ts'
import type { Listed } from './listing.ts'
import { applyToOutbox, createSender } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import { createReader } from './reading.ts'
import type { Rest } from './rest.ts'
import { createStore } from './store.ts'
import { createSync } from './sync.ts'
import { apply, applyEarlier, applyMessages, emptyTimeline, hasGap } from './timeline.ts'
import type { Timeline } from './timeline.ts'
import { watchTyping } from './typing.ts'
import type { Typing } from './typing.ts'

export type State = Listed & {
  readonly connection: ConnectionState
  readonly timelines: ReadonlyMap<string, Timeline>
  readonly typing: Typing
  readonly outbox: Outbox
}

export type ClientOptions = { rest: Rest; socketUrl: string; me: Pick<User, 'id'> }
export type Client = ReturnType<typeof createClient>

/** The read model may be this much behind the threads, so a list that was read is read once more. */
const secondLook = limits.projectionDelayMs * 2

/** After so many attempts in vain the cookie may be the reason: a browser does not tell a 401. */
const suspicious = 2

/** Starts a client of one signed-in person. It works until `stop`. */
export function createClient({ rest, socketUrl, me }: ClientOptions) {
  const store = createStore<State>({
    connection: { is: 'connecting' },
    inbox: new Map(),
    listed: false,
    moreThreads: null,
    timelines: new Map(),
    typing: new Map(),
    outbox: [],
  })
  const onScreen = new Set<string>()
  let lookAgain: ReturnType<typeof setTimeout> | undefined

  const connection: Connection = connect({
    url: socketUrl,
    onState: changeConnection,
    onEvents: (events) => {
      for (const event of events) hear(event)
    },
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
  const sender = createSender({
    connection,
    isOpen,
    read: () => store.get().outbox,
    write: (outbox) => store.set({ outbox }),
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
      sender.sendAll()
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
    const { inbox, listed, timelines, outbox } = store.get()
    typing.apply(event)
    store.set({ outbox: applyToOutbox(outbox, event, me.id) })
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

  return {
    me,
    state: store.get,
    subscribe: store.subscribe,

    /** Shows a thread and keeps it complete. Rejects with `not_found` where it is not mine. */
    open(threadId: string): Promise<void> {
      onScreen.add(threadId)
      if (!store.get().inbox.has(threadId)) void listing.look(threadId)
      return sync(threadId)
    },
    close: (threadId: string) => void onScreen.delete(threadId),

    async loadEarlier(threadId: string): Promise<void> {
      const before = timelineOf(threadId).fromSeq
      const { items } = await rest.call('message.list', { threadId, before })
      keep(applyEarlier(timelineOf(threadId), items))
    },

    /** Fetches one message, such as the one that a reply quotes. */
    async loadMessage(threadId: string, messageId: string): Promise<void> {
      const message = await rest.call('message.get', { messageId })
      keep(applyMessages(timelineOf(threadId), [message]))
    },

    loadMoreThreads: listing.loadMore,

    async createThread(participants: string[], title?: string): Promise<string> {
      const clientId = crypto.randomUUID()
      const thread = await rest.call('thread.create', { participants, title, clientId })
      listing.take([thread])
      return thread.id
    },

    send: sender.send,
    retry: sender.retry,
    discard: sender.discard,

    setTyping: (threadId: string, typing: boolean) =>
      connection.tell('typing.set', { threadId, typing }),

    /** I have seen all up to a message. An event comes back and moves the numbers. */
    markRead,

    /** The network changed, or the page woke up: prove the connection, or try again at once. */
    checkConnection: connection.check,

    stop() {
      clearTimeout(lookAgain)
      typing.clear()
      connection.close()
    },
  }
}
