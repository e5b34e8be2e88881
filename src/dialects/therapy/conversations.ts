// Therapy's conversations.
import { ChatError } from '../../contract/errors.ts'
import { UserId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import type { Thread } from '../../contract/thread.ts'
import { Title } from '../../contract/thread.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { listOf, maybe, oneOf, pageSizeOf } from '../fields.ts'
import { numbered, pageStart, slice } from '../paging.ts'
import { messages } from './plans.ts'
import { conversation, listed } from './shapes.ts'

const types = {
  DIRECT: 'direct',
  GROUP: 'group',
  SUPPORT: 'support',
  THERAPY: 'therapy',
} as const

export const conversationRows = (base: string): Endpoint[] => [
  // Two people have one DIRECT conversation: a second create finds the first.
  endpoint(
    'POST',
    `${base}/conversations`,
    {
      body: {
        participantIds: listOf(UserId, 1, limits.membersPerRequest),
        type: maybe(oneOf('DIRECT', 'GROUP', 'SUPPORT', 'THERAPY')),
        title: maybe(Title),
      },
      status: 201,
    },
    ({ body: { participantIds: participants, type: named, title }, me, key: clientId }) => {
      const others = new Set(participants.filter((userId) => userId !== me.id))
      const type = named ? types[named] : others.size === 1 ? 'direct' : 'group'
      if (type === 'direct' && others.size !== 1)
        throw new ChatError(
          'invalid',
          'participantIds: a DIRECT conversation is with exactly one other person',
        )
      return ask('thread.create', { type, participants, title, clientId }, (native) =>
        done(conversation(native)),
      )
    },
  ),
  endpoint(
    'GET',
    `${base}/conversations`,
    { query: { ...numbered, limit: pageSizeOf(20) } },
    ({ query }) =>
      slice<Thread, object>(
        { skip: pageStart(query), limit: query.limit },
        (cursor, limit, then) => ask('thread.list', { cursor, limit }, then),
        (items) => done(items.map(listed)),
      ),
  ),
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
            { threadId, limit, before: cursor === undefined ? undefined : Number(cursor) },
            ({ items, nextCursor }) => then({ items: items.toReversed(), nextCursor }),
          ),
        (items) => messages(items.toReversed(), (shapes) => shapes),
      ),
  ),
]
