// A draft: a message before it is sent. Only its author sees it.
import { z } from 'zod'
import { DraftId, Time, isDraftId } from './ids.ts'
import { Message } from './message.ts'

/** Like a message, but with no place in its thread yet. Its id is `d…`, a message's `m…`. */
export const Draft = Message.extend({
  id: DraftId,
  seq: z.null(),
  version: z.null(),
  content: z.string(),
  draft: z.literal(true),
  /** Seconds, from when it is sent. */
  expiresIn: z.number().int().optional(),
  updatedAt: Time,
})
export type Draft = z.infer<typeof Draft>

const sameForDrafts = new Map([
  ['message.get', 'draft.get'],
  ['message.edit', 'draft.edit'],
  ['message.delete', 'draft.delete'],
])

/**
 * Drafts are asked by the names and addresses of messages: what says `draft: true` or names a
 * draft's id is about a draft, at every door.
 */
export function meant(operation: string, input: unknown): string {
  const { draft, messageId } = (input ?? {}) as { draft?: unknown; messageId?: unknown }
  if (operation === 'message.send') return draft === true ? 'draft.create' : operation
  if (typeof messageId !== 'string' || !isDraftId(messageId)) return operation
  return sameForDrafts.get(operation) ?? operation
}
