// Operations that belong to no single object: they ask the read model, or several objects.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { directThreadId } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import type { OperationAt, Output, Parsed } from '../contract/operations.ts'
import type { Env } from '../env.ts'
import { packageFor } from '../objects/packages.ts'
import { DIRECTORY_SHARDS, threadStub, userStub } from '../objects/stubs.ts'
import { findProfile } from '../store/model/people.ts'
import { threadsAbout } from '../store/model/subjects.ts'
import { countThreads, listThreads } from '../store/model/threads.ts'
import type { Place } from '../store/model/threads.ts'
import { tally } from '../store/tally.ts'
import { askThread } from './ask.ts'
import { listMentions, listSent } from './places.ts'
import { search } from './search.ts'
import { createThread } from './create.ts'
import { listPresent, presenceOf } from './presence.ts'
import { createDraft, sendDraft } from './drafts.ts'
import { linkTo } from './files/links.ts'
import { openFile } from './files/open.ts'
import { completeUpload, createUpload } from './files/uploads.ts'
import { forward } from './forward.ts'
import { unreadOf } from './unread.ts'
import { previewOf } from './preview/preview.ts'
import { deliveriesHandlers } from './deliveries.ts'
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

  'presence.get': presenceOf,
  'presence.list': listPresent,

  'package.find': async (env, actor, { threadId, kind, servicePackageId }) => {
    const input = { threadId, limit: limits.pageMost }
    const { ok } = await askThread(env, actor, threadId, { operation: 'member.list', input })
    const members = (ok as Output<'member.list'>).items.map(({ userId }) => userId)
    return { ok: await packageFor(env, kind, servicePackageId, { sender: actor.id, members }) }
  },

  'thread.create': createThread,

  'thread.find': async (env, actor, about) => {
    const items = await threadsAbout(env.DB, actor.id, about, limits.page, Date.now())
    return { ok: { items, nextCursor: null } }
  },

  'direct.find': async (_env, actor, { userId }) => {
    if (userId === actor.id)
      throw new ChatError('invalid', 'userId: a direct thread is with somebody else')
    return { ok: { threadId: await directThreadId(actor.id, userId) } }
  },

  'message.sent': listSent,
  'mention.list': listMentions,
  'message.forward': forward,
  'draft.create': createDraft,
  'message.schedule': createDraft,
  'draft.send': sendDraft,

  'thread.list': async (env, actor, { status, cursor, limit, total }) => {
    const after = cursor === undefined ? null : placeOf(cursor)
    const which = { userId: actor.id, ...shown[status] }
    const [page, count] = await Promise.all([
      listThreads(env.DB, which, after, limit, Date.now()),
      total ? countThreads(env.DB, which) : undefined,
    ])
    const { next } = page
    const nextCursor = next && `${next.shelf}.${next.rank}.${next.threadId}`
    return { ok: { items: page.items, nextCursor, total: count } }
  },

  'unread.get': async (env, actor) => ({ ok: await unreadOf(env, actor.id) }),

  'preview.get': async (env, _actor, { url }) => ({ ok: await previewOf(env, url) }),
  'upload.create': createUpload,
  'upload.complete': completeUpload,
  'attachment.link': async (env, actor, { attachmentId, width }) => {
    await openFile(env, actor.id, attachmentId)
    return { ok: await linkTo(env, actor.id, attachmentId, width) }
  },
  ...moderationHandlers,
  ...administrationHandlers,
  ...deliveriesHandlers,

  'message.search': search,
  'admin.notify': async (env, _actor, { recipientId, ...words }) => ({
    ok: await userStub(env, recipientId).notify(words),
  }),

  'admin.rebuild': rebuild,

  'admin.rows': async () => ({ ok: { object: tally.object, d1: tally.d1 } }),
}

/** What a list shows: see `shelf` in store/model/schema.ts. */
const shown: Record<Parsed<'thread.list'>['status'], { shelves: number[]; closed?: boolean }> = {
  active: { shelves: [0, 1] },
  archived: { shelves: [2] },
  open: { shelves: [0, 1], closed: false },
  closed: { shelves: [0, 1, 2], closed: true },
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
