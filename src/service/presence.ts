// Who is there: of some people, and of all that somebody may know of.
import { isAdmin } from '../contract/actor.ts'
import type { Actor } from '../contract/actor.ts'
import { limits } from '../contract/limits.ts'
import type { Parsed } from '../contract/operations.ts'
import type { Presence } from '../contract/user.ts'
import type { Env } from '../env.ts'
import { directoryShards, userStub } from '../objects/stubs.ts'
import { contactsAmong, contactsOf } from '../store/model/threads.ts'
import type { Served } from './handlers.ts'

export async function presenceOf(
  env: Env,
  actor: Actor,
  { userIds }: Parsed<'presence.get'>,
): Promise<Served<'presence.get'>> {
  const wanted = [...new Set(userIds)]
  const contacts = await contactsAmong(env.DB, actor.id, wanted)
  const items = wanted.map((userId) =>
    userId === actor.id || contacts.has(userId)
      ? userStub(env, userId).presenceFor(actor.id)
      : { userId, status: 'offline' as const, lastSeen: null },
  )
  return { ok: { items: await Promise.all(items) } }
}

export async function listPresent(env: Env, actor: Actor): Promise<Served<'presence.list'>> {
  if (isAdmin(actor)) return { ok: await everybody(env, actor) }
  const contacts = await contactsOf(env.DB, actor.id, limits.presenceContacts)
  const items = await there(env, actor, [actor.id, ...contacts].slice(0, limits.presenceContacts))
  return { ok: { items, total: items.length } }
}

/** Counted as the directory knows it; of the first, what each of them lets others see. */
async function everybody(env: Env, actor: Actor) {
  const shards = await Promise.all(
    directoryShards(env).map(async (shard) => {
      const [ids, { online }] = await Promise.all([
        shard.online(limits.presenceUsers),
        shard.present(),
      ])
      return { ids, online }
    }),
  )
  const ids = shards.flatMap((shard) => shard.ids).slice(0, limits.presenceUsers)
  return {
    items: await there(env, actor, ids),
    total: shards.reduce((sum, { online }) => sum + online, 0),
  }
}

async function there(env: Env, actor: Actor, userIds: string[]): Promise<Presence[]> {
  const all = await Promise.all(
    userIds.map((userId) => userStub(env, userId).presenceFor(actor.id)),
  )
  return all.filter(({ status }) => status !== 'offline')
}
