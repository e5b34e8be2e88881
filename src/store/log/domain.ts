// What happened after a version, for the systems behind Skein: derived from the messages and cursors
// that are there anyway.
import type { DomainEvent } from '../../contract/domain.ts'
import { messageId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { attachmentsOf } from '../attachments.ts'
import { firstBornAfter } from './changed.ts'
import { marksOf } from './cursors.ts'
import type { ThreadLog } from './log.ts'
import { iso, parsed } from './rows.ts'
import type { MemberRow, MessageRow } from './rows.ts'

type Dated = { version: number; type: DomainEvent['type']; data: DomainEvent['data'] }

/** As `domainEventsSince`, where all that is wanted is whether somebody said something. */
export function saidSince(log: ThreadLog, since: number): { said: boolean; upTo: number } {
  const first = firstBornAfter(log, since)
  const end = first + limits.calledBatch
  const said = log.run(
    `SELECT 1 FROM messages WHERE seq >= ? AND seq < ? AND door IS NOT NULL AND shadowed = 0
     LIMIT 1`,
    ...[first, end],
  )
  const [last] = log.run<{ born: number }>('SELECT born FROM messages WHERE seq = ?', end - 1)
  return { said: said.length > 0, upTo: last?.born ?? log.version }
}

/** Of at most `limits.domainBatch` messages, and the version up to which these events are all. */
export function domainEventsSince(
  log: ThreadLog,
  since: number,
): { events: DomainEvent[]; upTo: number } {
  const first = firstBornAfter(log, since)
  const rows = log.run<MessageRow & { door: string | null }>(
    'SELECT * FROM messages WHERE seq >= ? ORDER BY seq LIMIT ?',
    ...[first, limits.domainBatch],
  )
  const upTo = rows.length < limits.domainBatch ? log.version : (rows.at(-1)?.born ?? log.version)
  const people = log
    .present()
    .slice(0, limits.domainPeople)
    .map((row) => row.user_id)
  const happened: Dated[] = [
    ...(since === 0 ? [created(log, people)] : []),
    // An archive that was imported happened long ago, and what only its sender sees did not.
    ...rows.filter(({ door, shadowed }) => door !== null && !shadowed).map(sentIn(log, people)),
    ...[...log.members.values()].flatMap((member) => readBy(log, member, since, upTo)),
  ]
  const { epoch } = log.thread
  return {
    upTo,
    events: happened
      .toSorted((a, b) => a.version - b.version)
      // A version is given once in an epoch, and each event is of another one.
      .map(({ version, ...event }) => ({ id: `${log.id}.${epoch}.${version}`, ...event }))
      // The type and its data were put together above.
      .map((event) => event as DomainEvent),
  }
}

const places = new Set(['room', 'community', 'post'])

function created({ thread }: ThreadLog, participantIds: string[]): Dated {
  const { id, type, title, created_by } = thread
  return {
    version: 0,
    type: 'ConversationCreated',
    data: {
      conversationId: id,
      createdBy: created_by,
      participantIds,
      conversationType: type,
      ...(title !== null && { title }),
      isPrivate: !places.has(type),
    },
  }
}

const sentIn =
  ({ id }: ThreadLog, people: string[]) =>
  (row: MessageRow): Dated => {
    const files = attachmentsOf(row.attachments).map(({ url }) => url)
    const { fileUrl } = parsed<{ fileUrl?: unknown }>(row.metadata) ?? {}
    if (typeof fileUrl === 'string') files.push(fileUrl)
    return {
      version: row.born,
      type: 'MessageSent',
      data: {
        messageId: messageId(id, row.seq),
        conversationId: id,
        senderId: row.sender,
        content: row.content ?? '',
        messageType: row.kind,
        sentAt: iso(row.created_at),
        recipientIds: people.filter((userId) => userId !== row.sender),
        ...(row.reply_to !== null && { replyToMessageId: messageId(id, row.reply_to) }),
        ...(files.length > 0 && { fileAttachments: files }),
      },
    }
  }

/** The moves of a member's read cursor; those back are no reading, and have no version. */
function readBy(log: ThreadLog, member: MemberRow, since: number, upTo: number): Dated[] {
  if (member.read_version <= since) return []
  const moves = marksOf(member).read
  return moves.flatMap(([seq, at, version], index): Dated[] => {
    if (version === undefined || version <= since || version > upTo) return []
    const { user_id: readBy } = member
    return [
      {
        version,
        type: 'MessageRead',
        data: {
          messageId: messageId(log.id, seq),
          readBy,
          readAt: iso(at),
          conversationId: log.id,
          messagesSinceLastRead: heardBetween(log, readBy, moves[index - 1]?.[0] ?? 0, seq),
        },
      },
    ]
  })
}

/** Messages of others after a place, or after what somebody said since, up to another. */
function heardBetween(log: ThreadLog, userId: string, after: number, upTo: number): number {
  const [row] = log.run<{ count: number }>(
    `SELECT count(*) AS count FROM messages WHERE seq <= ?1 AND seq > max(?2, coalesce(
       (SELECT seq FROM messages WHERE sender = ?3 AND seq <= ?1 ORDER BY seq DESC LIMIT 1), 0))
     AND kind <> 'system' AND deleted_at IS NULL AND shadowed = 0`,
    ...[upTo, after, userId],
  )
  return row?.count ?? 0
}
