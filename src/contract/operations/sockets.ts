// What only a socket asks.
import { z } from 'zod'
import { Cursor, ThreadId } from '../ids.ts'
import { limits } from '../limits.ts'
import { none, op } from '../operation.ts'
import * as threads from '../thread.ts'

export const socketsOperations = {
  sync: op(
    'user',
    'Everything that changed since my cursors, a page for each thread',
    z.object({
      cursors: z
        .record(ThreadId, Cursor.nullable())
        .refine((cursors) => Object.keys(cursors).length <= limits.syncThreads, {
          message: `must name at most ${limits.syncThreads} threads`,
        }),
    }),
    z.object({
      threads: z.record(
        ThreadId,
        z.union([threads.SyncPage, z.object({ error: z.object({ code: z.string() }) })]),
      ),
    }),
  ),
  ack: op('user', 'I am reading: send on', none, z.null()),
}
