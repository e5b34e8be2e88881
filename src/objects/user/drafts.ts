// Drafts in their author's object: kept, changed, listed, and remembered for a while once sent. With a
// time they are sent by themselves, see schedule.ts.
import type { Actor } from '../../contract/actor.ts'
import type { Draft, DraftStatus } from '../../contract/draft.ts'
import { ChatError } from '../../contract/errors.ts'
import { newDraftId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Parsed } from '../../contract/operations.ts'
import type { User } from '../../contract/user.ts'
import { cleanContent } from '../../core/content.ts'
import { requireTime } from '../../core/ahead.ts'
import { attachmentOf } from '../../store/attachments.ts'
import { iso, isoOrNull, parsed } from '../../store/log/rows.ts'
import type { UserBook } from '../../store/user/book.ts'
import * as store from '../../store/user/drafts.ts'
import type { DraftRow } from '../../store/user/drafts.ts'
import { ownAttachments } from '../../store/user/files.ts'
import type { UserHandlers } from './handlers.ts'

/** All of a message but its place: whatever a send may take is kept, and sent as it was said. */
export type DraftMessage = Omit<
  Parsed<'draft.create'>,
  'threadId' | 'clientId' | 'draft' | 'sendAt'
>
export type DraftChange = Omit<Parsed<'draft.edit'>, 'messageId'>
export type NewDraft = Parsed<'draft.create'> | Parsed<'message.schedule'>
/** What is to be sent, or as which message it was sent already. */
export type Sendable = { threadId: string; message: DraftMessage } | { sentAs: string }

export function keepDraft(
  book: UserBook,
  input: NewDraft,
  now: number,
): { row: DraftRow; repeated: boolean } {
  const { threadId, clientId, draft: _, sendAt, ...message } = input
  const at = sendAt === undefined ? null : Date.parse(sendAt)
  const known =
    clientId === undefined ? undefined : store.findDraftByClientId(book, threadId, clientId)
  if (known) return { row: repeat(known, message, at), repeated: true }
  if (at !== null) requireTime('sendAt', at, now)
  requireRoom(book, at !== null)
  requireOwn(book, message)
  store.dropSentDrafts(book, now - limits.sentDraftMs)
  const row = store.putDraft(book, {
    id: newDraftId(),
    thread_id: threadId,
    client_id: clientId ?? null,
    input: JSON.stringify(message),
    message_id: null,
    created_at: now,
    updated_at: now,
    ...store.unscheduled,
    send_at: at,
  })
  return { row, repeated: false }
}

export const draftHandlers: UserHandlers<
  'draft.list' | 'schedule.list' | 'draft.get' | 'draft.edit' | 'draft.delete'
> = {
  'draft.list': async ({ user: { book }, actor }, input) =>
    pageOf(book, actor, input, store.listDrafts, (last) => last.updated_at),

  'schedule.list': async ({ user: { book }, actor }, input) =>
    pageOf(book, actor, input, store.listScheduled, (last) => last.send_at ?? 0),

  'draft.get': async ({ user: { book }, actor }, { messageId }) =>
    draftOf(book, found(book, messageId), authorOf(book, actor)),

  'draft.edit': async ({ user, actor }, { messageId, ...change }) => {
    const row = changeDraft(user.book, messageId, change, Date.now())
    user.schedule.follow(row)
    return draftOf(user.book, row, authorOf(user.book, actor))
  },

  'draft.delete': async ({ user }, { messageId }) => {
    store.dropDraft(user.book, still(found(user.book, messageId)).id)
    user.schedule.forget(messageId)
    return null
  },
}

function pageOf(
  book: UserBook,
  actor: Actor,
  { threadId, cursor, limit }: Parsed<'draft.list'>,
  list: typeof store.listDrafts,
  timeOf: (row: DraftRow) => number,
) {
  const after = cursor === undefined ? null : placeOf(cursor)
  const rows = list(book, { threadId, after, limit: limit + 1 })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const author = authorOf(book, actor)
  return {
    items: page.map((row) => draftOf(book, row, author)),
    nextCursor: rows.length > limit && last ? `${timeOf(last)}.${last.id}` : null,
  }
}

/** The author of a draft, as others will see them when it is sent. */
export function authorOf(book: UserBook, actor: Actor): User {
  const profile = book.profile()
  const { name, firstName, lastName } = actor.name === null ? (profile ?? actor) : actor
  const avatarUrl = actor.avatarUrl ?? profile?.avatarUrl ?? null
  return { id: actor.id, name: name ?? actor.id, firstName, lastName, avatarUrl }
}

/** Changes a draft and hands it out to be sent. A draft that was sent answers what it became. */
export function draftToSend(
  book: UserBook,
  { messageId, ...change }: Parsed<'draft.send'>,
  now: number,
): Sendable {
  const known = store.findDraft(book, messageId)
  if (known?.message_id != null) return { sentAs: known.message_id }
  const row = changeDraft(book, messageId, change, now)
  return { threadId: row.thread_id, message: messageOf(row) }
}

/** The row stays a while without its content, so that sending the draft again finds the message. */
export function draftSent(book: UserBook, id: string, messageId: string, now: number): void {
  const row = store.findDraft(book, id)
  const sent = { ...store.unscheduled, input: null, message_id: messageId, updated_at: now }
  if (row) store.putDraft(book, { ...row, ...sent })
}

function changeDraft(
  book: UserBook,
  id: string,
  { sendAt, ...change }: DraftChange,
  now: number,
): DraftRow {
  const row = still(found(book, id))
  requireOwn(book, change)
  const input = JSON.stringify(changed(messageOf(row), change))
  const at = sendAt == null ? null : Date.parse(sendAt)
  if (at !== null) requireTime('sendAt', at, now)
  const moves = sendAt !== undefined && (row.send_at !== at || row.error !== null)
  if (moves && (row.send_at === null) !== (at === null)) requireRoom(book, at !== null)
  if (input === row.input && !moves) return row
  const time = moves && { ...store.unscheduled, send_at: at }
  return store.putDraft(book, { ...row, ...time, input, updated_at: now })
}

function requireRoom(book: UserBook, scheduled: boolean): void {
  const most = scheduled ? limits.scheduled : limits.drafts
  if (store.countDrafts(book, scheduled) < most) return
  const what = scheduled ? 'messages to be sent later: wait for one' : 'drafts: send'
  throw new ChatError('conflict', `at most ${most} ${what}, or delete some first`)
}

/** What is on its way is not changed: whether it arrived is known in a moment. */
function still(row: DraftRow): DraftRow {
  if (row.sending === 0) return row
  throw new ChatError('conflict', 'this message is being sent at this moment')
}

function requireOwn(book: UserBook, { attachments = [] }: DraftChange): void {
  if (ownAttachments(book, attachments).length < attachments.length)
    throw new ChatError('not_found', 'attachments: there is no such attachment')
}

function found(book: UserBook, id: string): DraftRow {
  const row = store.findDraft(book, id)
  if (!row || row.message_id !== null) throw new ChatError('not_found', 'there is no such draft')
  return row
}

/** A retry of a draft that was never changed must say the same; one that was sent is over. */
function repeat(row: DraftRow, message: DraftMessage, at: number | null): DraftRow {
  if (row.message_id !== null)
    throw new ChatError('conflict', 'this draft was sent', { messageId: row.message_id })
  const same = row.input === JSON.stringify(message) && row.send_at === at
  if (row.created_at === row.updated_at && !same)
    throw new ChatError(
      'idempotency_mismatch',
      'another draft was made under this clientId: use a new one',
    )
  return row
}

function changed(message: DraftMessage, change: DraftChange): DraftMessage {
  const { metadata = message.metadata, replyTo = message.replyTo } = change
  const { everyone = message.everyone, expiresIn = message.expiresIn } = change
  return {
    ...message,
    content: change.content ?? message.content,
    format: change.format ?? message.format,
    kind: change.kind ?? message.kind,
    mentions: change.mentions ?? message.mentions,
    everyone: everyone ?? undefined,
    expiresIn: expiresIn ?? undefined,
    attachments: change.attachments ?? message.attachments,
    metadata: metadata ?? undefined,
    replyTo: replyTo ?? undefined,
  }
}

/** As we wrote it ourselves; only a draft that was sent has no message any more. */
export const messageOf = (row: DraftRow) => JSON.parse(row.input ?? '{}') as DraftMessage

export function draftOf(book: UserBook, row: DraftRow, author: User): Draft {
  const message = messageOf(row)
  const { content, format, kind, metadata, mentions, everyone, expiresIn, replyTo } = message
  const { attachments = [] } = message
  return {
    id: row.id,
    threadId: row.thread_id,
    seq: null,
    version: null,
    clientId: row.client_id,
    sender: author,
    kind,
    format,
    // As a reader would get it: kept as it was typed, but no page runs what is in it.
    content: cleanContent(content, format),
    metadata: metadata ?? null,
    // What was erased since is left out.
    attachments: ownAttachments(book, attachments).map(attachmentOf),
    mentions: mentions ?? [],
    ...(everyone && { everyone }),
    replyTo: replyTo ?? null,
    forwardedFrom: null,
    reactions: [],
    preview: null,
    createdAt: iso(row.created_at),
    editedAt: null,
    deletedAt: null,
    draft: true,
    status: statusOf(row),
    sendAt: isoOrNull(row.send_at),
    error: parsed<Draft['error']>(row.error),
    ...(expiresIn !== undefined && { expiresIn }),
    updatedAt: iso(row.updated_at),
  }
}

function statusOf({ send_at, sending, error }: DraftRow): DraftStatus {
  if (error !== null) return 'failed'
  if (sending === 1) return 'sending'
  return send_at === null ? 'draft' : 'scheduled'
}

function placeOf(cursor: string): store.DraftPlace {
  const [at, id, ...rest] = cursor.split('.')
  const time = Number(at)
  if (!at || !id || rest.length > 0 || !Number.isSafeInteger(time))
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return { at: time, id }
}
