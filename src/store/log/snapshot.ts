// What the read model lacks of a thread: rows changed after a version, one batch at a time.
import { limits } from '../../contract/limits.ts'
import type { Reaction } from '../../contract/message.ts'
import { changedRows } from './changed.ts'
import type { ThreadLog } from './log.ts'
import { reactionsOfAll } from './messages.ts'
import type { MemberRow, MessageRow, ThreadRow } from './rows.ts'

export type Snapshot = {
  thread: ThreadRow
  head: number
  memberCount: number
  /** When something last happened for its members to see (ms). */
  activityAt: number
  /** True when this batch holds new messages, so that lists change their order. */
  moved: boolean
  messages: (MessageRow & { reactions: Reaction[] })[]
  members: MemberRow[]
  hidden: { user_id: string; seq: number }[]
  /** Members who came in this batch: what is known of them is asked in return. */
  joined: string[]
  upTo: number
}

export function snapshotSince(log: ThreadLog, since: number): Snapshot {
  const { rows: messages, upTo } = changedRows(log, since, limits.projectionBatch)
  const within = (version: number) => version > since && version <= upTo
  const reactions = reactionsOfAll(
    log,
    messages.filter((row) => row.version > row.born).map((row) => row.seq),
  )
  const members = [...log.members.values()].filter(
    (row) => within(row.version) || within(row.read_version),
  )
  const last = log.run<{ at: number }>(
    'SELECT created_at AS at FROM messages WHERE born <= ? AND shadowed = 0 ORDER BY seq DESC LIMIT 1',
    upTo,
  )[0]
  return {
    thread: log.thread,
    head: log.head,
    memberCount: log.present().length,
    activityAt: last?.at ?? log.thread.created_at,
    moved: messages.some((row) => within(row.born) && !row.shadowed),
    messages: messages.map((row) => ({ ...row, reactions: reactions.get(row.seq) ?? [] })),
    members,
    hidden: log.run<{ user_id: string; seq: number }>(
      'SELECT user_id, seq FROM hidden WHERE version > ? AND version <= ?',
      since,
      upTo,
    ),
    joined: members
      .filter((row) => row.left_at === null && row.version > since)
      .map((row) => row.user_id),
    upTo,
  }
}
