// Marketplace's conversations.
import type { Actor } from '../../contract/actor.ts'
import { ChatError } from '../../contract/errors.ts'
import { UserId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { PageCursor } from '../../contract/operation.ts'
import { Title } from '../../contract/thread.ts'
import type { Member, Thread } from '../../contract/thread.ts'
import { WebAddress } from '../../contract/user.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint, Plan } from '../dialect.ts'
import { flag, listOf, maybe, oneOf, pageSizeOf } from '../fields.ts'
import { leaf, numbered, pageStart } from '../paging.ts'
import { listed } from './plans.ts'
import { conversation } from './shapes.ts'

const base = '/api/conversations'
const at = `${base}/:id`

const shown = (me: Actor) => (thread: Thread) => done(conversation(thread, me.id))

const participants = listOf(UserId, 1, limits.membersPerRequest)
const group = { groupName: maybe(Title), groupAvatar: maybe(WebAddress) }

/** All members of a thread: what a thread itself lists are the first. */
function membersOf(
  threadId: string,
  then: (members: Member[]) => Plan<object>,
  before: Member[] = [],
  cursor?: string,
): Plan<object> {
  return ask('member.list', { threadId, cursor, limit: limits.pageMost }, (page) => {
    const all = [...before, ...page.items]
    return page.nextCursor === null ? then(all) : membersOf(threadId, then, all, page.nextCursor)
  })
}

/** Those who are in the list come in, the others go; whoever asks stays. */
function setMembers(
  threadId: string,
  wanted: string[],
  me: Actor,
  then: () => Plan<object>,
): Plan<object> {
  return membersOf(threadId, (members) => {
    const present = new Set(members.map(({ userId }) => userId))
    const kept = new Set([...wanted, me.id])
    const userIds = wanted.filter((userId) => !present.has(userId))
    const gone = [...present].filter((userId) => !kept.has(userId))
    const remove = ([userId, ...rest]: string[]): Plan<object> =>
      userId === undefined ? then() : ask('member.remove', { threadId, userId }, () => remove(rest))
    return userIds.length === 0
      ? remove(gone)
      : ask('member.add', { threadId, userIds }, () => remove(gone))
  })
}

export const conversationRows: Endpoint[] = [
  endpoint(
    'GET',
    base,
    { query: { ...numbered, limit: pageSizeOf(20), cursor: PageCursor, archived: maybe(flag) } },
    ({ query, me }) => {
      const status = query.archived === true ? 'archived' : 'active'
      return leaf<Thread, object>(
        { skip: pageStart(query), limit: query.limit, cursor: query.cursor },
        (cursor, limit, then) => ask('thread.list', { status, cursor, limit, total: true }, then),
        (items, { total = 0, nextCursor }) =>
          done(
            listed(
              items.map((thread) => conversation(thread, me.id)),
              query,
              { total, nextCursor },
            ),
          ),
      )
    },
  ),
  // Whoever creates it need not name themselves. Two people have one direct conversation.
  endpoint(
    'POST',
    base,
    { body: { participants, type: maybe(oneOf('direct', 'group')), ...group }, status: 201 },
    ({
      body: { participants: named, type: wanted, groupName, groupAvatar },
      me,
      key: clientId,
    }) => {
      const others = new Set(named.filter((userId) => userId !== me.id))
      const type = wanted ?? (others.size === 1 && !groupName ? 'direct' : 'group')
      const isGroup = type === 'group'
      return ask(
        'thread.create',
        {
          type,
          participants: named,
          title: isGroup ? groupName : undefined,
          metadata: isGroup && groupAvatar ? { avatarUrl: groupAvatar } : undefined,
          clientId,
        },
        shown(me),
      )
    },
  ),
  endpoint('GET', at, {}, ({ params, me }) =>
    ask('thread.get', { threadId: params.id }, shown(me)),
  ),
  // Name, avatar and members of a group, by its admins.
  endpoint(
    'PUT',
    at,
    { body: { ...group, participants: maybe(participants) } },
    ({
      params: { id: threadId },
      body: { groupName: title, groupAvatar, participants: all },
      me,
    }) =>
      ask('thread.get', { threadId }, (thread) => {
        if (thread.type === 'direct')
          throw new ChatError(
            'invalid',
            'id: a direct conversation has no name and no other members',
          )
        const metadata =
          groupAvatar === undefined ? undefined : { ...thread.metadata, avatarUrl: groupAvatar }
        const update = () =>
          title === undefined && metadata === undefined
            ? ask('thread.get', { threadId }, shown(me))
            : ask('thread.update', { threadId, title, metadata }, shown(me))
        return all === undefined ? update() : setMembers(threadId, all, me, update)
      }),
  ),
  endpoint('PUT', `${at}/archive`, {}, ({ params, me }) =>
    ask('thread.archive', { threadId: params.id }, shown(me)),
  ),
  endpoint('PUT', `${at}/unarchive`, {}, ({ params, me }) =>
    ask('thread.unarchive', { threadId: params.id }, shown(me)),
  ),
  // For the caller, until its next message.
  endpoint('DELETE', at, { status: 204 }, ({ params }) =>
    ask('thread.hide', { threadId: params.id }, () => done({})),
  ),
  endpoint('GET', `${at}/unread-count`, {}, ({ params }) =>
    ask('thread.get', { threadId: params.id }, ({ id, unread }) =>
      done({ conversationId: id, unreadCount: unread }),
    ),
  ),
]
