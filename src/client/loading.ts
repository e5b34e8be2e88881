// Loads what of a thread is not there yet: what is before, after or around a place, or one message.
import { limits } from '../contract/limits.ts'
import type { Rest } from './rest.ts'
import { applyMessages, applyRange, stretchOf } from './timeline.ts'
import type { Timeline } from './timeline.ts'

/** `read` and `write` are the caller's own store, which live events change meanwhile. */
type LoadingOptions = {
  rest: Rest
  read(threadId: string): Timeline
  write(timeline: Timeline): void
}

const limit = limits.pageMost

export function createLoading({ rest, read, write }: LoadingOptions) {
  return {
    /** What is before the stretch that holds `seq`; by default before the one at the head. */
    async loadEarlier(threadId: string, seq?: number): Promise<void> {
      const { from } = stretchOf(read(threadId), seq)
      if (from <= 1) return
      const { items } = await rest.call('message.list', { threadId, before: from, limit })
      // A page that is not full starts at the beginning of the thread.
      const start = items.length < limit ? 1 : (items[0]?.seq ?? 1)
      write(applyRange(read(threadId), items, { from: start, to: from - 1 }))
    },

    /** What is after the stretch that holds `seq`. Nothing is after the one at the head. */
    async loadLater(threadId: string, seq: number): Promise<void> {
      const { to } = stretchOf(read(threadId), seq)
      const { headSeq } = read(threadId)
      if (to >= headSeq) return
      const { items } = await rest.call('message.list', { threadId, after: to, limit })
      const end = items.length < limit ? headSeq : (items.at(-1)?.seq ?? headSeq)
      write(applyRange(read(threadId), items, { from: to + 1, to: end }))
    },

    /** Makes a place known, with some messages on both sides of it. */
    async loadAround(threadId: string, seq: number): Promise<void> {
      const known = stretchOf(read(threadId), seq)
      if (known.from <= seq && seq <= known.to) return
      const { items } = await rest.call('message.list', { threadId, around: seq, limit })
      const seqs = [seq, ...items.map((message) => message.seq)]
      const range = { from: Math.min(...seqs), to: Math.max(...seqs) }
      write(applyRange(read(threadId), items, range))
    },

    /** Fetches one message, such as the one that a reply quotes. */
    async loadMessage(threadId: string, messageId: string): Promise<void> {
      const message = await rest.call('message.get', { messageId })
      write(applyMessages(read(threadId), [message]))
    },
  }
}
