// A thread itself, and one member's own state of it: read, pinned, muted, archived.
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { ReadState, SyncPage, Thread } from '../../contract/thread.ts'
import { muteEnd } from '../../core/mute.ts'
import { readCursor, setRead, unreadOf } from '../../store/log/cursors.ts'
import { iso, parsed, subjectOf } from '../../store/log/rows.ts'
import type { MemberRow } from '../../store/log/rows.ts'
import { changesSince, latestChanges } from '../../store/log/sync.ts'
import { moveDelivered } from './delivery.ts'
import { found } from './messages.ts'
import type { Handlers, Turn } from './turn.ts'
import { isArchived, myState, syncPage, threadView } from './view.ts'

type Operations =
  | 'thread.get'
  | 'thread.facts'
  | 'thread.update'
  | 'thread.archive'
  | 'thread.unarchive'
  | 'thread.pin'
  | 'thread.unpin'
  | 'thread.mute'
  | 'thread.unmute'
  | 'thread.read'
  | 'thread.delivered'
  | 'thread.unread'
  | 'thread.sync'
  | 'typing.set'
  | 'viewing.set'
  | 'message.read'

export const stateHandlers: Handlers<Operations> = {
  'thread.get': (turn, me) => threadView(turn, me),

  'thread.facts': ({ log }) => {
    const { id, type, created_by, created_at } = log.thread
    const pair = type === 'direct' ? log.present().map((row) => row.user_id) : []
    const subject = subjectOf(log.thread)
    return { id, type, subject, createdBy: created_by, pair, createdAt: iso(created_at) }
  },

  'thread.update': (turn, me, { title, metadata, status }) => {
    const { log } = turn
    log.updateThread({
      ...(title !== undefined && { title }),
      ...(metadata !== undefined && { metadata: metadata && JSON.stringify(metadata) }),
      ...(status !== undefined && { status }),
    })
    const { thread } = log
    turn.say('thread.updated', {
      title: thread.title,
      metadata: parsed<Record<string, never>>(thread.metadata),
      status: thread.status,
    })
    return threadView(turn, me)
  },

  'thread.archive': (turn, me) =>
    isArchived(turn.log, me)
      ? threadView(turn, me)
      : changeMine(turn, me, { archived_at: turn.now, archived_seq: turn.log.head }),
  'thread.unarchive': (turn, me) =>
    changeMine(turn, me, { archived_at: null, archived_seq: null, hidden_seq: null }),
  'thread.pin': (turn, me) => changeMine(turn, me, { pinned_at: me.pinned_at ?? turn.now }),
  'thread.unpin': (turn, me) => changeMine(turn, me, { pinned_at: null }),
  'thread.mute': (turn, me, { duration }) => {
    const end = muteEnd(duration, turn.now)
    if (duration !== 'forever') turn.log.setDue('mute', me.user_id, end)
    return changeMine(turn, me, { muted_until: end })
  },
  'thread.unmute': (turn, me) => {
    turn.log.setDue('mute', me.user_id, null)
    const end = me.muted_until === null ? null : Math.min(me.muted_until, turn.now)
    return changeMine(turn, me, { muted_until: end })
  },

  'thread.read': (turn, me, { seq }) => advanceRead(turn, me, seq ?? turn.log.head),
  'message.read': (turn, me, { messageId }) =>
    advanceRead(turn, me, found(turn.log, me, messageId).seq),
  'thread.delivered': (turn, me, { seq }) => ({
    deliveredSeq: moveDelivered(turn, me, seq ?? turn.log.head),
  }),
  'thread.unread': (turn, me, { seq }) => {
    const { log } = turn
    const before = Math.max(0, Math.min(seq ?? log.head, log.head) - 1)
    return moveRead(turn, me, before)
  },

  'thread.sync': (turn, me, { cursor, from }) => {
    const { log } = turn
    if (from === 'latest' && cursor === undefined)
      return arrived(turn, me, syncPage(turn, me, latestChanges(log, me)))
    const { version, reset } = placeOf(turn, cursor)
    const page = syncPage(turn, me, changesSince(log, me, version))
    return arrived(turn, me, reset ? { ...page, reset: true } : page)
  },

  'typing.set': (turn, _me, { typing }) => {
    turn.typing = typing && !turn.shadowed
    return null
  },

  'viewing.set': (turn, me, { viewing }) => {
    const { log } = turn
    const { user_id: userId } = me
    if (turn.shadowed || log.present().length > limits.presenceMembers) return null
    const alike = log.blocks.size === 0
    const seen = log.present().map((row) => row.user_id)
    const to = alike ? undefined : seen.filter((viewer) => !log.apart(viewer, userId))
    turn.say('viewing.updated', { userId, viewing }, { to })
    return null
  },
}

/** A cursor of another epoch, or from the future, is of a history that is gone: start again. */
function placeOf({ log }: Turn, cursor: string | undefined): { version: number; reset: boolean } {
  if (cursor === undefined) return { version: 0, reset: false }
  const [epoch, text, ...rest] = cursor.split('.')
  const version = Number(text)
  if (!epoch || rest.length > 0 || !text || !Number.isSafeInteger(version) || version < 0)
    throw new ChatError('invalid', 'cursor: must be one that a sync answered (EPOCH.VERSION)')
  const reset = epoch !== log.thread.epoch || version > log.version
  return { version: reset ? 0 : version, reset }
}

/** A device that has synced to the end has got everything: its delivered cursor moves to the head. */
function arrived(turn: Turn, me: MemberRow, page: SyncPage): SyncPage {
  const { log } = turn
  const { version } = log
  if (!page.more) moveDelivered(turn, log.members.get(me.user_id) ?? me, log.head)
  if (log.version === version) return page
  // The new cursor is past this move, so this page tells it.
  const mine = { userId: me.user_id, readSeq: page.me.readSeq, deliveredSeq: log.head }
  const others = page.reads.filter(({ userId }) => userId !== me.user_id)
  return { ...page, cursor: log.cursor, reads: [...others, mine] }
}

function advanceRead(turn: Turn, me: MemberRow, seq: number): ReadState {
  const { log } = turn
  const target = Math.min(seq, log.head)
  const now = readCursor(log, me)
  if (target <= now) return { readSeq: now, unread: unreadOf(log, me, now).unread }
  return moveRead(turn, me, target)
}

function moveRead(turn: Turn, me: MemberRow, seq: number): ReadState {
  const { log, now } = turn
  const moved = setRead(log, me, seq, now)
  turn.say('read.updated', { userId: me.user_id, readSeq: seq })
  return { readSeq: seq, unread: unreadOf(log, moved, seq).unread }
}

/** My own state changes: my devices hear of it, nobody else. */
function changeMine(turn: Turn, me: MemberRow, change: Partial<MemberRow>): Thread {
  const { log, now } = turn
  const row = log.change(me.user_id, { ...change, read_version: log.next() })
  turn.say('thread.updated', myState(log, row, now), { to: [me.user_id] })
  return threadView(turn, row)
}
