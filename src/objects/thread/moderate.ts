// What moderators do in a thread, and its own admins do to its members.
import { ChatError } from '../../contract/errors.ts'
import { jurisdictionOf, messagePlace } from '../../contract/ids.ts'
import { untilOf } from '../../contract/moderation.ts'
import { requireAbove, requireRank } from '../../core/policy.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { asOfNow, findMessage } from '../../store/log/messages.ts'
import type { MessageRow } from '../../store/log/rows.ts'
import { leave } from './members.ts'
import { deleteForAll } from './messages.ts'
import type { Turn } from './turn.ts'

export type ThreadAct =
  | { act: 'message.delete'; messageId: string }
  | { act: 'member.silence' | 'member.ban'; userId: string; until: number }
  | { act: 'member.unsilence' | 'member.unban'; userId: string }

/** `before` and `after` are for the audit log; `carryOut` does it. */
export type Plan = { before: unknown; after: unknown; carryOut: () => void }

/** Says what an act would change, after it was found possible. Nothing is written yet. */
export function planned(turn: Turn, act: ThreadAct): Plan {
  if (act.act === 'message.delete') return deletion(turn, act.messageId)
  const { log, now } = turn
  const { userId } = act
  const kind = act.act === 'member.silence' || act.act === 'member.unsilence' ? 'silence' : 'ban'
  const until = 'until' in act ? act.until : null
  if (log.thread.type === 'direct' && act.act === 'member.ban')
    throw new ChatError('conflict', 'nobody is banned from a direct thread: mute or block instead')
  if (until !== null && !log.members.has(userId))
    throw new ChatError('not_found', 'this person is not a member')
  const present = log.member(userId)
  const state = (end: number | null, member: boolean) => ({
    [kind === 'ban' ? 'banned' : 'muted']: end !== null,
    until: end === null ? null : untilOf(end),
    member,
  })
  const leaves = act.act === 'member.ban' && present !== undefined
  return {
    before: state(log.sanctions.until(userId, kind, now), present !== undefined),
    after: state(until, present !== undefined && !leaves),
    carryOut: () => {
      log.sanctions.set(userId, kind, until)
      if (present && leaves) leave(turn, present)
    },
  }
}

/** A thread's admin acts on those who are not above them. Whoever is no member finds no thread. */
export function requireAdminOver(turn: Turn, act: ThreadAct): void {
  const { log, actor } = turn
  const me = log.member(actor.id)
  if (!me) throw new ChatError('not_found', 'there is no such thread')
  requireRank(me.role, 'admin')
  if (act.act === 'message.delete') return
  if (act.userId === me.user_id)
    throw new ChatError('invalid', 'userId: you cannot do this to yourself')
  const them = log.member(act.userId)
  if (them) requireAbove(me.role, them.role)
}

const said = (content: string | null, deletedAt: string | null) => ({ content, deletedAt })

function deletion(turn: Turn, messageId: string): Plan {
  const row = rowOf(turn.log, messageId)
  // The audit log is in one place: words that must stay in a jurisdiction do not go there.
  const words = jurisdictionOf(turn.log.id) === null ? row.content : null
  const time = new Date(row.deleted_at ?? turn.now).toISOString()
  return {
    before: said(words, row.deleted_at === null ? null : time),
    after: said(null, time),
    carryOut: () => {
      if (row.deleted_at === null) deleteForAll(turn, row)
    },
  }
}

function rowOf(log: ThreadLog, messageId: string): MessageRow {
  const seq = messagePlace(messageId)?.seq
  const row = seq === undefined ? undefined : findMessage(log, seq)
  if (!row) throw new ChatError('not_found', 'there is no such message')
  return asOfNow(row)
}
