// EventFlow's threads.
import type { Actor } from '../../contract/actor.ts'
import { limits } from '../../contract/limits.ts'
import { Metadata } from '../../contract/message.ts'
import type { Thread } from '../../contract/thread.ts'
import { Title } from '../../contract/thread.ts'
import { UserId } from '../../contract/ids.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint, Plan } from '../dialect.ts'
import { listOf, maybe, oneOf } from '../fields.ts'
import { skipping, slice } from '../paging.ts'
import { withPresences } from '../presences.ts'
import { api, messages } from './paths.ts'
import { participantOf, thread } from './shapes.ts'

/** Threads with the presence of whom each is shown with. */
function shown(threads: Thread[], me: Actor, end: (shapes: object[]) => object): Plan<object> {
  const others = threads.flatMap((one) => participantOf(one, me.id)?.userId ?? [])
  return withPresences(others, (presences) =>
    done(end(threads.map((one) => thread(one, me.id, presences)))),
  )
}

const one = (native: Thread, me: Actor) => shown([native], me, ([shape]) => ({ thread: shape }))

const list = (path: string) =>
  endpoint(
    'GET',
    path,
    { query: { ...skipping, status: oneOf('active', 'archived').default('active') } },
    ({ query: { status, ...page }, me }) =>
      slice<Thread, object>(
        page,
        (cursor, limit, then) => ask('thread.list', { status, cursor, limit }, then),
        (items: Thread[], hasMore) => shown(items, me, (threads) => ({ threads, hasMore })),
      ),
  )

export const threadRows: Endpoint[] = [
  // A `subject` is the title. Two people have one thread, whatever they call it the second time.
  endpoint(
    'POST',
    `${messages}/threads`,
    {
      body: {
        participants: listOf(UserId, 1, limits.membersPerRequest),
        subject: maybe(Title),
        metadata: maybe(Metadata),
      },
      status: 201,
    },
    ({ body: { participants, subject: title, metadata }, me, key: clientId }) => {
      const others = new Set(participants.filter((userId) => userId !== me.id))
      const type = others.size === 1 ? 'direct' : 'group'
      return ask('thread.create', { type, participants, title, metadata, clientId }, (native) =>
        one(native, me),
      )
    },
  ),
  list(`${messages}/threads`),
  list(`${messages}/conversations`),
  endpoint('GET', `${messages}/threads/:threadId`, {}, ({ params, me }) =>
    ask('thread.get', params, (native) => one(native, me)),
  ),
  endpoint('DELETE', `${messages}/threads/:threadId`, {}, ({ params }) =>
    ask('thread.archive', params, () => done({})),
  ),
  endpoint('POST', `${messages}/threads/:threadId/unarchive`, {}, ({ params, me }) =>
    ask('thread.unarchive', params, (native) => one(native, me)),
  ),
  endpoint('POST', `${messages}/threads/:threadId/read`, {}, ({ params }) =>
    ask('thread.read', params, ({ unread }) => done({ unreadCount: unread })),
  ),
  endpoint('POST', `${messages}/threads/:threadId/mark-unread`, {}, ({ params }) =>
    ask('thread.unread', params, ({ unread }) => done({ unreadCount: unread })),
  ),
  endpoint('POST', `${api}/threads/:threadId/pin`, {}, ({ params, me }) =>
    ask('thread.pin', params, (native) => one(native, me)),
  ),
  endpoint('POST', `${api}/threads/:threadId/unpin`, {}, ({ params, me }) =>
    ask('thread.unpin', params, (native) => one(native, me)),
  ),
  endpoint(
    'POST',
    `${api}/threads/:threadId/mute`,
    { body: { duration: oneOf('1h', '8h', '1d', 'forever') } },
    ({ params, body, me }) =>
      ask('thread.mute', { ...params, ...body }, (native) => one(native, me)),
  ),
  endpoint('POST', `${api}/threads/:threadId/unmute`, {}, ({ params, me }) =>
    ask('thread.unmute', params, (native) => one(native, me)),
  ),
]
