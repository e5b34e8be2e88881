// What in a thread calls for a member's attention: messages of others that they have not read, but
// for those that came while the thread was muted, unless they mention somebody who wants to hear so. The same rules as in store/model/calls.ts.
import type { Message } from '../../contract/message.ts'
import { excerptOf } from '../../core/excerpt.ts'
import { readCursor } from './cursors.ts'
import type { ThreadLog } from './log.ts'
import { mentionOf, mentioning } from './mentions.ts'
import { there, thereAt, visible, visibleTo } from './messages.ts'
import { messageOf } from './rows.ts'
import type { MemberRow, MessageRow } from './rows.ts'

/** A message as a notification shows it. */
export type Shown = Pick<Message, 'id' | 'seq' | 'sender' | 'createdAt'> & { text: string }

/** `count` of the messages after `after`, up to `head`; `last` is the newest, counted or not. */
export type Calls = { title: string | null; count: number; head: number; last: Shown | null }

export const shownOf = ({ id, seq, sender, createdAt, ...said }: Message): Shown => ({
  id,
  seq,
  sender,
  createdAt,
  text: excerptOf(said),
})

/** `pierce`: what mentions somebody calls through a mute; `mentionsOnly`: nothing else calls at all. */
export type CallRules = { pierce: boolean; mentionsOnly: boolean }

/** `after`: the member is done with everything up to there, though they may not have read it. */
export function callsOf(
  log: ThreadLog,
  member: MemberRow,
  after: number,
  { pierce, mentionsOnly }: CallRules,
): Calls {
  const counted = `m.seq > ? AND m.sender <> ? AND ${there} AND m.kind <> 'system'
    AND (m.created_at > ?${pierce ? ` OR ${mentioning}` : ''})
    ${mentionsOnly ? `AND (${mentioning})` : ''} AND m.created_at <= ? AND ${visible}`
  const from = (seq: number) => [
    ...[seq, member.user_id, thereAt(), member.muted_until ?? 0],
    ...(pierce ? mentionOf(member) : []),
    ...(mentionsOnly ? mentionOf(member) : []),
    member.left_at ?? Number.MAX_SAFE_INTEGER,
    ...visibleTo(member),
  ]
  const count = log.run<{ count: number }>(
    `SELECT count(*) AS count FROM messages m WHERE ${counted}`,
    ...from(Math.max(after, readCursor(log, member))),
  )[0]
  const last = log.run<MessageRow>(
    `SELECT m.* FROM messages m WHERE ${counted} ORDER BY m.seq DESC LIMIT 1`,
    ...from(0),
  )[0]
  return {
    title: log.thread.title,
    count: count?.count ?? 0,
    head: log.head,
    last: last ? shownOf(messageOf(log.id, last, [], log.members)) : null,
  }
}
