// EventFlow's offline queue, search and link previews.
import { ClientId, ThreadId } from '../../contract/ids.ts'
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { day, fileList, flag, maybe, nested, oneOf, text, whole } from '../fields.ts'
import { numbered, pageStart } from '../paging.ts'
import { messages } from './paths.ts'
import { hit, preview, queued } from './shapes.ts'

/** What is to be sent, beside the other fields or inside `message`. */
const letter = {
  threadId: maybe(ThreadId),
  content: maybe(text(limits.content)),
  attachments: fileList,
  clientId: maybe(ClientId),
}

export const moreRows: Endpoint[] = [
  endpoint(
    'POST',
    `${messages}/queue`,
    { body: { ...letter, message: maybe(nested(letter)) }, status: 201 },
    ({ body, key }) => {
      const { threadId, content, attachments, clientId = key } = { ...body, ...body.message }
      if (threadId === undefined) throw new ChatError('invalid', 'threadId: is missing')
      if (content === undefined && !attachments?.length)
        throw new ChatError('invalid', 'content: is missing')
      return ask(
        'queue.add',
        { threadId, content: content ?? '', attachments, clientId, format: 'html' },
        (item) => done({ item: queued(item) }),
      )
    },
  ),
  endpoint('GET', `${messages}/queue`, {}, () =>
    ask('queue.list', {}, ({ items }) => done({ items: items.map(queued) })),
  ),
  endpoint('POST', `${messages}/queue/:itemId/retry`, {}, ({ params }) =>
    ask('queue.retry', { queueItemId: params.itemId }, (item) => done({ item: queued(item) })),
  ),
  endpoint('DELETE', `${messages}/queue/:itemId`, {}, ({ params }) =>
    ask('queue.remove', { queueItemId: params.itemId }, () => done({})),
  ),
  endpoint(
    'GET',
    `${messages}/search`,
    {
      query: {
        ...numbered,
        limit: whole(1, limits.searchPageMost).default(limits.searchPage),
        q: text(limits.searchText).min(1),
        participant: maybe(text(limits.userId)),
        startDate: maybe(day),
        endDate: maybe(day),
        status: maybe(oneOf('read', 'unread')),
        hasAttachments: maybe(flag),
      },
    },
    ({ query: { q, page, limit, ...query } }) => {
      const offset = pageStart({ page, limit })
      return ask(
        'message.search',
        {
          q,
          limit,
          offset,
          total: true,
          senderId: query.participant,
          since: query.startDate,
          until: query.endDate,
          state: query.status,
          hasAttachments: query.hasAttachments,
        },
        ({ items, total = 0 }) =>
          done({ results: items.map(hit), total, page, hasMore: offset + limit < total }),
      )
    },
  ),
  endpoint(
    'POST',
    `${messages}/preview-link`,
    { body: { url: text(limits.webAddress).min(1) } },
    ({ body }) => ask('preview.get', body, (found) => done(preview(found))),
  ),
]
