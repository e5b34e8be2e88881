// Drafts: written and changed in private, sent like any message.
import { z } from 'zod'
import { Draft } from '../draft.ts'
import { DraftId, MessageId, ThreadId, Time, UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import * as messages from '../message.ts'
import { PageCursor, PageSize, op, page, write } from '../operation.ts'
import { Attachments, ExpiresIn, SendFields, requireWhole } from './messages.ts'

/** What is not finished may be empty; what it lacks is said when it is sent. */
const Content = z.string().max(limits.content)
const ofDraft = z.object({ messageId: DraftId })
const changed = ofDraft.extend({
  content: Content.optional(),
  format: messages.Format.optional(),
  kind: messages.SendKind.optional(),
  metadata: messages.Metadata.nullable().optional(),
  mentions: z.array(UserId).max(limits.mentions).optional(),
  everyone: messages.Everyone.nullable().optional(),
  expiresIn: ExpiresIn.nullable().optional(),
  replyTo: MessageId.nullable().optional(),
  attachments: Attachments.optional(),
})

export const draftsOperations = {
  'draft.create': op(
    'service',
    'Keep a message as a draft; the same clientId answers the same draft again',
    SendFields.extend({
      content: Content.default(''),
      draft: z.literal(true),
      sendAt: z.never('a draft waits for you: without `draft`, it is sent then').optional(),
    }),
    Draft,
  ),
  'message.schedule': op(
    'service',
    'Send at a time to come, if I may then; until that a draft, to be changed or thrown away as one',
    SendFields.extend({ sendAt: Time }).superRefine(requireWhole),
    Draft,
  ),
  'schedule.list': op(
    'user',
    'What I have to be sent later, the next first, and what could not be sent',
    z.object({ threadId: ThreadId.optional(), cursor: PageCursor, limit: PageSize }),
    page(Draft),
  ),
  'message.sent': op(
    'service',
    'What I sent, in all my threads, the newest first',
    z.object({ cursor: PageCursor, limit: PageSize }),
    page(messages.Message),
  ),
  'draft.list': op(
    'user',
    'My drafts, the last changed first',
    z.object({ threadId: ThreadId.optional(), cursor: PageCursor, limit: PageSize }),
    page(Draft),
  ),
  'draft.get': op('user', 'One draft of mine', ofDraft, Draft),
  'draft.edit': op(
    'user',
    'Change a draft, or when it is sent (`sendAt` null: when I say so)',
    changed.extend({ sendAt: Time.nullable().optional() }),
    Draft,
  ),
  'draft.delete': op(
    'user',
    'Throw a draft away',
    ofDraft.extend({ for: z.enum(['all', 'me']).optional() }),
    z.null(),
  ),
  'draft.send': op(
    'service',
    'Send a draft, changed or as it stands; once, however often it is asked',
    changed,
    messages.Message,
    write,
  ),
}
