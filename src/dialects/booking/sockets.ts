// Booking's Socket.IO events.
import type { Actor } from '../../contract/actor.ts'
import { ChatError } from '../../contract/errors.ts'
import { ThreadId, UserId } from '../../contract/ids.ts'
import { Content } from '../../contract/message.ts'
import { ask, done, hear } from '../dialect.ts'
import type { Emit, Hear, Listener, News, NewsName, Plan, Say, Sockets } from '../dialect.ts'
import { maybe, text } from '../fields.ts'
import { address, escaped, words } from '../shown.ts'
import { oneConversation } from './plans.ts'
import { failure, message } from './shapes.ts'

/** A bare id, or an object that holds it. */
const inConversation = (plan: (threadId: string) => ReturnType<Hear['plan']>): Hear =>
  hear(
    { conversationId: ThreadId },
    ({ data: { conversationId } }) => plan(conversationId),
    'conversationId',
  )

const typing = (is: boolean) =>
  inConversation((threadId) => ask('typing.set', { threadId, typing: is }, () => done({})))

const authenticated = ({ id: userId, role }: Actor): Emit => ({
  event: 'authenticated',
  data: { userId, role: words(role) },
})

/** What a conversation is now, as its listener sees it. */
const conversationNow = (
  { threadId }: { threadId: string },
  { me }: Listener,
): Plan<object | null> =>
  ask('thread.get', { threadId }, (thread) =>
    oneConversation(thread, me.id, (conversation) => ({ conversation })),
  )

const updated = <N extends NewsName>(): Say<N> => ({
  to: 'all',
  as: 'conversation_updated',
  with: conversationNow,
})

const sent = ({ threadId, data }: News<'message.created'>) =>
  done({ conversationId: threadId, message: message(data, []) })

const presence = (as: string, status: 'online' | 'offline'): Say<'presence.updated'> => ({
  to: 'all',
  as,
  with: ({ data }) =>
    done(data.status === status ? { userId: data.userId, lastSeen: data.lastSeen } : null),
})

export const sockets: Sockets = {
  namespace: '/',

  hears: {
    // The token of the handshake has said who this is: what is said here may only repeat it.
    authenticate: hear(
      { token: maybe(text(8192)), userId: maybe(UserId) },
      ({ data: { userId }, me }) => {
        if (userId !== undefined && userId !== me.id)
          throw new ChatError('forbidden', 'the token names somebody else')
        return done({ emit: [authenticated(me)] })
      },
      'token',
    ),
    join_conversation: inConversation((threadId) =>
      ask('thread.get', { threadId }, ({ id }) =>
        done({ join: id, answer: { conversationId: id } }),
      ),
    ),
    // Who leaves does not type there any more, and may leave what they never were in.
    leave_conversation: inConversation((threadId) => {
      const left = () => done({ leave: threadId })
      return ask('typing.set', { threadId, typing: false }, left, left)
    }),
    typing_start: typing(true),
    typing_stop: typing(false),
    admin_broadcast: hear(
      { message: Content },
      ({ data }) => ask('admin.broadcast', { content: data.message }, () => done({})),
      'message',
    ),
  },

  says: {
    'message.created': [
      { to: 'others', as: 'new_message', with: sent },
      { to: 'author', as: 'message_sent', with: sent },
      updated(),
    ],
    // A reaction or a preview that came changes nothing that a conversation shows.
    'message.updated': [
      {
        to: 'all',
        as: 'conversation_updated',
        with: (news, listener) =>
          news.data.editedAt === null ? done(null) : conversationNow(news, listener),
      },
    ],
    'message.deleted': [updated()],
    'message.reactions': [],
    'proposal.updated': [],
    'thread.created': [updated()],
    'thread.updated': [updated()],
    'member.joined': [updated()],
    'member.updated': [updated()],
    'member.left': [updated()],
    'read.updated': [
      {
        to: 'all',
        as: 'messages_read',
        with: ({ threadId, data: { userId } }, { at: readAt }) =>
          done({ conversationId: threadId, userId, readAt }),
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
          const told = (name: string, avatarUrl: string | null) =>
            done({
              conversationId: threadId,
              userId,
              isTyping,
              user: { _id: userId, name: words(name), avatar: address(avatarUrl) },
            })
          return ask(
            'user.get',
            { userId },
            ({ name, avatarUrl }) => told(name, avatarUrl),
            () => told(userId, null),
          )
        },
      },
    ],
    'presence.updated': [presence('user_online', 'online'), presence('user_offline', 'offline')],
    'broadcast.created': [
      {
        to: 'all',
        as: 'admin_broadcast',
        with: ({ data: { content, from } }) =>
          done({ message: escaped(content), from: { _id: from.id, name: words(from.name) } }),
      },
    ],
    'queue.updated': [],
    'moderation.warning': [],
    'notification.created': [],
    'notification.updated': [],
  },

  // "Admin Events: … user_online, user_offline": admins hear of everybody.
  welcome: ({ me }) => {
    const greeting = () => done([authenticated(me)])
    return me.role === 'admin' ? ask('presence.watch', {}, greeting, greeting) : greeting()
  },
  refusal: () => null,
  failure: (error) => ({ event: 'error', data: failure(error) }),
}
