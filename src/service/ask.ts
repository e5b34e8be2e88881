// One question to a thread, asked on somebody's behalf by the service.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import type { Env } from '../env.ts'
import { threadStub } from '../objects/stubs.ts'
import type { Forwarding, ThreadAnswer, ThreadAsk } from '../objects/thread/turn.ts'

/** What a thread answers; its refusal is thrown. */
export async function askThread(
  env: Env,
  actor: Actor,
  threadId: string,
  ask: ThreadAsk,
  forwarding?: Forwarding,
): Promise<ThreadAnswer> {
  const [outcome] = await threadStub(env, threadId).execute(actor, [ask], {
    door: 'rest',
    forwarding,
  })
  if (!outcome) throw new ChatError('unavailable', 'the thread did not answer: try again')
  if ('error' in outcome)
    throw new ChatError(outcome.error.code, outcome.error.message, outcome.error.details)
  return outcome
}
