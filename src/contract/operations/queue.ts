// The offline queue: messages to be sent as soon as that is possible.
import { z } from 'zod'
import { ClientId, ThreadId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Format } from '../message.ts'
import { none, op, page, write } from '../operation.ts'
import { QueueItem, QueueItemId } from '../queue.ts'
import { Attachments, nothingSaid, saysSomething } from './messages.ts'

const ofItem = z.object({ queueItemId: QueueItemId })

export const queueOperations = {
  'queue.add': op(
    'user',
    'Send at once, else again after 2, 4, 8, 16 and 30 s; the same clientId is queued once',
    z
      .object({
        threadId: ThreadId,
        clientId: ClientId.optional(),
        content: z.string().max(limits.content).default(''),
        format: Format.default('plain'),
        attachments: Attachments.optional(),
      })
      .refine(saysSomething, nothingSaid),
    QueueItem,
    write,
  ),
  'queue.list': op(
    'user',
    'My queue, oldest first; what was sent stays for a day',
    none,
    page(QueueItem),
  ),
  'queue.retry': op('user', 'Try again now, with all attempts ahead', ofItem, QueueItem, write),
  'queue.remove': op('user', 'Do not send this', ofItem, z.null(), write),
}
