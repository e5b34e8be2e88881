// How to find an object: a thread by its id (in its jurisdiction), a user by theirs.
import { ChatError } from '../contract/errors.ts'
import { isThreadId, jurisdictionOf } from '../contract/ids.ts'
import type { Env } from '../env.ts'

/** Throws `not_found` for what is no thread id: asking would create an object under that name. */
export function threadStub(env: Env, threadId: string) {
  if (!isThreadId(threadId)) throw new ChatError('not_found', 'there is no such thread')
  const jurisdiction = jurisdictionOf(threadId)
  const namespace = jurisdiction === null ? env.THREAD : env.THREAD.jurisdiction(jurisdiction)
  return namespace.getByName(threadId)
}

export const userStub = (env: Env, userId: string) => env.USER.getByName(userId)

/** Existing threads and users are registered in shards, so that the read model can be rebuilt. */
export const DIRECTORY_SHARDS = 16

export function directoryStub(env: Env, key: string) {
  let sum = 0
  for (const character of key) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % DIRECTORY_SHARDS
  return env.DIRECTORY.getByName(`directory-${sum}`)
}
