// Members: who is in a thread, and as what.
import { ChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { Role } from '../../contract/thread.ts'
import { requireAbove, requireGrant, successor } from '../../core/policy.ts'
import { readCursor } from '../../store/log/cursors.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { nobodyKnown, parsed, personOf } from '../../store/log/rows.ts'
import type { MemberRow, Person } from '../../store/log/rows.ts'
import { noteLeft } from './farewell.ts'
import { newMember } from './create.ts'
import type { Handlers, Turn } from './turn.ts'
import { deliveredCursor, memberView, threadView } from './view.ts'

type Operations =
  'member.list' | 'member.add' | 'member.update' | 'member.remove' | 'thread.leave' | 'thread.hide'

export const memberHandlers: Handlers<Operations> = {
  'member.list': (turn, _me, { cursor, limit }) => {
    const rows = turn.log
      .present()
      .filter((row) => cursor === undefined || row.user_id > cursor)
      .toSorted((a, b) => (a.user_id < b.user_id ? -1 : 1))
    const page = rows.slice(0, limit)
    return {
      items: page.map((row) => memberView(turn, row)),
      nextCursor: rows.length > limit ? (page.at(-1)?.user_id ?? null) : null,
    }
  },

  'member.add': (turn, me, { userId, userIds, role = 'member' }) => {
    const { log } = turn
    requireGrant(me.role, role, log.thread.type)
    const wanted = [...new Set([...(userId === undefined ? [] : [userId]), ...(userIds ?? [])])]
    if (wanted.length === 0) throw new ChatError('invalid', 'userId: say whom to add')
    const absent = wanted.filter((id) => !log.member(id))
    if (log.present().length + absent.length > limits.members)
      throw new ChatError('conflict', `a thread has at most ${limits.members} members`)
    join(
      turn,
      absent.map((id) => ({ userId: id, role })),
    )
    return {
      items: wanted.flatMap((id) => log.member(id) ?? []).map((row) => memberView(turn, row)),
    }
  },

  'member.update': (turn, me, { userId, role }) => {
    const { log } = turn
    const row = presentMember(log, userId)
    requireGrant(me.role, role, log.thread.type)
    requireAbove(me.role, row.role)
    if (row.role === role) return memberView(turn, row)
    const owners = log.present().filter((member) => member.role === 'owner')
    if (row.role === 'owner' && owners.length === 1)
      throw new ChatError('conflict', 'a thread needs an owner: make somebody else owner first')
    const member = memberView(turn, log.change(userId, { role, version: log.next() }))
    turn.say('member.updated', member)
    return member
  },

  'member.remove': (turn, me, { userId }) => {
    const { log } = turn
    const row = presentMember(log, userId)
    requireGrant(me.role, 'guest', log.thread.type)
    requireAbove(me.role, row.role)
    leave(turn, row)
    return null
  },

  'thread.leave': (turn, me) => {
    // A direct thread cannot be left, only put out of sight.
    if (turn.log.thread.type === 'direct') hide(turn, me)
    else leave(turn, me)
    turn.typing = false
    return null
  },

  'thread.hide': (turn, me) => {
    hide(turn, me)
    return null
  },
}

/** What comes later brings it back; what was said before is gone for me. */
function hide(turn: Turn, me: MemberRow): void {
  const { log } = turn
  if (me.hidden_seq === log.head && me.from_seq === log.head) return
  log.change(me.user_id, {
    from_seq: log.head,
    hidden_seq: log.head,
    pinned_at: null,
    read_version: log.next(),
  })
  turn.say('thread.updated', { pinnedAt: null, unread: 0 }, { to: [me.user_id] })
  noteLeft(log, me.user_id, turn.now)
}

/** `person`: as they come with a token; else what is known of them is kept. */
export type Joiner = { userId: string; role: Role; person?: Person }

/** People come in, or back: their read cursor starts at the head. Everyone hears of it. */
export function join(turn: Turn, joiners: Joiner[]): void {
  const { log, now } = turn
  for (const { userId } of joiners)
    if (log.sanctions.until(userId, 'ban', now) !== null)
      throw new ChatError('forbidden', `userId: ${userId} is banned from this thread`)
  const metadata = parsed<{ historyFrom?: unknown }>(log.thread.metadata)
  const from = metadata?.historyFrom === 'join' ? log.head : 0
  const rows = joiners.map(({ userId, role, person }) => {
    const before = log.members.get(userId)
    const version = log.next()
    return log.put({
      ...newMember,
      ...personOf(person ?? before ?? nobodyKnown),
      user_id: userId,
      role,
      joined_at: now,
      from_seq: Math.max(from, before?.from_seq ?? 0),
      read_seq: log.head,
      read_base: log.head,
      delivered_seq: log.head,
      marks: before?.marks ?? newMember.marks,
      version,
      read_version: version,
    })
  })
  for (const row of rows) turn.say('member.joined', memberView(turn, row))
  const first = rows[0]
  // They all start alike, so one view serves them all; each finds themselves in `member.list`.
  if (first)
    turn.say('thread.created', threadView(turn, first), { to: rows.map((row) => row.user_id) })
}

function presentMember(log: ThreadLog, userId: string): MemberRow {
  const row = log.member(userId)
  if (!row) throw new ChatError('not_found', 'this person is not a member')
  return row
}

export function leave(turn: Turn, row: MemberRow): void {
  const { log, now } = turn
  const left = log.change(row.user_id, {
    left_at: now,
    pinned_at: null,
    // Their open socket no longer tells what it was sent.
    delivered_seq: deliveredCursor(turn, row, readCursor(log, row)),
    version: log.next(),
  })
  noteLeft(log, row.user_id, now)
  const remaining = [...log.present()]
  turn.say('member.left', memberView(turn, left), {
    to: [row.user_id, ...remaining.map((member) => member.user_id)],
  })
  const heir = row.role === 'owner' ? successor(remaining) : undefined
  if (!heir || log.thread.type === 'direct') return
  turn.say(
    'member.updated',
    memberView(turn, log.change(heir.user_id, { role: 'owner', version: log.next() })),
  )
}
