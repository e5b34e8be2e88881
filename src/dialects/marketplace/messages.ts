// Marketplace's messages: sent, listed, found, changed, read, reacted to.
import type { Actor } from '../../contract/actor.ts'
import { ChatError } from '../../contract/errors.ts'
import { MessageId, messagePlace } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { Content, Emoji } from '../../contract/message.ts'
import type { Message } from '../../contract/message.ts'
import { PageCursor } from '../../contract/operation.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint, Plan } from '../dialect.ts'
import { date, listOf, maybe, moment, number, text, whole } from '../fields.ts'
import { numbered, pageStart, slice } from '../paging.ts'
import { letter, listed, messages, oneMessage, propose, sendLetter } from './plans.ts'
import { hit, read } from './shapes.ts'

const inConversation = '/api/conversations/:id/messages'
const base = '/api/messages'
const at = `${base}/:id`

/** What was deleted for all is gone from lists. */
const isThere = ({ deletedAt }: Message) => deletedAt === null

/** "Only message senders can edit/delete their messages", whatever a group's admins may do elsewhere. */
const ofMine = (messageId: string, me: Actor, then: () => Plan<object>): Plan<object> =>
  ask('message.get', { messageId }, ({ sender }) => {
    if (sender.id !== me.id) throw new ChatError('forbidden', 'only its sender may do this')
    return then()
  })

/** The newest of some messages of one conversation. */
function newestOf(messageIds: string[], threadId: string): string {
  const places = messageIds.map((id) => ({ id, ...messagePlace(id) }))
  if (places.some((place) => place.threadId !== threadId))
    throw new ChatError('not_found', 'messageIds: names a message of another conversation')
  const [newest] = places.toSorted((a, b) => (b.seq ?? 0) - (a.seq ?? 0))
  return newest?.id ?? ''
}

const service = {
  servicePackageId: text(64).min(1),
  message: maybe(text(limits.content)),
  expiresAt: maybe(moment),
}

export const messageRows: Endpoint[] = [
  // Page 1 is the newest page; `cursor` goes on from the last one, whatever was written meanwhile.
  endpoint(
    'GET',
    inConversation,
    { query: { ...numbered, cursor: maybe(whole(0, Number.MAX_SAFE_INTEGER)) } },
    ({ params: { id: threadId }, query }) =>
      slice<Message, object>(
        {
          skip: query.cursor === undefined ? pageStart(query) : 0,
          limit: query.limit,
          keep: isThere,
        },
        (cursor, limit, then) =>
          ask(
            'message.list',
            {
              threadId,
              limit,
              before: cursor === undefined ? query.cursor : Number(cursor),
              total: true,
            },
            ({ items, ...page }) => then({ items: items.toReversed(), ...page }),
          ),
        (items, more, { total = 0, deleted = 0 }) => {
          const oldest = items.at(-1)
          const nextCursor = more && oldest ? String(oldest.seq) : null
          return messages(items.toReversed(), (shapes) =>
            listed(shapes, query, { total: total - deleted, nextCursor }),
          )
        },
      ),
  ),
  endpoint('POST', inConversation, { body: letter, status: 201 }, ({ params, body, key }) =>
    sendLetter({ ...body, threadId: params.id, clientId: body.clientId ?? key }, oneMessage),
  ),
  endpoint(
    'POST',
    `${inConversation}/service-offer`,
    { body: service, status: 201 },
    ({ params: { id: threadId }, body: { message: content, ...terms }, key: clientId }) =>
      propose(
        { threadId, kind: 'service_offer', content, metadata: given(terms), clientId },
        oneMessage,
      ),
  ),
  endpoint(
    'POST',
    `${inConversation}/booking-request`,
    { body: { ...service, requestedDate: date, requestedTime: text(16) }, status: 201 },
    ({ params: { id: threadId }, body: { message: content, ...terms }, key: clientId }) =>
      propose(
        { threadId, kind: 'booking_request', content, metadata: given(terms), clientId },
        oneMessage,
      ),
  ),
  endpoint(
    'POST',
    `${inConversation}/location`,
    {
      body: {
        latitude: number(-90, 90),
        longitude: number(-180, 180),
        address: maybe(text(500)),
        message: maybe(text(limits.content)),
      },
      status: 201,
    },
    ({ params: { id: threadId }, body: { message: content, ...place }, key: clientId }) =>
      sendLetter(
        { threadId, type: 'location', content, metadata: given(place), clientId },
        oneMessage,
      ),
  ),
  // A read cursor is at one message, and all before it are read.
  endpoint(
    'POST',
    `${inConversation}/bulk-mark-read`,
    { body: { messageIds: listOf(MessageId, 1, 500) } },
    ({ params: { id: threadId }, body: { messageIds } }) =>
      ask('message.read', { messageId: newestOf(messageIds, threadId) }, ({ unread }) =>
        done({ conversationId: threadId, messageIds, unreadCount: unread }),
      ),
  ),
  endpoint(
    'GET',
    `${base}/search`,
    {
      query: {
        ...numbered,
        limit: whole(1, Number.MAX_SAFE_INTEGER)
          .transform((size) => Math.min(size, limits.searchPageMost))
          .default(limits.searchPage),
        q: maybe(text(limits.searchText)),
        query: maybe(text(limits.searchText)),
        cursor: PageCursor,
      },
    },
    ({ query: { q, query: alias, cursor, ...page } }) => {
      const words = q ?? alias
      if (words === undefined) throw new ChatError('invalid', 'q: is missing')
      const offset = cursor === undefined ? pageStart(page) : undefined
      return ask(
        'message.search',
        { q: words, limit: page.limit, offset, cursor, total: true },
        ({ items, total = 0, nextCursor }) =>
          done(listed(items.map(hit), page, { total, nextCursor })),
      )
    },
  ),
  endpoint('GET', at, {}, ({ params }) => ask('message.get', { messageId: params.id }, oneMessage)),
  endpoint('PUT', at, { body: { content: Content } }, ({ params: { id: messageId }, body, me }) =>
    ofMine(messageId, me, () =>
      ask('message.edit', { messageId, ...body, format: 'html' }, oneMessage),
    ),
  ),
  endpoint('DELETE', at, { status: 204 }, ({ params: { id: messageId }, me }) =>
    ofMine(messageId, me, () => ask('message.delete', { messageId }, () => done({}))),
  ),
  endpoint('DELETE', `${at}/for-me`, { status: 204 }, ({ params: { id: messageId } }) =>
    ask('message.delete', { messageId, for: 'me' }, () => done({})),
  ),
  endpoint('POST', `${at}/read`, {}, ({ params: { id: messageId } }) =>
    ask('message.read', { messageId }, () => ask('message.get', { messageId }, oneMessage)),
  ),
  // One each: a second one takes the place of the first.
  endpoint(
    'POST',
    `${at}/reaction`,
    { body: { emoji: maybe(Emoji), reaction: maybe(Emoji), type: maybe(Emoji) }, status: 201 },
    ({ params: { id: messageId }, body }) => {
      const emoji = body.emoji ?? body.reaction ?? body.type
      if (emoji === undefined) throw new ChatError('invalid', 'emoji: is missing')
      return ask('reaction.add', { messageId, emoji, replace: true }, oneMessage)
    },
  ),
  endpoint('DELETE', `${at}/reaction`, {}, ({ params: { id: messageId } }) =>
    ask('reaction.clear', { messageId }, oneMessage),
  ),
  endpoint('GET', `${at}/reads`, {}, ({ params: { id: messageId } }) =>
    ask('message.receipts', { messageId }, ({ items }) => {
      const data = items.filter(({ readAt }) => readAt !== null).map(read)
      const page = { page: 1, limit: Math.max(data.length, limits.page) }
      return done(listed(data, page, { total: data.length, nextCursor: null }))
    }),
  ),
]

/** Fields that were given. */
const given = <T extends Record<string, unknown>>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
