// EventFlow's Socket.IO events.
import { messageId, ThreadId, MessageId, UserId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { Emoji } from '../../contract/message.ts'
import { ChatError, errorBody } from '../../contract/errors.ts'
import type { ErrorBody } from '../../contract/errors.ts'
import { ask, done, hear } from '../dialect.ts'
import type { Sockets } from '../dialect.ts'
import { fileList, maybe, oneOf, text } from '../fields.ts'
import { oneMessage } from './messages.ts'
import { failure, message, notification, presence, reactions, thread } from './shapes.ts'

const inThread = { threadId: ThreadId }

/** When a limit is lifted again, where a client looks for it. */
const pause = ({ code, details }: ErrorBody) =>
  code === 'rate_limited' && { retryAfter: (details as { retryAfter: number }).retryAfter }

export const sockets: Sockets = {
  namespace: '/',

  hears: {
    // The token has said who this is: `userId` may only repeat it.
    auth: hear({ userId: maybe(UserId) }, ({ data, me }) => {
      const itself = data.userId === undefined || data.userId === me.id
      const error = new ChatError('forbidden', 'the token names somebody else')
      return done({
        emit: [
          itself
            ? { event: 'auth:success', data: { userId: me.id } }
            : { event: 'auth:error', data: failure(errorBody(error)) },
        ],
      })
    }),
    // Whoever joins is told who of the others is there; in a crowd that is no news.
    'thread:join': hear(inThread, ({ data, me }) =>
      ask('thread.get', data, ({ id, members, memberCount }) => {
        const joined = { join: id, answer: { threadId: id } }
        const userIds = members.map(({ userId }) => userId).filter((userId) => userId !== me.id)
        if (userIds.length === 0 || memberCount > limits.presenceMembers) return done(joined)
        return ask(
          'presence.get',
          { userIds },
          ({ items }) =>
            done({
              ...joined,
              emit: items.map((one) => ({ event: 'presence:sync', data: presence(one) })),
            }),
          () => done(joined),
        )
      }),
    ),
    'thread:leave': hear(inThread, ({ data }) => done({ leave: data.threadId })),
    'message:send': hear(
      { ...inThread, content: text(limits.content).default(''), attachments: fileList },
      ({ data }) =>
        ask('message.send', { ...data, format: 'html' }, (sent) =>
          done({ answer: { message: message(sent, []) } }),
        ),
    ),
    'typing:start': hear(inThread, ({ data }) =>
      ask('typing.set', { ...data, typing: true }, () => done({})),
    ),
    'typing:stop': hear(inThread, ({ data }) =>
      ask('typing.set', { ...data, typing: false }, () => done({})),
    ),
    'message:read': hear({ messageId: maybe(MessageId), threadId: maybe(ThreadId) }, ({ data }) => {
      if (data.messageId !== undefined)
        return ask('message.read', { messageId: data.messageId }, () => done({}))
      if (data.threadId === undefined)
        throw new ChatError('invalid', 'messageId: or threadId must be given')
      return ask('thread.read', { threadId: data.threadId }, () => done({}))
    }),
    'reaction:send': hear({ messageId: MessageId, emoji: Emoji }, ({ data, me }) =>
      ask('message.get', { messageId: data.messageId }, (native) => {
        const mine = native.reactions.some(
          ({ emoji, userIds }) => emoji === data.emoji && userIds.includes(me.id),
        )
        return ask(mine ? 'reaction.remove' : 'reaction.add', data, () => done({}))
      }),
    ),
    'presence:update': hear({ status: oneOf('online', 'away') }, ({ data }) =>
      ask('presence.set', data, () => done({})),
    ),
  },

  says: {
    'message.created': [
      {
        to: 'all',
        as: 'message:received',
        with: ({ data }) => done({ message: message(data, []) }),
      },
    ],
    // A reaction or a preview that came is no edit.
    'message.updated': [
      {
        to: 'all',
        as: 'message:edited',
        with: ({ data }) => (data.editedAt === null ? done(null) : oneMessage(data)),
      },
    ],
    'message.deleted': [
      {
        to: 'all',
        as: 'message:deleted',
        with: ({ threadId, data }) => done({ messageId: data.id, threadId }),
      },
    ],
    'message.reactions': [
      {
        to: 'all',
        as: 'reaction:received',
        with: ({ threadId, data }) =>
          done({ messageId: data.messageId, threadId, reactions: reactions(data.reactions) }),
      },
    ],
    'proposal.updated': [],
    'thread.created': [],
    // Pins, mutes and the archive are told to one's own sockets alone, by the thread itself.
    'thread.updated': [
      {
        to: 'all',
        as: 'thread:updated',
        with: ({ threadId }, { me }) =>
          ask('thread.get', { threadId }, (native) => done({ thread: thread(native, me.id, []) })),
      },
    ],
    'member.joined': [],
    'member.updated': [],
    'member.left': [],
    'read.updated': [
      {
        to: 'all',
        as: 'message:read:update',
        with: ({ threadId, data: { userId, readSeq } }, { at: readAt }) =>
          done({ threadId, messageId: messageId(threadId, readSeq), userId, readAt }),
      },
    ],
    'delivered.updated': [],
    'typing.changed': [
      {
        to: 'joined',
        as: 'typing:update',
        with: ({ threadId, data: { userId, typing } }) =>
          done({ threadId, userId, isTyping: typing }),
      },
    ],
    'viewing.updated': [],
    'queue.updated': [],
    'schedule.updated': [],
    'reminder.updated': [],
    'moderation.warning': [],
    'broadcast.created': [],
    'notification.created': [
      {
        to: 'all',
        as: 'notification:received',
        with: ({ data }) => done({ notification: notification(data) }),
      },
    ],
    'notification.updated': [],
    'presence.updated': [
      { to: 'all', as: 'presence:sync', with: ({ data }) => done(presence(data)) },
    ],
  },

  welcome: () => done([]),
  refusal: (error) => ({ event: 'auth:error', data: failure(error) }),
  failure: (error) => ({ event: 'error', data: { ...failure(error), ...pause(error) } }),
}
