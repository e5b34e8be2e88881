// EventFlow's messages: sent, listed, changed, reacted to, read.
import { DraftId, UserId, isDraftId, messagePlace } from '../../contract/ids.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import { Content, Emoji } from '../../contract/message.ts'
import type { Draft } from '../../contract/draft.ts'
import type { Message } from '../../contract/message.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint, Plan } from '../dialect.ts'
import { fileList, flag, listOf, maybe, moment, text } from '../fields.ts'
import { skipping, slice } from '../paging.ts'
import { messages } from './paths.ts'
import { draft, edition, forwarded, message, reactions } from './shapes.ts'

/** Messages of one thread, in seq order, with what their receipts say of them. */
function shown(natives: Message[], end: (shapes: object[]) => object): Plan<object> {
  const [first] = natives
  const last = natives.at(-1)
  if (!first || !last) return done(end([]))
  const from = Math.max(first.seq, last.seq - limits.receiptsPage + 1)
  return ask('receipt.list', { threadId: first.threadId, from, to: last.seq }, ({ items }) => {
    const known = new Map(items.map(({ messageId, receipts }) => [messageId, receipts]))
    return done(end(natives.map((native) => message(native, known.get(native.id)))))
  })
}

/** One message, as an answer or an event has it. */
export const oneMessage = (native: Message) => shown([native], ([shape]) => ({ message: shape }))

const oneDraft = (native: Draft) => done({ message: draft(native) })

function given(content: string | undefined): string {
  if (content === undefined) throw new ChatError('invalid', 'content: is missing')
  return content
}

/** What was deleted for all is gone from lists. */
const isThere = ({ deletedAt }: Message) => deletedAt === null

/**
 * Where a page ends. `before` is what a client has of its oldest message: the `_id`, the number in
 * the thread, or the time, which is looked for by halves.
 */
function withStart(
  before: string | undefined,
  threadId: string,
  then: (seq: number | undefined) => Plan<object>,
): Plan<object> {
  if (before === undefined) return then(undefined)
  const place = messagePlace(before)
  if (place?.threadId === threadId) return then(place.seq)
  if (/^\d{1,15}$/.test(before)) return then(Number(before))
  if (!moment.safeParse(before).success)
    throw new ChatError('invalid', 'before: must be an _id or a time of a message of this thread')
  const at = Date.parse(before)
  const halve = (low: number, high: number): Plan<object> => {
    if (low >= high) return then(low)
    const middle = Math.floor((low + high) / 2)
    return ask('message.list', { threadId, after: middle - 1, limit: 1 }, ({ items: [one] }) =>
      one && Date.parse(one.createdAt) < at ? halve(one.seq + 1, high) : halve(low, middle),
    )
  }
  return ask('thread.get', { threadId }, ({ headSeq }) => halve(1, headSeq + 1))
}

const edit = ({ params, body }: { params: { messageId: string }; body: { content: string } }) =>
  ask('message.edit', { ...params, ...body, format: 'html' }, oneMessage)

export const messageRows: Endpoint[] = [
  endpoint('GET', `${messages}/drafts`, { query: skipping }, ({ query }) =>
    slice<Draft, object>(
      query,
      (cursor, limit, then) => ask('draft.list', { cursor, limit }, then),
      (items, hasMore) => done({ drafts: items.map(draft), hasMore }),
    ),
  ),
  endpoint('GET', `${messages}/sent`, { query: skipping }, ({ query }) =>
    slice<Message, object>(
      { ...query, keep: isThere },
      (cursor, limit, then) => ask('message.sent', { cursor, limit }, then),
      (items, hasMore) => done({ messages: items.map((one) => message(one)), hasMore }),
    ),
  ),
  endpoint('GET', `${messages}/unread`, {}, () =>
    ask('unread.get', {}, ({ total }) => done({ count: total })),
  ),
  endpoint(
    'PUT',
    `${messages}/:messageId/edit`,
    { body: { content: Content } },
    ({ params, body }) => edit({ params, body }),
  ),
  endpoint('GET', `${messages}/:messageId/history`, {}, ({ params }) =>
    ask('message.history', params, ({ items }) =>
      done({ messageId: params.messageId, history: items.map(edition) }),
    ),
  ),
  // Each recipient has a result of their own; nothing forwarded to anybody is an error.
  endpoint(
    'POST',
    `${messages}/:messageId/forward`,
    {
      body: {
        recipientIds: listOf(UserId, 1, limits.forwardTargets),
        note: maybe(text(limits.content)),
      },
      status: 201,
    },
    ({ params, body, key: clientId }) =>
      ask('message.forward', { ...params, ...body, clientId }, ({ items }) => {
        const sent = items.flatMap((item) => ('message' in item ? item.message : []))
        const [first] = items
        if (sent.length === 0 && first && 'error' in first)
          throw new ChatError(first.error.code, first.error.message, first.error.details)
        return done({ messages: sent.map((each) => message(each)), results: items.map(forwarded) })
      }),
  ),
  // "Add/toggle": the same emoji again takes it back.
  endpoint(
    'POST',
    `${messages}/:messageId/reactions`,
    { body: { emoji: Emoji } },
    ({ params, body, me }) =>
      ask('message.get', params, (native) => {
        const mine = native.reactions.some(
          ({ emoji, userIds }) => emoji === body.emoji && userIds.includes(me.id),
        )
        return ask(mine ? 'reaction.remove' : 'reaction.add', { ...params, ...body }, (now) =>
          done({ messageId: now.id, reactions: reactions(now.reactions) }),
        )
      }),
  ),
  // Takes a message, or a whole thread under its other name, `POST /:conversationId/read`.
  endpoint('POST', `${messages}/:id/read`, {}, ({ params: { id } }) =>
    messagePlace(id)
      ? ask('message.read', { messageId: id }, ({ unread }) => done({ unreadCount: unread }))
      : ask('thread.read', { threadId: id }, ({ unread }) => done({ unreadCount: unread })),
  ),
  endpoint(
    'GET',
    `${messages}/:threadId`,
    { query: { ...skipping, before: maybe(text(96)) } },
    ({ params: { threadId }, query: { before, ...page } }) =>
      withStart(before, threadId, (start) =>
        slice<Message, object>(
          { ...page, keep: isThere },
          (cursor, limit, then) =>
            ask(
              'message.list',
              { threadId, limit, before: cursor === undefined ? start : Number(cursor) },
              ({ items, nextCursor }) => then({ items: items.toReversed(), nextCursor }),
            ),
          (items, hasMore) =>
            shown(items.toReversed(), (shapes) => ({ messages: shapes, hasMore })),
        ),
      ),
  ),
  endpoint(
    'POST',
    `${messages}/:threadId`,
    {
      body: {
        content: maybe(text(limits.content)),
        attachments: fileList,
        isDraft: maybe(flag),
        draftId: maybe(DraftId),
      },
      status: 201,
    },
    ({ params, body: { content, attachments, isDraft, draftId }, key: clientId }) => {
      const format = 'html'
      if (draftId !== undefined)
        return ask('draft.send', { messageId: draftId, content, format, attachments }, oneMessage)
      // Files need no words.
      const said = attachments?.length ? (content ?? '') : given(content)
      const mine = { ...params, content: said, format, clientId, attachments } as const
      return isDraft === true
        ? ask('draft.create', { ...mine, draft: true }, oneDraft)
        : ask('message.send', mine, oneMessage)
    },
  ),
  // A draft is changed, or sent by `isDraft: false`; a message that was sent is edited as by `/edit`.
  endpoint(
    'PUT',
    `${messages}/:messageId`,
    { body: { content: maybe(text(limits.content)), isDraft: maybe(flag) } },
    ({ params: { messageId }, body: { content, isDraft } }) => {
      if (!isDraftId(messageId))
        return edit({ params: { messageId }, body: { content: given(content) } })
      const change = { messageId, content, format: 'html' } as const
      return isDraft === false
        ? ask('draft.send', change, oneMessage)
        : ask('draft.edit', { ...change, content: given(content) }, oneDraft)
    },
  ),
  endpoint('DELETE', `${messages}/:messageId`, {}, ({ params }) =>
    isDraftId(params.messageId)
      ? ask('draft.delete', params, () => done({}))
      : ask('message.delete', params, () => done({})),
  ),
]
