// EventFlow's people: who is there, and whom I block.
import { limits } from '../../contract/limits.ts'
import { UserId } from '../../contract/ids.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { commaList, listOf, maybe, text } from '../fields.ts'
import { api, messages } from './paths.ts'
import { blocked, presence } from './shapes.ts'

const presenceRows = (base: string): Endpoint[] => [
  endpoint(
    'GET',
    `${base}/presence`,
    { query: { userIds: commaList.pipe(listOf(UserId, 1, limits.presenceUsers)) } },
    ({ query }) =>
      ask('presence.get', query, ({ items }) => done({ presence: items.map(presence) })),
  ),
  endpoint('GET', `${base}/presence/:userId`, {}, ({ params }) =>
    ask('presence.get', { userIds: [params.userId] }, ({ items: [item] }) =>
      // "Returns: { userId, status, lastSeen }"
      done({ ...(item && presence(item)) }),
    ),
  ),
]

export const peopleRows: Endpoint[] = [
  ...presenceRows(messages),
  ...presenceRows(api),
  endpoint('GET', `${api}/users/blocked`, {}, () =>
    ask('block.list', {}, ({ items }) => done({ users: items.map(blocked) })),
  ),
  endpoint(
    'POST',
    `${api}/users/:userId/block`,
    { body: { reason: maybe(text(500)) } },
    ({ params, body }) =>
      ask('block.add', { ...params, ...body }, (block) => done({ user: blocked(block) })),
  ),
  endpoint('POST', `${api}/users/:userId/unblock`, {}, ({ params }) =>
    ask('block.remove', params, () => done({})),
  ),
]
