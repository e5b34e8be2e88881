// Who is in a thread.
import { z } from 'zod'
import { ThreadId, UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import { PageCursor, PageSize, op, page, write } from '../operation.ts'
import * as threads from '../thread.ts'

const inThread = z.object({ threadId: ThreadId })

export const membersOperations = {
  'member.list': op(
    'thread',
    'Members of a thread, in the order of their ids',
    inThread.extend({ cursor: PageCursor, limit: PageSize }),
    page(threads.Member),
  ),
  'member.add': op(
    'thread',
    'Add people to a thread',
    inThread.extend({
      userId: UserId.optional(),
      userIds: z.array(UserId).min(1).max(limits.membersPerRequest).optional(),
      role: threads.Role.optional(),
    }),
    z.object({ items: z.array(threads.Member) }),
    write,
  ),
  'member.update': op(
    'thread',
    'Change somebody’s role',
    inThread.extend({ userId: UserId, role: threads.Role }),
    threads.Member,
    write,
  ),
  'member.remove': op(
    'thread',
    'Take somebody out of a thread',
    inThread.extend({ userId: UserId }),
    z.null(),
    write,
  ),
}
