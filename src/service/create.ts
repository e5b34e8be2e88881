// Opening a thread: its id, who is in it, what is known of them.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { derivedThreadId, directThreadId, newThreadId } from '../contract/ids.ts'
import type { Parsed } from '../contract/operations.ts'
import type { Role } from '../contract/thread.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { threadStub, userStub } from '../objects/stubs.ts'
import { findNames } from '../store/model/people.ts'
import type { Served } from './handlers.ts'

export async function createThread(
  env: Env,
  actor: Actor,
  input: Parsed<'thread.create'>,
): Promise<Served<'thread.create'>> {
  const others = [...new Set(input.participants)].filter((userId) => userId !== actor.id)
  const plain = input.title === undefined && input.subject === undefined
  const type = input.type ?? (others.length === 1 && plain ? 'direct' : 'group')
  const jurisdiction = input.jurisdiction ?? null
  const [other] = others
  if (type === 'direct' && (others.length !== 1 || other === undefined))
    throw new ChatError('invalid', 'participants: a direct thread is with exactly one other person')

  const roleOf = (userId: string): Role =>
    type !== 'direct' && userId === actor.id ? 'owner' : 'member'
  const members = [actor.id, ...others]
  const [id, names, blocks] = await Promise.all([
    type === 'direct' && other !== undefined
      ? directThreadId(actor.id, other, jurisdiction)
      : input.clientId === undefined
        ? newThreadId(jurisdiction)
        : derivedThreadId('key', [actor.id, input.clientId], jurisdiction),
    namesOf(env, others),
    type === 'direct' && other !== undefined ? blocksBetween(env, actor.id, other) : [],
  ])
  const outcome = await threadStub(env, id).create(actor, {
    id,
    type,
    title: input.title ?? null,
    metadata: input.metadata ?? null,
    subject: input.subject ?? null,
    createdAt: Date.now(),
    members: members.map((userId) => ({
      userId,
      role: roleOf(userId),
      name: userId === actor.id ? actor.name : (names.get(userId)?.name ?? null),
      avatarUrl: userId === actor.id ? actor.avatarUrl : (names.get(userId)?.avatarUrl ?? null),
    })),
    blocks,
  })
  if ('error' in outcome) throw new ChatError(outcome.error.code, outcome.error.message)
  return outcome as Served<'thread.create'>
}

/** Names make a nicer answer, but a thread opens without them: the thread asks again by itself. */
async function namesOf(env: Env, userIds: string[]) {
  try {
    return await findNames(env.DB, userIds)
  } catch (error) {
    reportFault(error)
    return new Map<string, { name: string; avatarUrl: string | null }>()
  }
}

async function blocksBetween(env: Env, userId: string, otherId: string) {
  const { blocks, blockedBy } = await userStub(env, userId).between(otherId)
  return [
    ...(blocks === null ? [] : [{ userId, blockedId: otherId, since: blocks }]),
    ...(blockedBy === null ? [] : [{ userId: otherId, blockedId: userId, since: blockedBy }]),
  ]
}
