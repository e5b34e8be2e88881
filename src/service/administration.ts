// What admins see of everybody: users, and what goes on.
import { DIRECTORY_SHARDS, directoryShard } from '../objects/stubs.ts'
import { countActivity, usersAfter } from '../store/model/administration.ts'
import type { Handlers } from './handlers.ts'

export const administrationHandlers: Pick<Handlers, 'admin.users' | 'admin.metrics'> = {
  'admin.users': async (env, _actor, { cursor = '', limit }) => {
    const found = await usersAfter(env.DB, cursor, limit + 1, Date.now())
    const items = found.slice(0, limit)
    return { ok: { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null } }
  },

  'admin.metrics': async (env) => {
    const shards = Array.from({ length: DIRECTORY_SHARDS }, (_, shard) =>
      directoryShard(env, shard),
    )
    const [activity, ...counts] = await Promise.all([
      countActivity(env.DB, Date.now()),
      ...shards.map((shard) => shard.present()),
    ])
    const sum = (of: (count: (typeof counts)[number]) => number) =>
      counts.reduce((total, count) => total + of(count), 0)
    return {
      ok: {
        connections: sum(({ sockets }) => sockets),
        online: sum(({ online }) => online),
        typing: sum(({ typing }) => typing),
        ...activity,
      },
    }
  },
}
