// Therapy's Socket.IO events.
import type { ErrorBody } from '../../contract/errors.ts'
import { ThreadId, messageId } from '../../contract/ids.ts'
import { Subject } from '../../contract/thread.ts'
import { ask, done, hear } from '../dialect.ts'
import type { Hear, News, Say, Sockets } from '../dialect.ts'
import { flag } from '../fields.ts'
import { html, safeError } from '../shown.ts'
import { placeOf, sent } from './plans.ts'
import { person } from './shapes.ts'

const inConversation = { conversationId: ThreadId }

/** Whoever joins a community or a post hears who types there; its messages come anyway. */
const joinPlace = (type: 'community' | 'post', field: 'communityId' | 'postId'): Hear =>
  hear({ [field]: Subject.shape.id }, ({ data }) => {
    const given = String(data[field])
    return placeOf(type, given, (join) =>
      done({
        join,
        emit: [{ event: `${type}_joined`, data: { [field]: given } }],
        answer: { [field]: given },
      }),
    )
  })

const joined = 'user_joined_conversation'
const left = 'user_left_conversation'

/** Who opens a conversation on their screen, and who turns away. */
const viewer = (as: string, viewing: boolean): Say<'viewing.updated'> => ({
  to: 'joined',
  as,
  with: ({ threadId: conversationId, data }, { me }) =>
    done(
      data.viewing === viewing && data.userId !== me.id
        ? { conversationId, userId: data.userId }
        : null,
    ),
})

/** Who comes to be in it, or no longer is: the document has one name for both. */
const member = (as: string): Say<'member.joined'> & Say<'member.left'> => ({
  to: 'all',
  as,
  with: ({ threadId: conversationId, data: { userId } }) => done({ conversationId, userId }),
})

/** Of what came while a client was away it is not known who did it. */
const reacted = ({ threadId: conversationId, data }: News<'message.reactions'>) => {
  if (!data.change) return done(null)
  const { user, added, removed } = data.change
  const one = (action: 'added' | 'removed') => (emoji: string) => ({
    messageId: data.messageId,
    conversationId,
    reaction: { emoji, user: person(user) },
    action,
  })
  return done([
    ...removed.map(one('removed')),
    ...(added === null ? [] : [added]).map(one('added')),
  ])
}

/** When a limit is lifted again, where a client looks for it. */
const pause = ({ code, details }: ErrorBody) =>
  code === 'rate_limited' && { retryAfter: (details as { retryAfter: number }).retryAfter }

export const sockets: Sockets = {
  namespace: '/messaging',

  hears: {
    join_conversation: hear(inConversation, ({ data: { conversationId: threadId } }) =>
      ask('viewing.set', { threadId, viewing: true }, () =>
        done({
          join: threadId,
          emit: [{ event: 'conversation_joined', data: { conversationId: threadId } }],
          answer: { conversationId: threadId },
        }),
      ),
    ),
    // Who leaves does not type there any more, and may leave what they never were in.
    leave_conversation: hear(inConversation, ({ data: { conversationId: threadId } }) => {
      const gone = () =>
        done({
          leave: threadId,
          emit: [{ event: 'conversation_left', data: { conversationId: threadId } }],
          answer: { conversationId: threadId },
        })
      const away = () => ask('viewing.set', { threadId, viewing: false }, gone, gone)
      return ask('typing.set', { threadId, typing: false }, away, gone)
    }),
    typing_indicator: hear({ ...inConversation, isTyping: flag }, ({ data }) =>
      ask('typing.set', { threadId: data.conversationId, typing: data.isTyping }, () => done({})),
    ),
    join_community: joinPlace('community', 'communityId'),
    join_post: joinPlace('post', 'postId'),
  },

  says: {
    'message.created': [
      { to: 'all', as: 'new_message', with: ({ data }) => sent(data, (shape) => shape) },
      // What is said in a post's thread is a comment on it.
      {
        to: 'all',
        as: 'new_comment',
        with: ({ threadId, data }) =>
          ask('thread.facts', { threadId }, ({ type, subject }) =>
            type === 'post'
              ? sent(data, (comment) => ({ postId: subject?.id ?? threadId, comment }))
              : done(null),
          ),
      },
    ],
    // A preview that came is no edit.
    'message.updated': [
      {
        to: 'all',
        as: 'message_updated',
        with: ({ threadId: conversationId, data }) =>
          done(
            data.editedAt === null
              ? null
              : {
                  ...{ messageId: data.id, conversationId, content: html(data) },
                  ...{ isEdited: true, editedAt: data.editedAt },
                },
          ),
      },
    ],
    // The document has no event of its own for it: a list shows it empty, and so does an update.
    'message.deleted': [
      {
        to: 'all',
        as: 'message_updated',
        with: ({ threadId: conversationId, data }) =>
          done(
            'hidden' in data
              ? null
              : {
                  ...{ messageId: data.id, conversationId, content: '' },
                  ...{ isEdited: data.editedAt !== null, editedAt: data.editedAt },
                  isDeleted: true,
                },
          ),
      },
    ],
    'message.reactions': [{ to: 'all', as: 'message_reaction', with: reacted }],
    'member.joined': [member(joined)],
    'member.left': [member(left)],
    'viewing.updated': [viewer(joined, true), viewer(left, false)],
    'read.updated': [
      {
        to: 'all',
        as: 'message_read',
        with: ({ threadId: conversationId, data: { userId, readSeq } }, { at: readAt }) =>
          done(
            readSeq === 0
              ? null
              : { messageId: messageId(conversationId, readSeq), conversationId, userId, readAt },
          ),
      },
    ],
    'typing.changed': [
      {
        to: 'joined',
        as: 'typing_indicator',
        with: ({ threadId: conversationId, data: { userId, typing: isTyping } }) =>
          done({ conversationId, userId, isTyping }),
      },
    ],
    'presence.updated': [
      {
        to: 'all',
        as: 'user_status_changed',
        with: ({ data: { userId, status } }, { at: timestamp }) =>
          done({ userId, status, timestamp }),
      },
    ],
    'proposal.updated': [],
    'thread.created': [],
    'thread.updated': [],
    'member.updated': [],
    'delivered.updated': [],
    'queue.updated': [],
    'moderation.warning': [],
    'broadcast.created': [],
    'notification.created': [],
    'notification.updated': [],
    'reminder.updated': [],
    'schedule.updated': [],
  },

  welcome: ({ me: { id: userId, role }, at: timestamp }) =>
    done([
      {
        event: 'authenticated',
        data: { userId, role, message: 'Authenticated', timestamp },
      },
    ]),
  refusal: (error) => ({
    event: 'auth_error',
    data: { message: `Authentication failed: ${safeError(error).message}`, code: 'AUTH_FAILED' },
  }),
  failure: (error) => {
    const { message, code } = safeError(error)
    return { event: 'error', data: { message, code, ...pause(error) } }
  },
  attends: ({ threadId, here }) =>
    ask('viewing.set', { threadId, viewing: here }, () => done(null)),
}
