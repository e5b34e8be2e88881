// Threads, and my own state of them.
import { z } from 'zod'
import { ClientId, Cursor, Jurisdiction, Seq, ThreadId, UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import * as messages from '../message.ts'
import { Flag, PageCursor, PageSize, none, op, page, write } from '../operation.ts'
import * as threads from '../thread.ts'

const inThread = z.object({ threadId: ThreadId })

export const threadsOperations = {
  /**
   * `once`: there is one thread of this type for its subject, and who asks again is answered by it.
   * Whoever is no member of it is refused, but for a support thread: its first customer is let in,
   * and every admin, who is an admin there. Nobody owns such a thread.
   */
  'thread.create': op(
    'service',
    'Open a thread; of two people it is direct and exists once, and `once` makes it one per subject',
    z.object({
      type: threads.ThreadType.optional(),
      title: threads.Title.optional(),
      participants: z.array(UserId).max(limits.membersPerRequest).default([]),
      metadata: messages.Metadata.optional(),
      subject: threads.Subject.optional(),
      once: z.boolean().optional(),
      jurisdiction: Jurisdiction.optional(),
      clientId: ClientId.optional(),
    }),
    threads.Thread,
    write,
  ),
  'thread.list': op(
    'service',
    'My threads, pinned first, then by last activity',
    z.object({
      /** Closed ones stand among the active and the archived; `open` is active and not closed. */
      status: z.enum(['active', 'archived', 'open', 'closed']).default('active'),
      cursor: PageCursor,
      limit: PageSize,
      total: Flag,
    }),
    page(threads.Thread).extend({
      /** How many there are in all, when it was asked. */
      total: z.number().int().optional(),
    }),
  ),
  'thread.find': op(
    'service',
    'My threads about a subject of the application, the last active first',
    z.object({
      subjectId: threads.Subject.shape.id,
      subjectType: threads.Subject.shape.type.optional(),
      type: threads.ThreadType.optional(),
    }),
    page(threads.Thread),
  ),
  'direct.find': op(
    'service',
    'The thread of somebody and me, by the id that it has or will have: opening it is thread.create',
    z.object({ userId: UserId }),
    z.object({ threadId: ThreadId }),
  ),
  'thread.get': op('thread', 'One thread', inThread, threads.Thread),
  'thread.facts': op('thread', 'What never changes of a thread', inThread, threads.ThreadFacts),
  'thread.update': op(
    'thread',
    'Rename, describe or close a thread',
    inThread.extend({
      title: threads.Title.nullable().optional(),
      metadata: messages.Metadata.nullable().optional(),
      status: z.enum(['active', 'closed']).optional(),
    }),
    threads.Thread,
    write,
  ),
  'thread.leave': op(
    'thread',
    'Leave a thread; a direct one is hidden from me until its next message',
    inThread,
    z.null(),
    write,
  ),
  'thread.hide': op(
    'thread',
    'Put out of my sight, with all that was said in it, until its next message',
    inThread,
    z.null(),
    write,
  ),
  'thread.archive': op(
    'thread',
    'Archive for me, until its next message',
    inThread,
    threads.Thread,
    write,
  ),
  'thread.unarchive': op('thread', 'Take back from my archive', inThread, threads.Thread, write),
  'thread.pin': op('thread', 'Pin to the top of my list', inThread, threads.Thread, write),
  'thread.unpin': op('thread', 'Unpin', inThread, threads.Thread, write),
  'thread.mute': op(
    'thread',
    'No notifications for a while',
    inThread.extend({ duration: threads.MuteDuration }),
    threads.Thread,
    write,
  ),
  'thread.unmute': op('thread', 'Notifications again', inThread, threads.Thread, write),
  'thread.read': op(
    'thread',
    'I have read up to a message (default: all); never moves back',
    inThread.extend({ seq: Seq.optional() }),
    threads.ReadState,
    write,
  ),
  'thread.delivered': op(
    'thread',
    'My device has got what was said up to a message (default: all); where a socket got it, that is known',
    inThread.extend({ seq: Seq.optional() }),
    z.object({ deliveredSeq: Seq }),
    write,
  ),
  'thread.unread': op(
    'thread',
    'Unread again, from a message on (default: the last one)',
    inThread.extend({ seq: Seq.min(1).optional() }),
    threads.ReadState,
    write,
  ),
  'thread.sync': op(
    'thread',
    'Everything that changed since a cursor; `from=latest` starts with the newest messages',
    inThread.extend({ cursor: Cursor.optional(), from: z.literal('latest').optional() }),
    threads.SyncPage,
  ),
  'typing.set': op(
    'thread',
    'I am typing, or not',
    inThread.extend({ typing: z.boolean() }),
    z.null(),
  ),
  'viewing.set': op(
    'thread',
    'I have this thread on my screen, or no longer; told to who is there, and kept nowhere',
    inThread.extend({ viewing: z.boolean() }),
    z.null(),
  ),
  'unread.get': op(
    'service',
    'What I have not read; archived and muted threads count in items, not in total (but for mentions in muted ones, where I want it)',
    none,
    z.object({
      total: z.number().int(),
      mentions: z.number().int(),
      items: z.array(
        z.object({ threadId: ThreadId, unread: z.number().int(), mentions: z.number().int() }),
      ),
    }),
  ),
}
