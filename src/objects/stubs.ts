// How to find an object: a thread by its id (in its jurisdiction), a user by theirs.
import { ChatError } from '../contract/errors.ts'
import { isThreadId, jurisdictionOf } from '../contract/ids.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import type { Connection } from '../socketio/connection.ts'
import type { Moderation } from './moderation.ts'
import type { Thread } from './thread.ts'
import type { User } from './user.ts'

/** An object's methods as its callers see them: the platform's own types cannot say "any JSON". */
type Remote<T, K extends keyof T> = {
  [M in K]: T[M] extends (...input: infer A) => infer R
    ? (...input: A) => Promise<Awaited<R>>
    : never
}
export type ThreadStub = Remote<
  Thread,
  | 'create'
  | 'execute'
  | 'settle'
  | 'wake'
  | 'attended'
  | 'callees'
  | 'callsOf'
  | 'setBlock'
  | 'rename'
  | 'shownTo'
  | 'recall'
  | 'holds'
  | 'shows'
  | 'contexts'
  | 'moderate'
  | 'enforce'
  | 'open'
  | 'tellAll'
  | 'tell'
  | 'import'
  | 'rebuild'
  | 'fetch'
>
export type UserStub = Remote<
  User,
  | 'admit'
  | 'standing'
  | 'setBan'
  | 'open'
  | 'tellAll'
  | 'warn'
  | 'execute'
  | 'settle'
  | 'deliver'
  | 'attend'
  | 'notify'
  | 'takeMessages'
  | 'pin'
  | 'servicePackage'
  | 'presenceFor'
  | 'isThere'
  | 'preferences'
  | 'hearPresence'
  | 'watchPresence'
  | 'setBlockedBy'
  | 'between'
  | 'keepDraft'
  | 'draftToSend'
  | 'draftSent'
  | 'leftThread'
  | 'enroll'
  | 'dismiss'
  | 'park'
  | 'look'
  | 'remind'
  | 'fileRoom'
  | 'expectFile'
  | 'keepFile'
  | 'discardAttachment'
  | 'eraseFile'
  | 'findAttachment'
  | 'attachFiles'
  | 'settleAttachment'
  | 'beginUpload'
  | 'uploadState'
  | 'partCame'
  | 'clearUpload'
  | 'called'
  | 'forgetDevice'
  | 'subscription'
  | 'pushMessage'
  | 'letter'
  | 'unsubscribe'
  | 'rebuild'
  | 'fetch'
>

/** Throws `not_found` for what is no thread id: asking would create an object under that name. */
export function threadStub(env: Env, threadId: string): ThreadStub {
  if (!isThreadId(threadId)) throw new ChatError('not_found', 'there is no such thread')
  const jurisdiction = jurisdictionOf(threadId)
  // One machine has no jurisdictions, and workerd throws where they are named: all of it stays there.
  const anywhere = jurisdiction === null || settingsOf(env).local
  const namespace = anywhere ? env.THREAD : env.THREAD.jurisdiction(jurisdiction)
  return namespace.getByName(threadId) as unknown as ThreadStub
}

export const userStub = (env: Env, userId: string) =>
  env.USER.getByName(userId) as unknown as UserStub

/** A Socket.IO session; its id is one that the platform gave out. */
export const sessionStub = (env: Env, id: string) =>
  env.CONNECTION.get(env.CONNECTION.idFromString(id)) as unknown as Remote<
    Connection,
    'told' | 'enforce' | 'handOver' | 'hangUp'
  >

export type ModerationStub = Remote<
  Moderation,
  'report' | 'find' | 'reports' | 'review' | 'append' | 'audit'
>

export const moderationStub = (env: Env) =>
  env.MODERATION.getByName('moderation') as unknown as ModerationStub

/** Existing threads and users are registered in shards, so that the read model can be rebuilt. */
export const DIRECTORY_SHARDS = 16

export const directoryShard = (env: Env, shard: number) =>
  env.DIRECTORY.getByName(`directory-${shard}`)

export const directoryShards = (env: Env) =>
  Array.from({ length: DIRECTORY_SHARDS }, (_, shard) => directoryShard(env, shard))

export function directoryStub(env: Env, key: string) {
  let sum = 0
  for (const character of key) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % DIRECTORY_SHARDS
  return directoryShard(env, sum)
}
