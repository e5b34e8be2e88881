// A draft: a message before it is sent. Only its author sees it. With a time, it is sent then.
import { z } from 'zod'
import { errorCodes } from './errors.ts'
import { DraftId, MessageId, Time, isDraftId } from './ids.ts'
import { Message } from './message.ts'

/**
 * `scheduled` until its time; `sending` while an attempt is under way and it cannot be told yet how it
 * ended; `failed` when it could not be sent, until it gets another time or is sent by hand.
 */
export const DraftStatus = z.enum(['draft', 'scheduled', 'sending', 'failed'])
export type DraftStatus = z.infer<typeof DraftStatus>

const SendError = z.object({ code: z.enum(errorCodes), message: z.string() })

/** Like a message, but with no place in its thread yet. Its id is `d…`, a message's `m…`. */
export const Draft = Message.extend({
  id: DraftId,
  seq: z.null(),
  version: z.null(),
  content: z.string(),
  draft: z.literal(true),
  status: DraftStatus,
  sendAt: Time.nullable(),
  /** Why it was not sent. */
  error: SendError.nullable(),
  /** Seconds, from when it is sent. */
  expiresIn: z.number().int().optional(),
  updatedAt: Time,
})
export type Draft = z.infer<typeof Draft>

/** What became of a message at its time. */
export const Scheduled = Draft.pick({ id: true, threadId: true, sendAt: true, error: true }).extend(
  { status: z.enum(['sent', 'failed']), messageId: MessageId.nullable() },
)
export type Scheduled = z.infer<typeof Scheduled>

const sameForDrafts = new Map([
  ['message.get', 'draft.get'],
  ['message.edit', 'draft.edit'],
  ['message.delete', 'draft.delete'],
])

/**
 * Drafts are asked by the names and addresses of messages: what says `draft: true`, has a time to be
 * sent at or names a draft's id is about a draft, at every door.
 */
export function meant(operation: string, input: unknown): string {
  const { draft, sendAt, messageId } = (input ?? {}) as Record<string, unknown>
  if (operation === 'message.send') {
    if (draft === true) return 'draft.create'
    return sendAt === undefined ? operation : 'message.schedule'
  }
  if (typeof messageId !== 'string' || !isDraftId(messageId)) return operation
  return sameForDrafts.get(operation) ?? operation
}
