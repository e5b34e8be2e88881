// Booking's REST table. The order counts: fixed words stand before `:conversationId`.
import { MessageId } from '../../contract/ids.ts'
import type { Message } from '../../contract/message.ts'
import type { Thread } from '../../contract/thread.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { fileList, maybe, oneOf, pageSizeOf, text } from '../fields.ts'
import { numbered, pageStart, slice } from '../paging.ts'
import { conversations, messages, oneConversation } from './plans.ts'
import { message } from './shapes.ts'

const base = '/messaging'

/** "Message content with 2000 character limit". */
const CHARACTERS = 2000

const said = (words: string, data: object) => ({ message: words, data })

/** The document's words for what a list of threads shows. */
const shelves = { active: 'open', archived: 'archived', closed: 'closed' } as const

const pagination = (
  { page, limit }: { page: number; limit: number },
  total: number,
  hasMore: boolean,
) => ({ page, limit, total, totalPages: Math.ceil(total / limit), hasMore })

const desk = (bookingId: string) => ({
  type: 'support' as const,
  title: `Booking ${bookingId}`,
  subject: { type: 'booking', id: bookingId },
  once: true,
})

export const endpoints: Endpoint[] = [
  endpoint(
    'GET',
    `${base}/conversations`,
    {
      query: {
        ...numbered,
        limit: pageSizeOf(20),
        status: oneOf('active', 'archived', 'closed').default('active'),
      },
    },
    ({ query, me }) =>
      slice<Thread, object>(
        { skip: pageStart(query), limit: query.limit },
        (cursor, limit, then) =>
          ask('thread.list', { status: shelves[query.status], cursor, limit, total: true }, then),
        (items, hasMore, { total = 0 }) =>
          conversations(items, me.id, (shapes) =>
            said('Conversations retrieved', {
              conversations: shapes,
              pagination: pagination(query, total, hasMore),
            }),
          ),
      ),
  ),
  // One for each booking. The first customer who asks is in it, and every admin who does.
  endpoint('GET', `${base}/conversations/booking/:bookingId`, {}, ({ params, me }) =>
    ask('thread.create', desk(params.bookingId), (thread) =>
      oneConversation(thread, me.id, (shape) =>
        said('Conversation retrieved', { conversation: shape }),
      ),
    ),
  ),
  // "Automatically marks messages as read": those that this page shows, and all before them.
  endpoint(
    'GET',
    `${base}/conversations/:conversationId/messages`,
    { query: numbered },
    ({ params: { conversationId: threadId }, query }) =>
      slice<Message, object>(
        { skip: pageStart(query), limit: query.limit },
        (cursor, limit, then) =>
          ask(
            'message.list',
            {
              threadId,
              limit,
              before: cursor === undefined ? undefined : Number(cursor),
              total: true,
            },
            ({ items, ...page }) => then({ items: items.toReversed(), ...page }),
          ),
        (items, hasMore, { total = 0 }) => {
          const [newest] = items
          const shown = () =>
            messages(items.toReversed(), (shapes) =>
              said('Messages retrieved', {
                messages: shapes,
                pagination: pagination(query, total, hasMore),
              }),
            )
          return newest ? ask('thread.read', { threadId, seq: newest.seq }, shown) : shown()
        },
      ),
  ),
  endpoint(
    'POST',
    `${base}/conversations/:conversationId/messages`,
    {
      body: {
        content: text(CHARACTERS).default(''),
        // `system` is said by the server alone.
        messageType: oneOf('text', 'image', 'file').default('text'),
        attachments: fileList,
        replyTo: maybe(MessageId),
      },
      status: 201,
    },
    ({
      params: { conversationId: threadId },
      body: { content, messageType: kind, attachments, replyTo },
      key: clientId,
    }) =>
      ask(
        'message.send',
        { threadId, content, kind, attachments, replyTo, clientId, format: 'html' },
        (native) => messages([native], ([shape]) => said('Message sent', { message: shape })),
      ),
  ),
  endpoint(
    'PUT',
    `${base}/conversations/:conversationId/read`,
    {},
    ({ params: { conversationId: threadId } }) =>
      ask('thread.read', { threadId }, ({ unread }) =>
        done(said('Conversation marked as read', { unreadCount: unread })),
      ),
  ),
  endpoint('GET', `${base}/stats`, {}, () =>
    ask('admin.metrics', {}, ({ threads, messages: { total }, online }) =>
      done(
        said('Statistics retrieved', {
          totalConversations: threads.total,
          totalMessages: total,
          onlineUsers: online,
        }),
      ),
    ),
  ),
  // "Creates sample conversation and message": one conversation for each who tries.
  endpoint('POST', '/test/test-messaging', { status: 201, local: true }, ({ me, at }) =>
    ask('thread.create', desk(`test-${me.id}`.slice(0, 128)), (thread) =>
      ask('message.send', { threadId: thread.id, content: `Test message of ${at}` }, (native) =>
        ask('thread.get', { threadId: thread.id }, (now) =>
          oneConversation(now, me.id, (conversation) =>
            said('Sample conversation and message created', {
              conversation,
              message: message(native, []),
            }),
          ),
        ),
      ),
    ),
  ),
  endpoint('GET', '/test/socket-status', { local: true }, () =>
    ask('presence.list', {}, ({ items, total }) =>
      done(
        said('Socket.IO is running', {
          initialized: true,
          onlineUsers: items.map(({ userId }) => userId),
          onlineCount: total,
        }),
      ),
    ),
  ),
]
