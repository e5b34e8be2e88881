// Reads the list of my threads, and single threads anew where events leave their numbers open.
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import type { Thread } from '../contract/thread.ts'
import { takeThreads, threadsOf, withoutThread } from './inbox.ts'
import type { Inbox } from './inbox.ts'
import type { Rest } from './rest.ts'
import type { Store } from './store.ts'

export type Listed = {
  readonly inbox: Inbox
  /** Whether the list was read; before, the inbox holds only what was opened. */
  readonly listed: boolean
  /** Where the rest of the list starts; null when all of it was read. */
  readonly moreThreads: string | null
}

export function createListing(rest: Rest, store: Store<Listed>) {
  const looking = new Set<string>()

  const take = (threads: Thread[]) => store.set({ inbox: takeThreads(store.get().inbox, threads) })

  /** Asks a thread itself, so that its numbers are exact. Several reasons at once are one question. */
  async function look(threadId: string): Promise<void> {
    if (looking.has(threadId)) return
    looking.add(threadId)
    await Promise.resolve()
    looking.delete(threadId)
    try {
      take([await rest.call('thread.get', { threadId })])
    } catch (error) {
      // Without a connection the list is read again when it is back.
      if (error instanceof ChatError && error.code === 'not_found')
        store.set({ inbox: withoutThread(store.get().inbox, threadId) })
    }
  }

  /** Reads a page of the list. A first page that is all of it also shows what is no longer mine. */
  async function load(cursor?: string): Promise<void> {
    const { items, nextCursor } = await rest.call('thread.list', { cursor, limit: limits.pageMost })
    const { listed, moreThreads, inbox } = store.get()
    const furthest = !listed || cursor !== undefined
    store.set({ listed: true, moreThreads: furthest ? nextCursor : moreThreads })
    take(items)
    if (cursor !== undefined || nextCursor !== null) return
    const mine = new Set(items.map((thread) => thread.id))
    for (const thread of threadsOf(inbox)) if (!mine.has(thread.id)) void look(thread.id)
  }

  return { take, look, load, loadMore: () => load(store.get().moreThreads ?? undefined) }
}
