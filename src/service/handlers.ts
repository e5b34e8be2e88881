// Operations that belong to no single object: they ask the read model, or several objects.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { derivedThreadId, directThreadId, newThreadId } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import type { OperationAt, Output, Parsed } from '../contract/operations.ts'
import type { Role } from '../contract/thread.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { DIRECTORY_SHARDS, threadStub, userStub } from '../objects/stubs.ts'
import { findNames, findProfile } from '../store/model/people.ts'
import { contactsAmong, listThreads, unreadThreads } from '../store/model/threads.ts'
import type { Place } from '../store/model/threads.ts'
import { tally } from '../store/tally.ts'
import { listSent } from './sent.ts'
import { search } from './search.ts'
import { createDraft, sendDraft } from './drafts.ts'
import { previewOf } from './preview/preview.ts'
import { administrationHandlers } from './administration.ts'
import { moderationHandlers } from './moderation.ts'

export type Served<O extends OperationAt<'service'>> = { ok: Output<O>; repeated?: true }
export type Handlers = {
  [O in OperationAt<'service'>]: (env: Env, actor: Actor, input: Parsed<O>) => Promise<Served<O>>
}

export const serviceHandlers: Handlers = {
  'user.get': async (env, _actor, { userId }) => {
    const profile = await findProfile(env.DB, userId)
    if (!profile) throw new ChatError('not_found', 'there is no such user')
    return { ok: profile }
  },

  'presence.get': async (env, actor, { userIds }) => {
    const wanted = [...new Set(userIds)]
    const contacts = await contactsAmong(env.DB, actor.id, wanted)
    const items = wanted.map((userId) =>
      userId === actor.id || contacts.has(userId)
        ? userStub(env, userId).presenceFor(actor.id)
        : { userId, status: 'offline' as const, lastSeen: null },
    )
    return { ok: { items: await Promise.all(items) } }
  },

  'thread.create': createThread,
  'message.sent': listSent,
  'draft.create': createDraft,
  'draft.send': sendDraft,

  'thread.list': async (env, actor, { status, cursor, limit }) => {
    const shelves = status === 'archived' ? [2] : [0, 1]
    const after = cursor === undefined ? null : placeOf(cursor)
    const page = await listThreads(env.DB, actor.id, shelves, after, limit, Date.now())
    const { next } = page
    const nextCursor = next && `${next.shelf}.${next.rank}.${next.threadId}`
    return { ok: { items: page.items, nextCursor } }
  },

  'unread.get': async (env, actor) => {
    const items = await unreadThreads(env.DB, actor.id, Date.now())
    const loud = items.filter(({ quiet }) => !quiet)
    return {
      ok: {
        total: sum(loud.map(({ unread }) => unread)),
        mentions: sum(loud.map(({ mentions }) => mentions)),
        items: items.map(({ threadId, unread, mentions }) => ({ threadId, unread, mentions })),
      },
    }
  },

  'preview.get': async (env, _actor, { url }) => ({ ok: await previewOf(env, url) }),
  ...moderationHandlers,
  ...administrationHandlers,

  'message.search': search,

  'admin.rebuild': rebuild,

  'admin.rows': async () => ({ ok: { object: tally.object, d1: tally.d1 } }),
}

const sum = (counts: number[]) => counts.reduce((total, count) => total + count, 0)

async function createThread(
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

function placeOf(cursor: string): Place {
  const [shelf, rank, threadId, ...rest] = cursor.split('.')
  const place = { shelf: Number(shelf), rank: Number(rank), threadId: threadId ?? '' }
  if (
    !Number.isInteger(place.shelf) ||
    !Number.isInteger(place.rank) ||
    !threadId ||
    rest.length > 0
  )
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return place
}

/** A page of one shard of the directory: first its users, whose names and blocks threads show. */
async function rebuild(
  env: Env,
  _actor: Actor,
  { cursor }: Parsed<'admin.rebuild'>,
): Promise<Served<'admin.rebuild'>> {
  const [phase = 'user', shardText = '0', after = ''] = cursor?.split(':') ?? []
  const shard = Number(shardText)
  if ((phase !== 'user' && phase !== 'thread') || !(shard >= 0 && shard < DIRECTORY_SHARDS))
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a rebuild answered')
  const directory = env.DIRECTORY.getByName(`directory-${shard}`)
  const ids = await directory.list(phase, decodeURIComponent(after), limits.rebuildPage)
  let messages = 0
  for (const id of ids) {
    // One at a time: D1 writes one at a time, too.
    // oxlint-disable-next-line no-await-in-loop
    if (phase === 'thread') messages += await threadStub(env, id).rebuild()
    // oxlint-disable-next-line no-await-in-loop
    else await userStub(env, id).rebuild()
  }
  const last = ids.at(-1)
  const nextShard = shard + 1 < DIRECTORY_SHARDS ? `${phase}:${shard + 1}:` : null
  const nextPhase = phase === 'user' ? 'thread:0:' : null
  const full = ids.length === limits.rebuildPage && last !== undefined
  return {
    ok: {
      threads: phase === 'thread' ? ids.length : 0,
      users: phase === 'user' ? ids.length : 0,
      messages,
      nextCursor: full ? `${phase}:${shard}:${encodeURIComponent(last)}` : (nextShard ?? nextPhase),
    },
  }
}
