// Messages: sent, listed, changed, taken back, reacted to.
import { ChatError } from '../../contract/errors.ts'
import { messageId, messagePlace } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Everyone, Format, Message } from '../../contract/message.ts'
import type { Parsed } from '../../contract/operations.ts'
import type { Proposal } from '../../contract/proposal.ts'
import { cleanContent } from '../../core/content.ts'
import { silencedError } from '../../core/moderation.ts'
import { mayDeleteForAll, requireCallEveryone } from '../../core/policy.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { countMessages } from '../../store/log/counts.ts'
import { noteExpiry } from '../../store/log/expiry.ts'
import * as store from '../../store/log/messages.ts'
import { attachmentsJson, noteAttached } from '../../store/log/attachments.ts'
import { putProposal } from '../../store/log/proposals.ts'
import { receiptsOf } from '../../store/log/receipts.ts'
import { ALL, iso, messageOf, userOf } from '../../store/log/rows.ts'
import type { MemberRow, MessageRow } from '../../store/log/rows.ts'
import { rememberSent } from '../../store/log/duplicates.ts'
import { detach, sameFiles } from './attachments.ts'
import { refuseSpam, refuseSpamEdit } from './spam.ts'
import { admitChange, givenMetadata, proposalIn, withdrawDeleted } from './terms.ts'
import type { Handlers, Turn } from './turn.ts'

type Operations =
  | 'message.send'
  | 'message.list'
  | 'message.get'
  | 'message.pick'
  | 'message.facts'
  | 'message.edit'
  | 'message.delete'
  | 'message.history'
  | 'message.receipts'
  | 'receipt.list'
  | 'reaction.list'
  | 'reaction.add'
  | 'reaction.remove'
  | 'reaction.clear'

export const messageHandlers: Handlers<Operations> = {
  'message.send': (turn, me, input) => {
    const { log, now } = turn
    const content = cleanContent(input.content, input.format)
    const twin = twinOf(turn, me, { ...input, content })
    if (twin) {
      turn.repeated = true
      return entity(log, twin)
    }
    const again = () => {
      const known = input.clientId && store.findByClientId(log, me.user_id, input.clientId)
      return known ? repeat(turn, known, { ...input, content }) : null
    }
    let proposal: Proposal | null = null
    try {
      admitSend(turn, me)
      if (input.everyone) requireCallEveryone(me.role, log.present().length)
      if (turn.attached.length !== (input.attachments?.length ?? 0))
        throw new ChatError('unavailable', 'the files could not be attached: try again')
      if (content.trim() === '' && turn.attached.length === 0)
        throw new ChatError('invalid', 'content: holds nothing but removed HTML')
      refuseSpam(turn, { content, format: input.format })
      proposal = proposalIn(turn, input)
    } catch (error) {
      // What was taken once is answered for ever, whatever came since. Most sends are new, so it is
      // looked for here, and where the insertion finds the key taken.
      const first = again()
      if (first) return first
      throw error
    }
    const row = store.insertMessage(
      log,
      {
        sender: me.user_id,
        client_id: input.clientId ?? null,
        kind: input.kind,
        format: input.format,
        content,
        metadata: input.metadata ? JSON.stringify(input.metadata) : null,
        mentions: mentionsIn(log, input.mentions),
        everyone: everyoneIn(turn, input.everyone),
        reply_to: input.replyTo === undefined ? null : seqOfReply(log, me, input.replyTo),
        forwarded: turn.forwarding?.from ? JSON.stringify(turn.forwarding.from) : null,
        attachments: attachmentsJson(turn.attached),
        created_at: now,
        expires_at: input.expiresIn === undefined ? null : now + input.expiresIn * 1000,
      },
      turn.door,
    )
    if (!row) {
      const first = again()
      if (first) return first
      throw new Error('a clientId is taken by no message')
    }
    const shown = proposal ? putProposal(log, row, proposal) : row
    if (row.expires_at != null) noteExpiry(log, row.expires_at)
    if (input.attachments && row.attachments !== null) noteAttached(log, row.seq, input.attachments)
    else rememberSent(log, row)
    turn.typing = false
    const message = messageOf(log.id, shown, [], log.members)
    if (turn.shadowed) store.shadowMessage(log, row)
    turn.say('message.created', message, turn.shadowed ? { to: [me.user_id] } : { by: row.sender })
    return message
  },

  'message.list': ({ log }, me, { before, after, around, limit, total }) => {
    const items = store.pageOfMessages(log, me, { before, after, around, limit })
    const first = items[0]
    const older = after === undefined && around === undefined && items.length === limit && first
    const nextCursor = older ? String(first.seq) : null
    return { items, nextCursor, ...(total && countMessages(log, me)) }
  },

  'message.get': ({ log }, me, { messageId }) => entity(log, found(log, me, messageId)),

  'message.pick': ({ log }, me, { messageIds }) => {
    const places = messageIds.flatMap((id) => messagePlace(id) ?? [])
    const seqs = places.filter(({ threadId }) => threadId === log.id).map(({ seq }) => seq)
    return { items: store.messagesOf(log, store.visibleOf(log, me, seqs)) }
  },

  'message.facts': ({ log }, me, { messageId: id }) => {
    const { seq, kind, sender, created_at } = found(log, me, id)
    const createdAt = iso(created_at)
    return { id: messageId(log.id, seq), threadId: log.id, seq, kind, senderId: sender, createdAt }
  },

  'message.edit': (turn, me, { messageId, content, format, metadata }) => {
    const { log, now, settings } = turn
    const row = found(log, me, messageId)
    if (row.sender !== me.user_id)
      throw new ChatError('forbidden', 'only its author edits a message')
    if (row.deleted_at !== null) throw new ChatError('conflict', 'this message was deleted')
    if (row.forwarded !== null)
      throw new ChatError('forbidden', 'a forwarded message stays in the words of its author')
    const window = settings.MESSAGE_EDIT_WINDOW_MINUTES
    const late = window > 0 && now - row.created_at > window * 60_000
    // What others see already does not become a way around a shadow ban.
    if (late || (turn.shadowed && !row.shadowed))
      throw new ChatError(
        'forbidden',
        `a message can be edited for ${window} minutes after it was sent`,
      )
    admitSend(turn, me)
    const text = cleanContent(content, format ?? row.format)
    const data = metadata === undefined ? row.metadata : metadata && JSON.stringify(metadata)
    admitChange(row, metadata)
    if (text === row.content && data === row.metadata) return entity(log, row)
    refuseSpamEdit(turn, { content: text, format: format ?? row.format })
    log.run(
      'INSERT INTO editions (seq, version, content, format, at) VALUES (?, ?, ?, ?, ?)',
      ...[row.seq, row.version, row.content ?? '', row.format, now],
    )
    return tellMessage(
      turn,
      'message.updated',
      store.touchMessage(log, row, {
        content: text,
        format: format ?? row.format,
        metadata: data,
        edited_at: now,
      }),
    )
  },

  'message.delete': (turn, me, { messageId, for: whom }) => {
    const { log } = turn
    const row = found(log, me, messageId)
    if (whom === 'me') {
      const { id, seq } = store.hideMessage(log, me.user_id, row.seq)
      turn.say('message.deleted', { id, seq, hidden: true }, { to: [me.user_id] })
      return null
    }
    if (!mayDeleteForAll(me.role, row.sender === me.user_id, log.thread.type))
      throw new ChatError('forbidden', 'only its author and admins delete a message for all')
    if (row.deleted_at !== null) return null
    deleteForAll(turn, row)
    return null
  },

  'message.history': ({ log }, me, { messageId }) => {
    const { seq, deleted_at } = found(log, me, messageId)
    if (deleted_at !== null) return { items: [] }
    const rows = log.run<{ content: string; format: Format; at: number }>(
      'SELECT content, format, at FROM editions WHERE seq = ? ORDER BY version',
      seq,
    )
    return { items: rows.map(({ at, ...edition }) => ({ ...edition, editedAt: iso(at) })) }
  },

  'message.receipts': ({ log, live }, me, { messageId }) => ({
    items: receiptsOf(log, [found(log, me, messageId)], live)[0] ?? [],
  }),

  'receipt.list': ({ log, live }, me, { from, to }) => {
    const few = log.present().length <= limits.receiptMembers
    const rows = few ? store.visibleMessages(log, me, from, to) : []
    const receipts = receiptsOf(log, rows, live)
    return {
      items: rows.map(({ seq }, index) => ({
        messageId: messageId(log.id, seq),
        receipts: receipts[index] ?? [],
      })),
    }
  },

  'reaction.list': ({ log }, me, { from, to }) => {
    const reactions = store.reactionEntries(log, from, to)
    const rows = reactions.size > 0 ? store.visibleMessages(log, me, from, to) : []
    return {
      items: rows.flatMap(({ seq, deleted_at }) => {
        const found = deleted_at === null && reactions.get(seq)
        return found ? [{ messageId: messageId(log.id, seq), reactions: found }] : []
      }),
    }
  },

  'reaction.add': (turn, me, { messageId, emoji, replace }) => {
    const { log, now } = turn
    const row = reactable(turn, me, messageId)
    const mine = log.run<{ emoji: string }>(
      'SELECT emoji FROM reactions WHERE seq = ? AND user_id = ?',
      ...[row.seq, me.user_id],
    )
    const alone = !replace || mine.length === 1
    if (alone && mine.some((reaction) => reaction.emoji === emoji)) return entity(log, row)
    if (replace) log.run('DELETE FROM reactions WHERE seq = ? AND user_id = ?', row.seq, me.user_id)
    else if (mine.length >= limits.reactionsPerUser)
      throw new ChatError(
        'conflict',
        `at most ${limits.reactionsPerUser} reactions each on a message`,
      )
    log.run('INSERT INTO reactions VALUES (?, ?, ?, ?)', row.seq, emoji, me.user_id, now)
    const removed = replace ? mine.map((reaction) => reaction.emoji) : []
    return tellReactions(turn, row, removed, emoji)
  },

  'reaction.remove': (turn, me, { messageId, emoji }) => {
    const { log } = turn
    const row = reactable(turn, me, messageId)
    const gone = log.run(
      'DELETE FROM reactions WHERE seq = ? AND emoji = ? AND user_id = ? RETURNING 1 AS gone',
      ...[row.seq, emoji, me.user_id],
    )
    return gone.length > 0 ? tellReactions(turn, row, [emoji]) : entity(log, row)
  },

  'reaction.clear': (turn, me, { messageId }) => {
    const { log } = turn
    const row = reactable(turn, me, messageId)
    const gone = log.run<{ emoji: string }>(
      'DELETE FROM reactions WHERE seq = ? AND user_id = ? RETURNING emoji',
      ...[row.seq, me.user_id],
    )
    const removed = gone.map((reaction) => reaction.emoji)
    return gone.length > 0 ? tellReactions(turn, row, removed) : entity(log, row)
  },
}

/** Leaves a tombstone: nothing of what it said is kept. */
export function deleteForAll(turn: Turn, row: MessageRow, at: number = turn.now): void {
  const { log } = turn
  withdrawDeleted(turn, row)
  const bare = row.attachments === null ? row : detach(log, row, turn.now)
  log.run('DELETE FROM editions WHERE seq = ?', row.seq)
  log.run('DELETE FROM reactions WHERE seq = ?', row.seq)
  const change = { content: null, metadata: null, deleted_at: at }
  tellMessage(turn, 'message.deleted', store.touchMessage(log, bare, change))
}

/** A message that a member may see, by its id. What they may not see does not exist. */
export function found(log: ThreadLog, me: MemberRow, messageId: string): MessageRow {
  const seq = messagePlace(messageId)?.seq
  const row = seq === undefined ? undefined : store.visibleMessage(log, me, seq)
  if (!row) throw new ChatError('not_found', 'there is no such message')
  return row
}

export function entity(log: ThreadLog, row: MessageRow): Message {
  const message = store.messagesOf(log, [row])[0]
  if (!message) throw new Error('a row without its message')
  return message
}

export function tellMessage(
  turn: Turn,
  event: 'message.updated' | 'message.deleted' | 'proposal.updated',
  row: MessageRow,
): Message {
  const message = entity(turn.log, row)
  turn.say(event, message, audience(row))
  return message
}

function tellReactions(
  turn: Turn,
  row: MessageRow,
  removed: string[],
  added: string | null = null,
): Message {
  const { log, actor } = turn
  const message = entity(log, store.touchMessage(log, row, {}))
  const { id: messageId, reactions } = message
  const change = { user: userOf(actor.id, log.members), added, removed }
  turn.say('message.reactions', { messageId, reactions, change }, audience(row))
  return message
}

/** Who hears of a change to a message: those who see it. */
const audience = (row: MessageRow) => (row.shadowed ? { to: [row.sender] } : { by: row.sender })

/** A retry is answered by what was stored; other content under the same key is a mistake. */
function repeat(
  turn: Turn,
  known: MessageRow,
  input: Omit<Parsed<'message.send'>, 'threadId'>,
): Message {
  const { log } = turn
  const first = log.run<{ content: string }>(
    'SELECT content FROM editions WHERE seq = ? ORDER BY version LIMIT 1',
    known.seq,
  )[0]
  const content = first?.content ?? known.content
  const same =
    known.deleted_at !== null ||
    (content === input.content &&
      (known.edited_at !== null ||
        (known.format === input.format &&
          known.kind === input.kind &&
          sameFiles(known, input.attachments) &&
          canonical(givenMetadata(known.kind, known.metadata && JSON.parse(known.metadata))) ===
            canonical(givenMetadata(input.kind, input.metadata)) &&
          (input.replyTo === undefined ? null : (messagePlace(input.replyTo)?.seq ?? null)) ===
            known.reply_to)))
  if (!same)
    throw new ChatError(
      'idempotency_mismatch',
      'another message was sent under this clientId: use a new one',
    )
  turn.repeated = true
  return entity(log, known)
}

function twinOf(
  { log, door, now }: Turn,
  me: MemberRow,
  input: Omit<Parsed<'message.send'>, 'threadId'>,
): MessageRow | undefined {
  if (input.clientId !== undefined) return undefined
  const { format, content } = input
  const sent = { door, clientId: null, format, content, at: now }
  const twin = store.findTwin(log, me.user_id, sent)
  return twin && sameFiles(twin, input.attachments) ? twin : undefined
}

/** JSON with its keys in order, so that equal objects are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

function admitSend({ log, now }: Turn, me: MemberRow): void {
  const silenced = log.sanctions.until(me.user_id, 'silence', now)
  if (silenced !== null) throw silencedError(silenced)
  if (log.thread.status === 'closed')
    throw new ChatError('conflict', 'this thread is closed and takes no more messages')
  if (log.thread.type !== 'direct') return
  for (const other of log.present()) {
    if (log.blocks.get(me.user_id)?.has(other.user_id))
      throw new ChatError('blocked', 'you blocked this person: unblock them to write')
    if (log.blocks.get(other.user_id)?.has(me.user_id))
      throw new ChatError('blocked', 'you cannot write to this person')
  }
}

export function reactable(turn: Turn, me: MemberRow, messageId: string): MessageRow {
  const row = found(turn.log, me, messageId)
  if (row.deleted_at !== null) throw new ChatError('conflict', 'this message was deleted')
  admitSend(turn, me)
  return row
}

function mentionsIn(log: ThreadLog, userIds: string[] | undefined): string | null {
  const members = [...new Set(userIds)].filter((userId) => log.member(userId))
  return members.length > 0 ? JSON.stringify(members) : null
}

const everyoneIn = ({ here }: Turn, everyone: Everyone | undefined): string | null =>
  everyone === undefined ? null : everyone === 'all' ? ALL : JSON.stringify(here)

function seqOfReply(log: ThreadLog, me: MemberRow, replyTo: string): number {
  const place = messagePlace(replyTo)
  if (place?.threadId === log.id && store.visibleMessage(log, me, place.seq)) return place.seq
  throw new ChatError('invalid', 'replyTo: names no message of this thread')
}
