// Keeps a timeline complete: opens it at the newest messages, and brings what was missed.
import { ChatError } from '../contract/errors.ts'
import type { ErrorCode } from '../contract/errors.ts'
import type { SyncPage } from '../contract/thread.ts'
import type { Connection } from './connection.ts'
import type { Rest } from './rest.ts'
import { applyLatest, applyPage, emptyTimeline } from './timeline.ts'
import type { Timeline } from './timeline.ts'

/** `read` and `write` are the caller's own store, which live events change meanwhile. */
export type SyncOptions = {
  rest: Rest
  connection: Connection
  isOpen(): boolean
  read(threadId: string): Timeline
  write(timeline: Timeline): void
}

/**
 * `sync(threadId)` resolves when the thread is as it was on the server after the call began. Calls
 * for one thread never overlap, since pages must be applied in order.
 */
export function createSync({ rest, connection, isOpen, read, write }: SyncOptions) {
  const running = new Map<string, { done: Promise<void>; again: Promise<void> | null }>()

  async function start(threadId: string): Promise<void> {
    const page = await rest.call('thread.sync', { threadId, from: 'latest' })
    write(applyLatest(read(threadId), page))
  }

  async function next(threadId: string, cursor: string): Promise<SyncPage> {
    const { threads } = await connection.request('sync', { cursors: { [threadId]: cursor } })
    const page = threads[threadId]
    if (page === undefined) throw new ChatError('internal', 'A sync without an answer')
    // The code is one of the errors table, though a union of answers cannot say so.
    if ('error' in page)
      throw new ChatError(page.error.code as ErrorCode, 'There is no such thread')
    return page
  }

  async function run(threadId: string): Promise<void> {
    if (read(threadId).cursor === null) await start(threadId)
    // The socket brings what comes from now on; what came between is asked for on the same socket.
    for (let more = isOpen(); more;) {
      const { cursor } = read(threadId)
      if (cursor === null) return run(threadId)
      const page = await next(threadId, cursor)
      // The whole of a restored thread may be long: it is opened anew, at its newest messages.
      write(page.reset ? emptyTimeline(threadId) : applyPage(read(threadId), page))
      more = page.more || page.reset === true
    }
  }

  return function sync(threadId: string): Promise<void> {
    const current = running.get(threadId)
    if (current !== undefined) return (current.again ??= current.done.then(redo, redo))
    const done = run(threadId).finally(() => running.delete(threadId))
    running.set(threadId, { done, again: null })
    return done

    function redo() {
      return sync(threadId)
    }
  }
}
