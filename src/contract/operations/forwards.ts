// Forwarding: one message to many people and threads.
import { z } from 'zod'
import { AnswerError } from '../frames.ts'
import { ClientId, MessageId, ThreadId, UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Message } from '../message.ts'
import { op, write } from '../operation.ts'

/** Whom or which thread a result is about, as it was named. */
const Target = z.object({ recipientId: UserId.optional(), threadId: ThreadId.optional() })

export const forwardsOperations = {
  'message.forward': op(
    'service',
    `Forward to people and threads, ${limits.forwardTargets} at most; each has a result of its own`,
    z.object({
      messageId: MessageId,
      recipientIds: z.array(UserId).max(limits.forwardTargets).default([]),
      threadIds: z.array(ThreadId).max(limits.forwardTargets).default([]),
      note: z.string().max(limits.content).optional(),
      clientId: ClientId.optional(),
    }),
    z.object({
      items: z.array(
        z.union([
          Target.extend({ message: Message, note: Message.nullable() }),
          Target.extend({ error: AnswerError }),
        ]),
      ),
    }),
    write,
  ),
}
