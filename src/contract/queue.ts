// The offline queue: messages that a client handed over to be sent, however often that must be tried.
import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { ClientId, MessageId, ThreadId, Time } from './ids.ts'
import { Format } from './message.ts'

/** Opaque to clients. */
export const QueueItemId = z.string().min(1).max(64)

/** `sending` while an attempt is under way; `sent` items stay for a day, and cannot be taken back. */
export const QueueStatus = z.enum(['pending', 'sending', 'failed', 'sent'])
export type QueueStatus = z.infer<typeof QueueStatus>

/** `retryCount` counts what came after the first attempt; `messageId` is known once it is sent. */
export const QueueItem = z.object({
  id: QueueItemId,
  threadId: ThreadId,
  clientId: ClientId,
  content: z.string(),
  format: Format,
  attachments: z.array(z.string()),
  status: QueueStatus,
  retryCount: z.number().int(),
  nextRetry: Time.nullable(),
  lastAttempt: Time.nullable(),
  error: z.object({ code: z.enum(errorCodes), message: z.string() }).nullable(),
  messageId: MessageId.nullable(),
  createdAt: Time,
})
export type QueueItem = z.infer<typeof QueueItem>
