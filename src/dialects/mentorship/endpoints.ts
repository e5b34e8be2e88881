// Mentorship's REST table: what its clients fall back on where there is no socket.
import { ChatError } from '../../contract/errors.ts'
import { MessageId, ThreadId, UserId, messagePlace } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import type { Thread } from '../../contract/thread.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint, Plan } from '../dialect.ts'
import { listOf, maybe, pageSizeOf } from '../fields.ts'
import { numbered, pageStart, slice } from '../paging.ts'
import { address, conversations, letter, letterOf, messages, send } from './plans.ts'

const base = '/api/messages'

type Paged = { page: number; limit: number }

const pagination = ({ page, limit }: Paged, total: number, hasMore: boolean) => ({
  ...{ page, limit, total, pages: Math.ceil(total / limit), hasMore },
})

/** What was deleted for all is gone. */
const isThere = ({ deletedAt }: Message) => deletedAt === null

/** Page 1 is the newest; each page is in the order in which it was said. */
const messagesOf = (threadId: string, query: Paged): Plan<object> =>
  slice<Message, object>(
    { skip: pageStart(query), limit: query.limit, keep: isThere },
    (cursor, limit, then) =>
      ask(
        'message.list',
        {
          ...{ threadId, limit, total: true },
          before: cursor === undefined ? undefined : Number(cursor),
        },
        ({ items, ...page }) => then({ items: items.toReversed(), ...page }),
      ),
    (items, hasMore, { total = 0, deleted = 0 }) =>
      messages(items.toReversed(), (shapes) => ({
        messages: shapes,
        pagination: pagination(query, total - deleted, hasMore),
      })),
  )

/** Nothing is marked where one of the threads is not mine. */
const deliver = (reached: [threadId: string, seq: number | undefined][]): Plan<object> => {
  const check = ([next, ...rest]: typeof reached): Plan<object> =>
    next ? ask('thread.facts', { threadId: next[0] }, () => check(rest)) : mark(reached)
  return check(reached)
}

/** In each of some threads, all up to a message has come to a device. */
const mark = (reached: [threadId: string, seq: number | undefined][]): Plan<object> => {
  const [next, ...rest] = reached
  if (!next) return done({ message: 'Messages marked as delivered' })
  const [threadId, seq] = next
  return ask('thread.delivered', { threadId, seq }, () => mark(rest))
}

/** The newest of some messages in each of their threads. */
function newestOf(messageIds: string[]): [string, number][] {
  const newest = new Map<string, number>()
  for (const id of messageIds) {
    const place = messagePlace(id)
    if (!place) throw new ChatError('not_found', 'messageIds: there is no such message')
    newest.set(place.threadId, Math.max(place.seq, newest.get(place.threadId) ?? 0))
  }
  return [...newest]
}

const delivered = (method: 'POST' | 'PUT' | 'PATCH') =>
  endpoint(
    method,
    `${base}/delivered`,
    {
      body: {
        messageIds: maybe(listOf(MessageId, 1, limits.pageMost)),
        senderId: maybe(UserId),
        roomId: maybe(ThreadId),
      },
    },
    ({ body: { messageIds, senderId: userId, roomId } }) => {
      if (messageIds) return deliver(newestOf(messageIds))
      if (roomId !== undefined) return deliver([[roomId, undefined]])
      if (userId === undefined)
        throw new ChatError('invalid', 'messageIds, senderId or roomId must say which messages')
      return ask('direct.find', { userId }, ({ threadId }) => deliver([[threadId, undefined]]))
    },
  )

export const endpoints: Endpoint[] = [
  endpoint('POST', base, { body: { ...letter, ...address }, status: 201 }, ({ body, me, key }) =>
    send(me.id, body, { ...letterOf(body), clientId: body.clientId ?? key }, (message) => ({
      message,
    })),
  ),
  delivered('POST'),
  delivered('PUT'),
  delivered('PATCH'),
  endpoint(
    'GET',
    `${base}/conversations`,
    { query: { ...numbered, limit: pageSizeOf(20) } },
    ({ query, me }) =>
      slice<Thread, object>(
        { skip: pageStart(query), limit: query.limit },
        (cursor, limit, then) => ask('thread.list', { cursor, limit, total: true }, then),
        (items, hasMore, { total = 0 }) =>
          conversations(items, me.id, (shapes) => ({
            conversations: shapes,
            pagination: pagination(query, total, hasMore),
          })),
      ),
  ),
  // Whom I have never talked to, I have no messages with.
  endpoint('GET', `${base}/direct/:userId`, { query: numbered }, ({ params: { userId }, query }) =>
    ask('direct.find', { userId }, ({ threadId }) =>
      ask(
        'thread.facts',
        { threadId },
        () => messagesOf(threadId, query),
        () => done({ messages: [], pagination: pagination(query, 0, false) }),
      ),
    ),
  ),
  endpoint('GET', `${base}/room/:roomId`, { query: numbered }, ({ params: { roomId }, query }) =>
    messagesOf(roomId, query),
  ),
]
