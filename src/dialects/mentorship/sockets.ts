// Mentorship's Socket.IO events.
import { ChatError } from '../../contract/errors.ts'
import { ThreadId, UserId, messageId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import { ask, done, hear } from '../dialect.ts'
import type { Heard, Hear, Listener, News, Plan, Say, Sockets } from '../dialect.ts'
import { maybe, text } from '../fields.ts'
import { words } from '../shown.ts'
import { address, letter, letterOf, placed, send } from './plans.ts'
import { message, messageError } from './shapes.ts'

const sending = (where: { receiverId?: typeof UserId; roomId?: typeof ThreadId }): Hear =>
  hear({ ...letter, ...address, ...where }, ({ data, me }) =>
    send(me.id, data, letterOf(data), (shape) => ({ answer: { success: true, message: shape } })),
  )

const nothing = () => done<Heard>({})

const typing = (is: boolean): Hear =>
  hear(
    { ...address, conversationId: maybe(text(200)) },
    ({ data: { receiverId, roomId, conversationId } }) => {
      // Where nobody has said a word yet, nobody is there to see it.
      if (receiverId !== undefined)
        return ask('direct.find', { userId: receiverId }, ({ threadId }) =>
          ask('typing.set', { threadId, typing: is }, nothing, nothing),
        )
      const threadId = roomId ?? conversationId
      if (threadId === undefined)
        throw new ChatError('invalid', 'receiverId or roomId must say where it is typed')
      return ask('typing.set', { threadId, typing: is }, nothing)
    },
  )

const read = (threadId: string) =>
  ask('thread.read', { threadId }, ({ unread: unreadCount }) =>
    done({ answer: { success: true, unreadCount } }),
  )

const inRoom = (plan: (threadId: string) => Plan<Heard>): Hear =>
  hear({ roomId: ThreadId }, ({ data: { roomId } }) => plan(roomId), 'roomId')

/** A message, told under its name to those of one kind of place. */
const told =
  (direct: boolean) =>
  ({ threadId, data }: News<'message.created'>): Plan<object | null> =>
    placed(threadId, (place) =>
      done(place.pair.length > 0 === direct ? message(data, place) : null),
    )

/** The document hands over the message itself, its readers an object that holds it: it is both. */
const sent = ({ threadId, data }: News<'message.created'>) =>
  placed(threadId, (place) => {
    const shape = message(data, place)
    return done({ ...shape, message: shape })
  })

const isMine =
  (me: string) =>
  ({ sender, kind, deletedAt }: Message) =>
    sender.id === me && kind !== 'system' && deletedAt === null

/** Which of my messages came to a device of somebody: all up to a seq have, since one before. */
const arrived =
  (several: boolean) =>
  (
    { threadId, data: { userId: receiverId, deliveredSeq, after } }: News<'delivered.updated'>,
    { me, at: deliveredAt }: Listener,
  ): Plan<object | null> => {
    const count = deliveredSeq - after
    if (receiverId === me.id || count < 1 || count > 1 !== several) return done(null)
    return mineBetween(threadId, me.id, after, deliveredSeq, (mine) => {
      if (mine.length === 0) return null
      const which = several ? { messageIds: mine } : { messageId: mine[0] }
      return { ...which, conversationId: threadId, receiverId, deliveredAt }
    })
  }

/** My messages after a seq, up to another; of a long absence the newest ones. */
function mineBetween<T>(
  threadId: string,
  me: string,
  after: number,
  upTo: number,
  end: (mine: string[]) => T,
): Plan<T> {
  const gather = (from: number, found: string[]): Plan<T> => {
    if (from > upTo) return done(end(found))
    const to = Math.min(from + limits.pageMost - 1, upTo)
    const messageIds = Array.from({ length: to - from + 1 }, (_, n) =>
      messageId(threadId, from + n),
    )
    return ask('message.pick', { threadId, messageIds }, ({ items }) =>
      gather(to + 1, [...found, ...items.filter(isMine(me)).map(({ id }) => id)]),
    )
  }
  return gather(Math.max(after + 1, upTo - limits.receiptsPage + 1), [])
}

/** With somebody, typing is heard wherever they are; in a room by those who joined it. */
function typist(as: string, is: boolean): Say<'typing.changed'>[] {
  const say =
    (direct: boolean): Say<'typing.changed'>['with'] =>
    ({ threadId: conversationId, data: { userId, typing: now } }, { me }) => {
      if (now !== is) return done(null)
      return placed(conversationId, ({ pair, roomId }) => {
        if (pair.length > 0 !== direct) return done(null)
        const where = direct ? { receiverId: me.id } : { roomId }
        const named = (name: string) =>
          done({ userId, name: words(name), conversationId, ...where })
        return ask(
          'user.get',
          { userId },
          ({ name }) => named(name),
          () => named(userId),
        )
      })
    }
  return [
    { to: 'all', as, with: say(true) },
    { to: 'joined', as, with: say(false) },
  ]
}

const presence = (as: string, status: 'online' | 'offline'): Say<'presence.updated'> => ({
  to: 'all',
  as,
  with: ({ data: { userId, status: now, lastSeen } }) =>
    done(now !== status ? null : { userId, ...(status === 'offline' && { lastSeen }) }),
})

export const sockets: Sockets = {
  namespace: '/',
  delivers: true,

  hears: {
    send_message: sending({}),
    send_direct_message: sending({ receiverId: UserId }),
    send_room_message: sending({ roomId: ThreadId }),
    typing_start: typing(true),
    typing_stop: typing(false),
    mark_messages_read: hear(
      { otherUserId: maybe(UserId), roomId: maybe(ThreadId) },
      ({ data: { otherUserId: userId, roomId } }) => {
        if (roomId !== undefined) return read(roomId)
        if (userId === undefined)
          throw new ChatError('invalid', 'otherUserId or roomId must say which messages')
        return ask('direct.find', { userId }, ({ threadId }) => read(threadId))
      },
    ),
    // They change no membership: whoever is a member hears of its messages anyway.
    join_room: inRoom((threadId) =>
      ask('thread.facts', { threadId }, ({ id: roomId }) =>
        done({ join: roomId, answer: { success: true, roomId } }),
      ),
    ),
    // Who leaves does not type there any more, and may leave what they never were in.
    leave_room: inRoom((roomId) => {
      const left = () => done({ leave: roomId, answer: { success: true, roomId } })
      return ask('typing.set', { threadId: roomId, typing: false }, left, left)
    }),
  },

  says: {
    'message.created': [
      { to: 'author', as: 'message_sent', with: sent },
      { to: 'others', as: 'new_direct_message', with: told(true) },
      { to: 'all', as: 'new_room_message', with: told(false) },
    ],
    'delivered.updated': [
      { to: 'all', as: 'message_delivered', with: arrived(false) },
      { to: 'all', as: 'messages_delivered', with: arrived(true) },
    ],
    'read.updated': [
      {
        to: 'all',
        as: 'messages_read',
        with: ({ threadId: conversationId, data: { userId: readerId } }, { at: readAt }) =>
          done({ readerId, conversationId, readAt }),
      },
    ],
    'typing.changed': [...typist('user_typing', true), ...typist('user_stopped_typing', false)],
    'presence.updated': [
      presence('user_online', 'online'),
      presence('user_offline', 'offline'),
      {
        to: 'all',
        as: 'user_status_change',
        with: ({ data: { userId, status, lastSeen } }) => done({ userId, status, lastSeen }),
      },
    ],
    'message.updated': [],
    'message.deleted': [],
    'message.reactions': [],
    'proposal.updated': [],
    'thread.created': [],
    'thread.updated': [],
    'member.joined': [],
    'member.updated': [],
    'member.left': [],
    'viewing.updated': [],
    'queue.updated': [],
    'moderation.warning': [],
    'broadcast.created': [],
    'notification.created': [],
    'notification.updated': [],
    'reminder.updated': [],
    'schedule.updated': [],
  },

  welcome: () => done([]),
  refusal: () => null,
  failure: (error, said) => ({ event: 'message_error', data: messageError(error, said) }),
}
