// The one door. Every client of every kind ends here: the input is checked by the contract, and the
// operation is carried out by the object or store that owns it.
import type { z } from 'zod'
import { isAdmin, isModerator } from './contract/actor.ts'
import type { Actor, Door } from './contract/actor.ts'
import { meant } from './contract/draft.ts'
import { ChatError } from './contract/errors.ts'
import type { ErrorBody } from './contract/errors.ts'
import { messagePlace } from './contract/ids.ts'
import type { Operator, Row } from './contract/operation.ts'
import { operations } from './contract/operations.ts'
import type { Operation, OperationAt, Parsed } from './contract/operations.ts'
import type { Env } from './env.ts'
import { threadStub, userStub } from './objects/stubs.ts'
import type { ThreadAsk } from './objects/thread/turn.ts'
import type { UserAsk } from './objects/user/ask.ts'
import { serviceHandlers } from './service/handlers.ts'

/** One operation, checked: an object can carry it out as it stands. */
export type Ask = { [O in Operation]: { operation: O; input: Parsed<O> } }[Operation]

/**
 * What an operation came to; `repeated` says that it had been done before. `stranger`: it is refused
 * as not there, but it is: for dialects whose documents tell these apart. `/v1` does not.
 */
export type Outcome = { ok: unknown; repeated?: true } | { error: ErrorBody; stranger?: true }

/** Checks a name and an input against the operations table. Throws `not_found`, `invalid`, `forbidden`. */
export function checked(actor: Actor, asked: string, input: unknown): Ask {
  const name = meant(asked, input)
  if (!Object.hasOwn(operations, name))
    throw new ChatError('not_found', `there is no operation ${JSON.stringify(name.slice(0, 64))}`)
  const operation = name as Operation
  const row: Row<Operator, z.ZodObject, z.ZodType> = operations[operation]
  if (row.role === 'admin' && !isAdmin(actor))
    throw new ChatError('forbidden', 'only admins may do this')
  if (row.role === 'moderator' && !isModerator(actor))
    throw new ChatError('forbidden', 'only moderators and admins may do this')
  const result = row.input.safeParse(input ?? {})
  if (!result.success) {
    const details = result.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }))
    const [first] = details
    throw new ChatError('invalid', `${first?.path || 'input'}: ${first?.message}`, details)
  }
  // The schema that parsed the input is the operation's own.
  return { operation, input: result.data } as Ask
}

const at = (ask: Ask) => operations[ask.operation].at
export const isThreadAsk = (ask: Ask): ask is ThreadAsk => at(ask) === 'thread'
const isServiceAsk = (ask: Ask): ask is ServiceAsk => at(ask) === 'service'
export const isUserAsk = (ask: Ask): ask is UserAsk => at(ask) === 'user'

/** The thread that an operation names, by its id or by a message's. */
export function threadOf({ input }: ThreadAsk): string {
  const id = 'threadId' in input ? input.threadId : messagePlace(input.messageId)?.threadId
  if (id === undefined) throw new ChatError('not_found', 'there is no such message')
  return id
}

/**
 * Carries out one checked operation that came in by a door. Rejects with a `ChatError`. `session` is
 * the Socket.IO session that asks, and will hear what happens where it asked.
 */
export async function carryOut(
  env: Env,
  actor: Actor,
  ask: Ask,
  door: Door,
  session?: string,
): Promise<Outcome> {
  if (isThreadAsk(ask)) {
    const subscribe = session !== undefined
    const [outcome] = await threadStub(env, threadOf(ask)).execute(actor, [ask], {
      door,
      subscribe,
    })
    if (!outcome) throw new ChatError('unavailable', 'the thread did not answer: try again')
    return outcome
  }
  if (isUserAsk(ask)) return { ok: await userStub(env, actor.id).execute(actor, ask, session) }
  if (!isServiceAsk(ask))
    throw new ChatError('invalid', 'this is a stream of bytes: see its address in /api/docs')
  // The row of the table that the ask's own name selects takes the ask's own input.
  const handler = serviceHandlers[ask.operation] as Serve
  return handler(env, actor, ask.input)
}

type ServiceAsk = {
  [O in OperationAt<'service'>]: { operation: O; input: Parsed<O> }
}[OperationAt<'service'>]
type Serve = (env: Env, actor: Actor, input: unknown) => Promise<Outcome>
