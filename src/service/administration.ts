// What admins see of everybody: users, and what goes on; and what they say to everybody.
import type { Broadcast } from '../contract/moderation.ts'
import { directoryShards } from '../objects/stubs.ts'
import { countActivity, countProposals, usersAfter } from '../store/model/administration.ts'
import type { Handlers } from './handlers.ts'
import { audited } from './moderation.ts'

export const administrationHandlers: Pick<
  Handlers,
  'admin.users' | 'admin.broadcast' | 'admin.metrics'
> = {
  'admin.users': async (env, _actor, { cursor = '', limit }) => {
    const found = await usersAfter(env.DB, cursor, limit + 1, Date.now())
    const items = found.slice(0, limit)
    return { ok: { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null } }
  },

  'admin.broadcast': async (env, actor, { content, title = null }) => {
    const createdAt = new Date().toISOString()
    const from = { id: actor.id, name: actor.name ?? actor.id, avatarUrl: actor.avatarUrl }
    const said: Broadcast = { id: crypto.randomUUID(), title, content, from, createdAt }
    const event = JSON.stringify({ event: 'broadcast.created', data: said })
    const entry = { actorId: actor.id, act: 'broadcast.create', after: said } as const
    const told = await audited(env, entry, () =>
      Promise.all(directoryShards(env).map((shard) => shard.broadcast(event))),
    )
    return { ok: { ...said, connections: told.reduce((sum, sockets) => sum + sockets, 0) } }
  },

  'admin.metrics': async (env) => {
    const shards = directoryShards(env)
    const [activity, proposals, counts, uploads] = await Promise.all([
      countActivity(env.DB, Date.now()),
      countProposals(env.DB),
      Promise.all(shards.map((shard) => shard.present())),
      Promise.all(shards.map((shard) => shard.uploads())),
    ])
    const sum = (of: (count: (typeof counts)[number]) => number) =>
      counts.reduce((total, count) => total + of(count), 0)
    return {
      ok: {
        connections: sum(({ sockets }) => sockets),
        online: sum(({ online }) => online),
        typing: sum(({ typing }) => typing),
        ...activity,
        ...proposals,
        uploads: {
          day: uploads.reduce((total, { count }) => total + count, 0),
          bytes: uploads.reduce((total, { bytes }) => total + bytes, 0),
        },
      },
    }
  },
}
