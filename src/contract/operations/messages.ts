// Messages, reactions, receipts.
import { z } from 'zod'
import { AttachmentId, ClientId, MessageId, Seq, ThreadId, UserId } from '../ids.ts'
import { metadataIssues } from '../kinds.ts'
import { limits } from '../limits.ts'
import * as messages from '../message.ts'
import { Flag, PageCursor, PageSize, op, page, write } from '../operation.ts'
import * as threads from '../thread.ts'

const inThread = z.object({ threadId: ThreadId })
const ofMessage = z.object({ messageId: MessageId })

export const ExpiresIn = z.number().int().min(1).max(limits.expiresSeconds)

/** Files that I uploaded, in the order in which they are shown; the same one twice is one. */
export const Attachments = z
  .array(AttachmentId)
  .max(limits.attachments)
  .transform((ids) => [...new Set(ids)])

/** Messages from one seq to another, inclusive: at most `limits.receiptsPage`. */
const Stretch = inThread
  .extend({ from: Seq, to: Seq })
  .refine(({ from, to }) => to - from < limits.receiptsPage, {
    path: ['to'],
    message: `must be less than ${limits.receiptsPage} after from`,
  })

export const SendFields = inThread.extend({
  clientId: ClientId.optional(),
  /** May be empty where there are attachments. */
  content: z.string().max(limits.content).default(''),
  format: messages.Format.default('plain'),
  kind: messages.SendKind.default('text'),
  metadata: messages.Metadata.optional(),
  /** By id: what `@name` in the text means, the client knows. Whoever is no member is left out. */
  mentions: z.array(UserId).max(limits.mentions).optional(),
  /** `@all` and `@here`: for owners and admins, and in small threads for every member. */
  everyone: messages.Everyone.optional(),
  replyTo: MessageId.optional(),
  /** Seconds from when it is sent until it vanishes. */
  expiresIn: ExpiresIn.optional(),
  attachments: Attachments.optional(),
  /** `true` makes it a draft, see contract/draft.ts; anything else but `false` is a mistake. */
  draft: z.literal(false).optional(),
})

/** Words, or files, or both. */
export const saysSomething = (said: { content: string; attachments?: string[] | undefined }) =>
  said.content.trim() !== '' || (said.attachments ?? []).length > 0
export const nothingSaid = { path: ['content'], message: 'must not be empty' }

/** What a message needs to be sent, beyond the form of each field. */
export function requireWhole(input: z.output<typeof SendFields>, context: z.RefinementCtx): void {
  const { kind, metadata } = input
  if (!saysSomething(input)) context.addIssue({ code: 'custom', ...nothingSaid })
  if (kind === 'text') return
  for (const { path, message } of metadataIssues(kind, metadata))
    context.addIssue({ code: 'custom', path, message })
}

const SendInput = SendFields.superRefine(requireWhole)

export const messagesOperations = {
  'message.send': op(
    'thread',
    'Send; the same clientId answers the first result again, for ever',
    SendInput,
    messages.Message,
    write,
  ),
  'message.list': op(
    'thread',
    'Messages in seq order: the newest page, or a page before, after or around a seq',
    inThread.extend({
      before: Seq.optional(),
      after: Seq.optional(),
      around: Seq.optional(),
      limit: PageSize,
      total: Flag,
    }),
    page(messages.Message).extend({
      /** How many there are in all, and how many of them were deleted, when it was asked. */
      total: z.number().int().optional(),
      deleted: z.number().int().optional(),
    }),
  ),
  'mention.list': op(
    'service',
    'Messages that mention me, in all my threads, the newest first',
    z.object({ cursor: PageCursor, limit: PageSize }),
    page(messages.Message),
  ),
  'message.get': op('thread', 'One message', ofMessage, messages.Message),
  'message.pick': op(
    'thread',
    'Some messages of a thread, in seq order: those that are there, and that I may see',
    inThread.extend({ messageIds: z.array(MessageId).min(1).max(limits.pageMost) }),
    z.object({ items: z.array(messages.Message) }),
  ),
  'message.facts': op(
    'thread',
    'What never changes of a message',
    ofMessage,
    messages.MessageFacts,
  ),
  'message.edit': op(
    'thread',
    'Change my message within the edit window',
    ofMessage.extend({
      content: messages.Content,
      format: messages.Format.optional(),
      metadata: messages.Metadata.nullable().optional(),
    }),
    messages.Message,
    write,
  ),
  'message.delete': op(
    'thread',
    'Delete for all (a tombstone stays), or for me alone',
    ofMessage.extend({ for: z.enum(['all', 'me']).default('all') }),
    z.null(),
    write,
  ),
  'message.history': op(
    'thread',
    'Earlier texts of a message, oldest first',
    ofMessage,
    z.object({ items: z.array(messages.Edition) }),
  ),
  'message.receipts': op(
    'thread',
    'Who got and who read a message',
    ofMessage,
    z.object({ items: z.array(messages.Receipt) }),
  ),
  'receipt.list': op(
    'thread',
    'Who got and who read a stretch of messages; none in threads of more than 50 members',
    Stretch,
    z.object({
      items: z.array(z.object({ messageId: MessageId, receipts: z.array(messages.Receipt) })),
    }),
  ),
  'message.read': op(
    'thread',
    'I have read up to this message',
    ofMessage,
    threads.ReadState,
    write,
  ),
  'reaction.list': op(
    'thread',
    'Who reacted with what, and when, to a stretch of messages; those without reactions are left out',
    Stretch,
    z.object({
      items: z.array(
        z.object({ messageId: MessageId, reactions: z.array(messages.ReactionEntry) }),
      ),
    }),
  ),
  'reaction.add': op(
    'thread',
    'React; the same reaction twice is one, and `replace` makes it my only one',
    ofMessage.extend({ emoji: messages.Emoji, replace: z.boolean().optional() }),
    messages.Message,
    write,
  ),
  'reaction.remove': op(
    'thread',
    'Take my reaction back',
    ofMessage.extend({ emoji: messages.Emoji }),
    messages.Message,
    write,
  ),
  'reaction.clear': op(
    'thread',
    'Take all my reactions to a message back',
    ofMessage,
    messages.Message,
    write,
  ),
}
