// Therapy's messages: sent, changed, read, reacted to, found; and who may not write.
import { MessageId, ThreadId, UserId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { Content, Emoji } from '../../contract/message.ts'
import type { Input } from '../../contract/operations.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { fileList, maybe, oneOf, text, webAddress, whole } from '../fields.ts'
import { numbered, pageStart } from '../paging.ts'
import { messages, sent } from './plans.ts'
import { hit, reaction } from './shapes.ts'

/** SYSTEM is said by the server alone. */
const kinds = {
  TEXT: 'text',
  IMAGE: 'image',
  FILE: 'file',
  AUDIO: 'audio',
  VIDEO: 'video',
} as const

const success = { success: true }

/** A file that was uploaded here is shown as ours; any other address is kept as it is. */
function file(
  fileUrl: string | undefined,
  about: { fileName: string | undefined; fileSize: number | undefined },
): Pick<Input<'message.send'>, 'attachments' | 'metadata'> {
  if (fileUrl === undefined) return {}
  const ours = fileList.safeParse([fileUrl])
  if (ours.success) return { attachments: ours.data }
  const { fileName, fileSize } = about
  return {
    metadata: {
      fileUrl,
      ...(fileName !== undefined && { fileName }),
      ...(fileSize !== undefined && { fileSize }),
    },
  }
}

export const messageRows = (base: string): Endpoint[] => [
  endpoint(
    'POST',
    `${base}/conversations/:conversationId/messages`,
    {
      body: {
        content: Content,
        messageType: maybe(oneOf('TEXT', 'IMAGE', 'FILE', 'AUDIO', 'VIDEO')),
        replyToId: maybe(MessageId),
        attachmentUrl: maybe(webAddress),
        attachmentName: maybe(text(255)),
        attachmentSize: maybe(whole(0, Number.MAX_SAFE_INTEGER)),
      },
      status: 201,
    },
    ({ params: { conversationId: threadId }, body, key: clientId }) => {
      const { content, messageType = 'TEXT', replyToId: replyTo, attachmentUrl } = body
      const about = { fileName: body.attachmentName, fileSize: body.attachmentSize }
      return ask(
        'message.send',
        {
          ...{ threadId, clientId, content, replyTo, kind: kinds[messageType], format: 'html' },
          ...file(attachmentUrl, about),
        },
        (native) => sent(native, (shape) => shape),
      )
    },
  ),
  endpoint(
    'PUT',
    `${base}/messages/:messageId`,
    { body: { content: Content } },
    ({ params, body }) =>
      ask('message.edit', { ...params, ...body, format: 'html' }, (native) =>
        messages([native], ([shape]) => shape ?? {}),
      ),
  ),
  // "204 No Content" with a body: the body wins, and a body needs a 200.
  endpoint('DELETE', `${base}/messages/:messageId`, {}, ({ params }) =>
    ask('message.delete', params, () => done(success)),
  ),
  endpoint('POST', `${base}/messages/:messageId/read`, {}, ({ params }) =>
    ask('message.read', params, () => done(success)),
  ),
  endpoint(
    'POST',
    `${base}/messages/:messageId/reactions`,
    { body: { emoji: Emoji }, status: 201 },
    ({ params: { messageId }, body: { emoji }, me, at: createdAt }) =>
      ask('reaction.add', { messageId, emoji }, ({ id, threadId, seq }) =>
        ask('reaction.list', { threadId, from: seq, to: seq }, ({ items: [all] }) => {
          const mine = (all?.reactions ?? []).find(
            (entry) => entry.emoji === emoji && entry.user.id === me.id,
          )
          // Somebody else of mine took it back in between.
          const gone = { emoji, user: { ...me, name: me.name ?? me.id }, createdAt }
          return done(reaction(id, mine ?? gone))
        }),
      ),
  ),
  endpoint('DELETE', `${base}/messages/:messageId/reactions/:emoji`, {}, ({ params }) =>
    ask('reaction.remove', params, () => done(success)),
  ),
  endpoint(
    'POST',
    `${base}/block`,
    { body: { userId: UserId, reason: maybe(text(500)) }, status: 201 },
    ({ body }) => ask('block.add', body, () => done(success)),
  ),
  endpoint('DELETE', `${base}/block/:blockedUserId`, {}, ({ params: { blockedUserId: userId } }) =>
    ask('block.remove', { userId }, () => done(success)),
  ),
  endpoint(
    'GET',
    `${base}/search`,
    {
      query: {
        ...numbered,
        limit: whole(1, limits.searchPageMost).default(limits.searchPage),
        query: text(limits.searchText).min(1),
        conversationId: maybe(ThreadId),
      },
    },
    ({ query: { query: q, conversationId: threadId, ...page } }) =>
      ask(
        'message.search',
        { q, threadId, limit: page.limit, offset: pageStart(page) },
        ({ items }) => done(items.map(hit)),
      ),
  ),
]
