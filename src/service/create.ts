// Opening a thread: its id, who is in it, what is known of them.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { derivedThreadId, directThreadId, newThreadId } from '../contract/ids.ts'
import type { Jurisdiction } from '../contract/ids.ts'
import type { Parsed } from '../contract/operations.ts'
import type { Role, ThreadType } from '../contract/thread.ts'
import { deskRole } from '../core/policy.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { threadStub, userStub } from '../objects/stubs.ts'
import { claimed, nobodyKnown } from '../store/log/rows.ts'
import type { Person } from '../store/log/rows.ts'
import { findPeople } from '../store/model/people.ts'
import type { Served } from './handlers.ts'

export async function createThread(
  env: Env,
  actor: Actor,
  input: Parsed<'thread.create'>,
): Promise<Served<'thread.create'>> {
  const others = [...new Set(input.participants)].filter((userId) => userId !== actor.id)
  const plain = input.title === undefined && input.subject === undefined
  const type = input.type ?? (others.length === 1 && plain ? 'direct' : 'group')
  const [other] = others
  if (type === 'direct' && (others.length !== 1 || other === undefined))
    throw new ChatError('invalid', 'participants: a direct thread is with exactly one other person')

  const { once = false, subject = null } = input
  if (once && (subject === null || type === 'direct'))
    throw new ChatError('invalid', 'once: goes with a subject, and not with a direct thread')

  const roleOf = (userId: string): Role => {
    if (type === 'direct' || userId !== actor.id) return 'member'
    return once && type === 'support' ? (deskRole(actor, []) ?? 'member') : 'owner'
  }
  const members = [actor.id, ...others]
  const [id, people, blocks] = await Promise.all([
    idOf(actor, type, input, other),
    peopleOf(env, others),
    type === 'direct' && other !== undefined ? blocksBetween(env, actor.id, other) : [],
  ])
  const outcome = await threadStub(env, id).create(actor, {
    id,
    type,
    title: input.title ?? null,
    metadata: input.metadata ?? null,
    subject,
    once,
    createdAt: Date.now(),
    members: members.map((userId) => ({
      userId,
      role: roleOf(userId),
      person: userId === actor.id ? claimed(actor) : (people.get(userId) ?? nobodyKnown),
    })),
    blocks,
  })
  if ('error' in outcome) throw new ChatError(outcome.error.code, outcome.error.message)
  return outcome as Served<'thread.create'>
}

/** Derived from what there is one thread of, else random. */
async function idOf(
  actor: Actor,
  type: ThreadType,
  {
    jurisdiction = null,
    once,
    subject,
    clientId,
  }: Pick<Parsed<'thread.create'>, 'once' | 'subject' | 'clientId'> & {
    jurisdiction?: Jurisdiction | null
  },
  other: string | undefined,
): Promise<string> {
  if (type === 'direct' && other !== undefined) return directThreadId(actor.id, other, jurisdiction)
  if (once && subject)
    return derivedThreadId('subject', [type, subject.type, subject.id], jurisdiction)
  if (clientId !== undefined) return derivedThreadId('key', [actor.id, clientId], jurisdiction)
  return newThreadId(jurisdiction)
}

/** Names make a nicer answer, but a thread opens without them: the thread asks again by itself. */
async function peopleOf(env: Env, userIds: string[]): Promise<ReadonlyMap<string, Person>> {
  try {
    return await findPeople(env.DB, userIds)
  } catch (error) {
    reportFault(error)
    return new Map()
  }
}

async function blocksBetween(env: Env, userId: string, otherId: string) {
  const { blocks, blockedBy } = await userStub(env, userId).between(otherId)
  return [
    ...(blocks === null ? [] : [{ userId, blockedId: otherId, since: blocks }]),
    ...(blockedBy === null ? [] : [{ userId: otherId, blockedId: userId, since: blockedBy }]),
  ]
}
