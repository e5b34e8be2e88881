// A new thread: its first row, its members, nothing said yet.
import type { Actor } from '../../contract/actor.ts'
import type { Role, Subject, ThreadType } from '../../contract/thread.ts'
import { noMarks } from '../../store/log/cursors.ts'
import { ThreadLog } from '../../store/log/log.ts'
import type { MemberRow, Person } from '../../store/log/rows.ts'

export type NewThreadInput = {
  id: string
  type: ThreadType
  title: string | null
  metadata: Record<string, unknown> | null
  subject: Subject | null
  /** There is one such thread of its subject, and others than its members ask for it. */
  once?: boolean
  createdAt: number
  members: { userId: string; role: Role; person: Person }[]
  blocks: { userId: string; blockedId: string; since: number }[]
}

export function createThread(sql: SqlStorage, actor: Actor, input: NewThreadInput): ThreadLog {
  const log = ThreadLog.create(sql, {
    id: input.id,
    type: input.type,
    title: input.title,
    metadata: input.metadata && JSON.stringify(input.metadata),
    subject: input.subject && JSON.stringify(input.subject),
    created_by: actor.id,
    created_at: input.createdAt,
  })
  for (const { userId, role, person } of input.members) {
    const version = log.next()
    log.put({
      ...newMember,
      ...person,
      user_id: userId,
      role,
      joined_at: input.createdAt,
      version,
      read_version: version,
    })
  }
  for (const { userId, blockedId, since } of input.blocks) log.setBlock(userId, blockedId, since)
  return log
}

/** A member who has just come to a thread without messages. */
export const newMember = {
  left_at: null,
  from_seq: 0,
  read_seq: 0,
  read_base: 0,
  delivered_seq: 0,
  marks: noMarks,
  pinned_at: null,
  muted_until: null,
  archived_at: null,
  archived_seq: null,
  hidden_seq: null,
  subscribed: 0,
} as const

/** Whoever opens a thread that they had put out of sight wants to see it again. */
export function reopen(log: ThreadLog, me: MemberRow): MemberRow {
  if (me.hidden_seq === null) return me
  return log.change(me.user_id, { hidden_seq: null, read_version: log.next() })
}
