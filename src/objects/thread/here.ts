// Who of a thread is there at this moment, for a message that calls them: each one's own object knows.
import { mayCallEveryone } from '../../core/policy.ts'
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { reportFault } from '../fault.ts'
import { userStub } from '../stubs.ts'

/**
 * The others who are online. It is a call each, as many as telling them of a message; of a large
 * thread only those are asked who would be told. Nobody is asked for somebody who may not call.
 */
export async function membersHere(env: Env, log: ThreadLog, callerId: string): Promise<string[]> {
  const present = log.present()
  const caller = log.member(callerId)
  if (!caller || !mayCallEveryone(caller.role, present.length)) return []
  const large = present.length > limits.fanOutMembers
  const others = present
    .filter((row) => row.user_id !== callerId && (!large || row.subscribed === 1))
    .map((row) => row.user_id)
  const here = await Promise.all(others.map((userId) => isThere(env, userId)))
  return others.filter((_, index) => here[index])
}

/** Somebody who cannot be asked is not there. */
const isThere = (env: Env, userId: string): Promise<boolean> =>
  userStub(env, userId)
    .isThere()
    .catch((error: unknown) => {
      reportFault(error)
      return false
    })
