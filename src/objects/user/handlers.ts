// Every operation of a user object, by name.
import type { Actor } from '../../contract/actor.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { OperationAt, Output, Parsed } from '../../contract/operations.ts'
import type { Env } from '../../env.ts'
import { nobodyKnown } from '../../store/log/rows.ts'
import type { Person } from '../../store/log/rows.ts'
import { findPeople } from '../../store/model/people.ts'
import { reportFault } from '../fault.ts'
import { directoryShards, threadStub } from '../stubs.ts'
import type { User } from '../user.ts'
import type { UserAsk } from './ask.ts'
import { tellDirect } from './blocks.ts'
import { pushHandlers } from './away.ts'
import { draftHandlers } from './drafts.ts'
import { notificationHandlers } from './notifications.ts'
import { queueHandlers } from './queue.ts'
import { reminderHandlers } from './reminders.ts'
import { uploadHandlers } from './uploads.ts'

/** What asks, where it is not REST: a socket of this object, or a Socket.IO session. */
export type Device = { socket: WebSocket } | { session: string }

export type Context = { user: User; env: Env; actor: Actor; device: Device | null }
export type UserHandlers<O extends OperationAt<'user'>> = {
  [K in O]: (context: Context, input: Parsed<K>) => Promise<Output<K>>
}

const handlers: UserHandlers<OperationAt<'user'>> = {
  ...draftHandlers,
  ...notificationHandlers,
  ...pushHandlers,
  ...queueHandlers,
  ...reminderHandlers,
  ...uploadHandlers,

  'profile.get': async ({ user, actor }) => ownProfile(user, actor),

  'profile.update': async ({ user, actor }, change) => {
    const before = ownProfile(user, actor)
    // A new name is a whole: what its parts are, only a token says.
    const parts = change.name !== undefined && { firstName: undefined, lastName: undefined }
    user.book.put({ ...before, ...parts, ...change })
    user.project()
    const after = ownProfile(user, actor)
    if (after.name !== before.name || after.avatarUrl !== before.avatarUrl)
      user.due('spread', '', Date.now())
    return after
  },

  'presence.watch': async ({ user, env }) => {
    await Promise.all(directoryShards(env).map((shard) => shard.watch(user.book.id)))
    return null
  },

  'presence.set': async ({ user, device }, { status }) => {
    if (!device) throw new ChatError('invalid', 'presence is set on a socket of /v1/ws')
    const before = user.attendance.now.status
    const away = status === 'away'
    if ('socket' in device) user.sockets.keep(device.socket, { away })
    else user.sessions.setAway(device.session, away)
    if (user.attendance.now.status !== before) await user.attendance.announce()
    return user.attendance.now
  },

  'block.list': async ({ user, env }) => {
    const blocks = user.book.blocks()
    // A list without names is better than none.
    const people = await findPeople(
      env.DB,
      blocks.map(({ userId }) => userId),
    ).catch((error: unknown) => {
      reportFault(error)
      return new Map<string, Person>()
    })
    return {
      items: blocks.map(({ userId, reason, createdAt }) => {
        const { name, avatar_url: avatarUrl } = people.get(userId) ?? nobodyKnown
        return { userId, name: name ?? userId, avatarUrl, reason, createdAt }
      }),
      nextCursor: null,
    }
  },

  'block.add': async (context, { userId, reason = null }) => {
    const { user } = context
    if (userId === user.book.id) throw new ChatError('invalid', 'userId: you cannot block yourself')
    const blocks = user.book.blocks()
    const known = blocks.find((block) => block.userId === userId)
    if (!known && blocks.length >= limits.blocks)
      throw new ChatError('conflict', `at most ${limits.blocks} people can be blocked`)
    const since = known?.since ?? Date.now()
    user.book.setBlock(userId, { reason, since })
    await tell(context, userId)
    return { userId, reason, createdAt: new Date(since).toISOString() }
  },

  'block.remove': async (context, { userId }) => {
    const { user } = context
    if (user.book.between(userId).blocks === null) return null
    user.book.setBlock(userId, null)
    await tell(context, userId)
    return null
  },

  // The names of the two come from the operations table, so each gets its own input.
  sync: async ({ user, env, actor, device }, { cursors }) => {
    resume(user, device)
    const pages = Object.entries(cursors).map(async ([threadId, cursor]) => {
      const input = { threadId, cursor: cursor ?? undefined }
      const asks = [{ operation: 'thread.sync' as const, input }]
      return [threadId, await syncOne(env, actor, threadId, asks, device !== null)] as const
    })
    return { threads: Object.fromEntries(await Promise.all(pages)) }
  },

  'limits.get': async ({ user, actor }) => {
    user.admit(actor)
    return user.allowance()
  },

  ack: async ({ user, device }) => {
    resume(user, device)
    return null
  },
}

/** The reader of a socket caught up. A session has no such mark. */
function resume(user: User, device: Device | null): void {
  if (device && 'socket' in device) user.sockets.resume(device.socket)
}

/** One thread's page; a thread that is not mine is an error of its own and stops no other. */
async function syncOne(
  env: Env,
  actor: Actor,
  threadId: string,
  asks: Parameters<ReturnType<typeof threadStub>['execute']>[1],
  subscribe: boolean,
): Promise<Output<'sync'>['threads'][string]> {
  try {
    const [outcome] = await threadStub(env, threadId).execute(actor, asks, {
      door: 'socket',
      subscribe,
    })
    if (outcome && 'ok' in outcome) return outcome.ok as Output<'thread.sync'>
    return { error: outcome?.error ?? { code: 'unavailable' } }
  } catch (error) {
    if (!(error instanceof ChatError)) reportFault(error)
    return { error: { code: error instanceof ChatError ? error.code : 'unavailable' } }
  }
}

/** Both sides of a direct thread know before the answer; the other shared threads as soon as may be. */
async function tell({ user, env }: Context, userId: string): Promise<void> {
  user.project()
  user.soon('blocks', userId)
  await tellDirect(env, user.book, userId)
}

function ownProfile(user: User, actor: Actor) {
  user.book.claim(actor, Date.now())
  const profile = user.book.profile()
  if (!profile) throw new Error('a profile that was just written is not there')
  return profile
}

export function userHandlers(
  user: User,
  env: Env,
  actor: Actor,
  device: Device | null,
  ask: UserAsk,
): Promise<unknown> {
  // The row of the table that the ask's own name selects takes the ask's own input.
  const handler = handlers[ask.operation] as (c: Context, input: unknown) => Promise<unknown>
  return handler({ user, env, actor, device }, ask.input)
}
