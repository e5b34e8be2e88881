// When each member got and read a message, derived from their cursors.
import type { Receipt } from '../../contract/message.ts'
import { marksOf, readCursor } from './cursors.ts'
import type { ThreadLog } from './log.ts'
import { isoOrNull } from './rows.ts'
import type { MemberRow, MessageRow } from './rows.ts'

/** Messages after the last one asked for among which a member's own is looked for: it says "read". */
const REACH = 1_000

type Reader = {
  member: MemberRow
  read: number
  marks: ReturnType<typeof marksOf>
  /** Their own messages, oldest first. */
  own: Pick<MessageRow, 'seq' | 'created_at'>[]
  live: boolean
}

/**
 * For each message (in seq order) the receipts of all members but its sender. Exact for the last
 * moves of a cursor, and the earliest time known for what is older. An open socket got it when it
 * was sent.
 */
export function receiptsOf(
  log: ThreadLog,
  messages: Pick<MessageRow, 'seq' | 'sender' | 'created_at'>[],
  live: ReadonlySet<string>,
): Receipt[][] {
  const [first] = messages
  const last = messages.at(-1)
  if (!first || !last) return []
  const sent = log.run<Pick<MessageRow, 'seq' | 'sender' | 'created_at'>>(
    'SELECT seq, sender, created_at FROM messages WHERE seq > ? AND seq <= ? ORDER BY seq',
    ...[first.seq, last.seq + REACH],
  )
  const bySender = Map.groupBy(sent, ({ sender }) => sender)
  const readers = log.present().map((member): Reader => ({
    member,
    read: readCursor(log, member),
    marks: marksOf(member),
    own: bySender.get(member.user_id) ?? [],
    live: live.has(member.user_id),
  }))
  return messages.map((message) =>
    readers
      .filter(({ member }) => member.user_id !== message.sender)
      .map((reader) => receiptOf(reader, message)),
  )
}

function receiptOf(
  { member, read, marks, own, live }: Reader,
  { seq, created_at }: Pick<MessageRow, 'seq' | 'created_at'>,
): Receipt {
  const first = (moves: Reader['marks']['read']) => moves.find(([marked]) => marked >= seq)?.[1]
  const answered = own.find((each) => each.seq > Math.max(seq, member.read_base))?.created_at
  const joined = seq <= member.read_seq && member.joined_at > created_at ? member.joined_at : null
  const readAt = read < seq ? null : (earliest(first(marks.read), answered, joined) ?? created_at)
  const reached = member.delivered_seq >= seq || live || readAt !== null
  const deliveredAt = reached
    ? earliest(first(marks.delivered), readAt, live ? created_at : null)
    : null
  return {
    userId: member.user_id,
    deliveredAt: isoOrNull(deliveredAt),
    readAt: isoOrNull(readAt),
  }
}

const earliest = (...times: (number | null | undefined)[]): number | null => {
  const known = times.filter((time) => time != null)
  return known.length > 0 ? Math.min(...known) : null
}
