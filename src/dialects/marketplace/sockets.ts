// Marketplace's Socket.IO events.
import { ChatError } from '../../contract/errors.ts'
import { MessageId, ThreadId, messageId, messagePlace } from '../../contract/ids.ts'
import type { Message } from '../../contract/message.ts'
import { ask, done, hear } from '../dialect.ts'
import type { Listener, News, NewsName, Plan, Say, Sockets } from '../dialect.ts'
import { flag, maybe, nested } from '../fields.ts'
import { letter, sendLetter } from './plans.ts'
import { conversation, failure, lastOf, message, user, wordsOf } from './shapes.ts'

const inConversation = { conversationId: ThreadId }

const typing = (is: boolean) =>
  hear(inConversation, ({ data: { conversationId: threadId } }) =>
    ask('typing.set', { threadId, typing: is }, () => done({})),
  )

const sent = ({ threadId, data }: News<'message.created'>) =>
  done({ conversationId: threadId, message: message(data) })

const changed = (native: Message) =>
  done({ conversationId: native.threadId, message: message(native) })

/** What a conversation is now, as its listener sees it. */
const conversationNow = (
  { threadId }: { threadId: string },
  { me }: Listener,
): Plan<object | null> =>
  ask('thread.get', { threadId }, (thread) =>
    done({
      conversationId: threadId,
      ...lastOf(thread),
      conversation: conversation(thread, me.id),
    }),
  )

const updated = <N extends NewsName>(): Say<N> => ({
  to: 'all',
  as: 'conversation_updated',
  with: conversationNow,
})

export const sockets: Sockets = {
  namespace: '/chat',

  hears: {
    join_conversation: hear(inConversation, ({ data: { conversationId: threadId } }) =>
      ask('thread.get', { threadId }, ({ id }) =>
        done({ join: id, answer: { conversationId: id } }),
      ),
    ),
    // Who leaves does not type there any more, and may leave what they never were in.
    leave_conversation: hear(inConversation, ({ data: { conversationId: threadId } }) => {
      const left = () => done({ leave: threadId })
      return ask('typing.set', { threadId, typing: false }, left, left)
    }),
    send_message: hear(
      { ...inConversation, message: nested(letter) },
      ({ data: { conversationId: threadId, message: given } }) =>
        sendLetter({ ...given, threadId }, (native) =>
          done({ answer: { conversationId: threadId, message: message(native) } }),
        ),
    ),
    mark_read: hear(
      { messageId: MessageId, conversationId: maybe(ThreadId) },
      ({ data: { messageId: id, conversationId } }) => {
        if (conversationId !== undefined && messagePlace(id)?.threadId !== conversationId)
          throw new ChatError('not_found', 'there is no such message in this conversation')
        return ask('message.read', { messageId: id }, () => done({}))
      },
    ),
    typing_start: typing(true),
    typing_stop: typing(false),
    // Away, or back. Who is there at all, and since when, the server knows by itself.
    user_online: hear({ isOnline: flag }, ({ data: { isOnline } }) =>
      ask('presence.set', { status: isOnline ? 'online' : 'away' }, () => done({})),
    ),
  },

  says: {
    'message.created': [
      { to: 'all', as: 'new_message', with: sent },
      { to: 'all', as: 'message_received', with: sent },
      {
        to: 'all',
        as: 'conversation_updated',
        with: ({ threadId, data }) =>
          done({
            conversationId: threadId,
            lastMessage: wordsOf(data),
            lastMessageAt: data.createdAt,
          }),
      },
    ],
    // A preview that came is no edit.
    'message.updated': [
      {
        to: 'all',
        as: 'message_updated',
        with: ({ data }) => (data.editedAt === null ? done(null) : changed(data)),
      },
    ],
    'message.deleted': [
      {
        to: 'all',
        as: 'message_updated',
        with: ({ data }) => ('hidden' in data ? done(null) : changed(data)),
      },
      updated(),
    ],
    'message.reactions': [
      {
        to: 'all',
        as: 'message_updated',
        with: ({ data: { messageId: id } }) => ask('message.get', { messageId: id }, changed),
      },
    ],
    'proposal.updated': [{ to: 'all', as: 'message_updated', with: ({ data }) => changed(data) }],
    'thread.created': [
      {
        to: 'all',
        as: 'new_conversation',
        with: ({ threadId }, { me }) =>
          ask('thread.get', { threadId }, (thread) =>
            done({ conversation: conversation(thread, me.id) }),
          ),
      },
    ],
    // A name or an avatar; my own archive. What I deleted for myself is no news to me.
    'thread.updated': [
      {
        to: 'all',
        as: 'conversation_updated',
        with: (news, listener) =>
          'title' in news.data || 'archivedAt' in news.data
            ? conversationNow(news, listener)
            : done(null),
      },
    ],
    'member.joined': [updated()],
    'member.updated': [updated()],
    'member.left': [updated()],
    'read.updated': [
      {
        to: 'all',
        as: 'message_read',
        with: ({ threadId, data: { userId, readSeq } }, { at: readAt }) =>
          done({
            messageId: messageId(threadId, readSeq),
            conversationId: threadId,
            readBy: userId,
            readAt,
          }),
      },
    ],
    'delivered.updated': [],
    'viewing.updated': [],
    'reminder.updated': [],
    'schedule.updated': [],
    'typing.changed': [
      {
        to: 'joined',
        as: 'user_typing',
        with: ({ threadId, data: { userId, typing: isTyping } }) => {
          const told = (who: Parameters<typeof user>[0]) =>
            done({ conversationId: threadId, userId, isTyping, user: user(who) })
          return ask('user.get', { userId }, told, () =>
            told({ id: userId, name: userId, avatarUrl: null }),
          )
        },
      },
    ],
    // Who is away says so by `user_online {isOnline: false}`.
    'presence.updated': [
      {
        to: 'all',
        as: 'user_online_status',
        with: ({ data: { userId, status, lastSeen } }, { at }) =>
          done({ userId, isOnline: status === 'online', lastSeen: lastSeen ?? at }),
      },
    ],
    'broadcast.created': [],
    'queue.updated': [],
    'moderation.warning': [],
    'notification.created': [],
    'notification.updated': [],
  },

  welcome: () => done([]),
  // "No token provided", "Invalid token": a connect error.
  refusal: () => null,
  failure: (error) => {
    const { success, error: said } = failure(error)
    return { event: 'error', data: { success, error: said } }
  },
}
