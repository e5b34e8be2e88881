// What travels on a native socket. Up: one ask or an array of them. Down: always an array.
import { z } from 'zod'
import { errorCodes } from './errors.ts'
import type { ErrorBody } from './errors.ts'
import type { Event } from './events.ts'
import { limits } from './limits.ts'

/** `id` is the client's own, and comes back in the answer; without one there is no answer. */
export const Ask = z.object({
  id: z.union([z.string().max(64), z.number()]).optional(),
  op: z.string().max(64),
  input: z.unknown().optional(),
})
export type Ask = z.infer<typeof Ask>

type AskId = string | number | null

/**
 * One operation of a frame, or the id under which its refusal is answered. Checked by hand, as
 * `Ask` says it: this runs for every message, and a schema costs ten times as much.
 */
export function askOf(item: unknown): Ask | { id: AskId } {
  if (typeof item !== 'object' || item === null) return { id: null }
  const { id, op, input } = item as Record<string, unknown>
  const named = typeof id === 'number' || (typeof id === 'string' && id.length <= 64)
  if (!named && id !== undefined) return { id: null }
  if (typeof op !== 'string' || op.length > 64) return { id: named ? id : null }
  return { id: named ? id : undefined, op, input }
}

export const UpFrame = z.union([Ask, z.array(Ask).min(1).max(limits.frameOperations)])

export const AnswerError = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  details: z.unknown().optional(),
})

export type Answer = { id: AskId; ok: unknown } | { id: AskId; error: ErrorBody }

/** Said once to a socket that was sent too much without a sign of life: call `sync`, then go on. */
export type Behind = { event: 'behind' }
export type DownFrame = (Answer | Event | Behind)[]
