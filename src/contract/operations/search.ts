// Full-text search across my threads.
import { z } from 'zod'
import { ThreadId, UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Message } from '../message.ts'
import { Flag, PageCursor, op } from '../operation.ts'
import { ThreadType } from '../thread.ts'

/** A year, month or day (`2026-01-31`), or a full time. UTC unless it says otherwise. */
const DayOrTime = z.string().min(4).max(40).optional()

const Hit = z.object({
  message: Message,
  thread: z.object({ id: ThreadId, type: ThreadType, title: z.string().nullable() }),
  /** Plain text around the first word that was found. */
  snippet: z.string(),
  /** bm25; 0 where words are so common that the newest come first. */
  score: z.number(),
})

export const searchOperations = {
  /**
   * The best come first by bm25, the newer one of equals. Words that more than 5,000 of my messages
   * hold, and a `q` of operators alone, rank nothing: there the newest come first. `cursor` goes on
   * from the last hit, whatever was written meanwhile; `offset` and `total` are for page numbers.
   * `since` and `until` are inclusive.
   */
  'message.search': op(
    'service',
    'Search my threads: words, "a phrase", -word, word*, from: in: before: after: on: has: is:',
    z.object({
      q: z.string().trim().min(1).max(limits.searchText),
      threadId: ThreadId.optional(),
      senderId: UserId.optional(),
      since: DayOrTime,
      until: DayOrTime,
      state: z.enum(['read', 'unread']).optional(),
      hasAttachments: Flag,
      cursor: PageCursor,
      offset: z.number().int().min(0).max(limits.searchOffset).optional(),
      total: Flag,
      limit: z.number().int().min(1).max(limits.searchPageMost).default(limits.searchPage),
    }),
    z.object({
      items: z.array(Hit),
      nextCursor: z.string().nullable(),
      /** How many there are in all, when it was asked. */
      total: z.number().int().optional(),
    }),
  ),
}
