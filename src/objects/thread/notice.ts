// What a delivery says of notifications, member by member. The thread knows who looks, who muted whom
// and what, and who read; all of that is in memory, and what most members are told is made once.
import type { Message } from '../../contract/message.ts'
import { readCursor, unreadOf } from '../../store/log/cursors.ts'
import { shownOf } from '../../store/log/calls.ts'
import type { Shown } from '../../store/log/calls.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { mentions } from '../../store/log/mentions.ts'
import type { MemberRow } from '../../store/log/rows.ts'
import type { Saying } from './turn.ts'

/** Messages that call for attention: how many, of which seqs, and the newest of them. */
export type Call = { count: number; first: number; last: Shown }

/**
 * `readSeq`: nothing is unread up to there (0: not said). `changed`: what was counted may be wrong.
 * `muted`: the thread is, and the call is only of what mentions them.
 */
export type Notice = {
  title: string | null
  call: Call | null
  readSeq: number
  changed: boolean
  muted?: true
}

/** One batch, as far as notifications go. */
export type News = {
  title: string | null
  senders: ReadonlyMap<string, Call>
  /** Messages that mention anybody. */
  mentioning: Message[]
  all: Notice | null
  readers: ReadonlySet<string>
  changed: boolean
}

export function newsOf(log: ThreadLog, sayings: Saying[]): News | null {
  const sent = new Map<string, { count: number; first: number; last: Message }>()
  const readers = new Set<string>()
  const mentioning: Message[] = []
  let changed = false
  for (const { event, to } of sayings) {
    if (event.event === 'message.deleted') changed = true
    if (event.event === 'read.updated') readers.add(event.data.userId)
    if (event.event !== 'message.created' || event.data.kind === 'system') continue
    // What only its sender sees calls nobody.
    if (to !== 'members') continue
    const { sender, seq, mentions, everyone } = event.data
    if (mentions.length > 0 || everyone) mentioning.push(event.data)
    const before = sent.get(sender.id)
    const count = (before?.count ?? 0) + 1
    sent.set(sender.id, { count, first: before?.first ?? seq, last: event.data })
  }
  const senders = new Map<string, Call>()
  for (const [userId, { last, ...call }] of sent)
    senders.set(userId, { ...call, last: shownOf(last) })
  if (senders.size === 0 && readers.size === 0 && !changed) return null
  const { title } = log.thread
  const call = together([...senders.values()])
  const all = call || changed ? { title, call, readSeq: 0, changed } : null
  return { title, senders, mentioning, all, readers, changed }
}

/** What one member is told. `looking`: they have this thread on a screen. */
export function noticeFor(
  log: ThreadLog,
  news: News,
  userId: string,
  looking: boolean,
  now: number,
): Notice | null {
  const row = log.member(userId)
  if (!row) return null
  const { title, senders, readers, changed } = news
  const own = senders.get(userId)
  const blocked = log.blocks.get(userId)
  const muted = row.muted_until !== null && row.muted_until > now
  const silent = looking || muted
  const read = readers.has(userId)
  if (!own && !blocked && !silent && !read) return news.all
  const through = muted && !looking ? mentionsOf(log, news, row) : null
  if (silent && !through && !own && !read && !changed) return null
  const calls = [...senders].filter(([sender]) => sender !== userId && !blocked?.has(sender))
  const call = silent ? through : together(calls.map(([, call]) => call))
  const notice: Notice = { title, call, changed, readSeq: own?.last.seq ?? 0 }
  if (through) notice.muted = true
  if (read) {
    const cursor = readCursor(log, row)
    if (unreadOf(log, row, cursor).unread > 0) notice.changed = true
    else notice.readSeq = Math.max(notice.readSeq, cursor)
  }
  return notice.call || notice.changed || notice.readSeq > 0 ? notice : null
}

/** What mentions a member, of others whom they do not block. */
function mentionsOf(log: ThreadLog, { mentioning }: News, row: MemberRow): Call | null {
  const blocked = log.blocks.get(row.user_id)
  const mine = mentioning.filter(
    ({ sender, seq }) =>
      sender.id !== row.user_id && !blocked?.has(sender.id) && mentions(log, row, seq),
  )
  return together(mine.map((message) => ({ count: 1, first: message.seq, last: shownOf(message) })))
}

/** Two notices that wait for the same delivery. */
export function merged(a: Notice | null, b: Notice | null): Notice | null {
  if (!a || !b) return a ?? b
  return {
    title: b.title,
    call: together([a.call, b.call].filter((call) => call !== null)),
    readSeq: Math.max(a.readSeq, b.readSeq),
    changed: a.changed || b.changed,
    ...((a.muted ?? b.muted) && (a.muted || !a.call) && (b.muted || !b.call) && { muted: true }),
  }
}

function together(calls: Call[]): Call | null {
  return calls.reduce<Call | null>((all, call) => {
    if (!all) return call
    const last = call.last.seq > all.last.seq ? call.last : all.last
    return { count: all.count + call.count, first: Math.min(all.first, call.first), last }
  }, null)
}
