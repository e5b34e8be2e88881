// What a dialect's tables ask for is carried out here, for both of their interpreters.
import type { z } from 'zod'
import type { Actor } from './contract/actor.ts'
import { ChatError, errorBody, isChatError } from './contract/errors.ts'
import type { Operation } from './contract/operations.ts'
import type { Plan } from './dialects/dialect.ts'
import { withOrigin } from './dialects/origin.ts'
import { checked } from './dispatch.ts'
import type { Ask, Outcome } from './dispatch.ts'
import { reportFault } from './objects/fault.ts'

/** How an interpreter asks: by its own door, and with what it owes to whoever asked. */
export type Carry = (ask: Ask) => Promise<Outcome>

/**
 * Carries a plan out, step by step. Rejects with the refusal that no step had an answer to. `origin`:
 * where whoever asks connected to, and finds the files that they are told of.
 */
export async function follow<T>(
  actor: Actor,
  start: Plan<T>,
  carry: Carry,
  origin: string,
): Promise<{ end: T; repeated: boolean }> {
  let plan = start
  let repeated = false
  while ('operation' in plan) {
    // Each step builds on the answer of the one before.
    // oxlint-disable-next-line no-await-in-loop
    const outcome = await takeStep(actor, plan.operation, plan.input, carry)
    if ('ok' in outcome) {
      repeated ||= outcome.repeated === true
      plan = plan.next(withOrigin(outcome.ok, origin))
    } else if (plan.otherwise) plan = plan.otherwise(outcome.error)
    else throw new ChatError(outcome.error.code, outcome.error.message, outcome.error.details)
  }
  return { end: plan.end, repeated }
}

async function takeStep(
  actor: Actor,
  operation: Operation,
  input: unknown,
  carry: Carry,
): Promise<Outcome> {
  try {
    return await carry(checked(actor, operation, input))
  } catch (error) {
    if (!isChatError(error)) reportFault(error)
    return { error: errorBody(error) }
  }
}

/** Fields are named as the document names them, so that its reader knows what to change. */
export function valid(schema: z.ZodObject, given: object): Record<string, unknown> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const details = result.error.issues.map((issue) => ({
    path: issue.path.join('.'),
    message:
      issue.path.length === 1 && !((issue.path[0] ?? '') in given) ? 'is missing' : issue.message,
  }))
  const [first] = details
  throw new ChatError('invalid', `${first?.path}: ${first?.message}`, details)
}
