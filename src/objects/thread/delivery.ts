// Delivered cursors: how far a member's devices got. Large threads keep none.
import { limits } from '../../contract/limits.ts'
import { readCursor, setDelivered } from '../../store/log/cursors.ts'
import type { MemberRow } from '../../store/log/rows.ts'
import type { Saying, Turn } from './turn.ts'
import { deliveredCursor } from './view.ts'

/** Moves a member's cursor forward, and says so. Answers where it is now. */
export function moveDelivered(turn: Turn, row: MemberRow, seq: number): number {
  const { log, now } = turn
  const { user_id: userId } = row
  const after = deliveredCursor(turn, row, readCursor(log, row))
  const deliveredSeq = Math.min(seq, log.head)
  if (after >= deliveredSeq || log.present().length > limits.receiptMembers) return after
  setDelivered(log, userId, deliveredSeq, now)
  turn.say('delivered.updated', { userId, deliveredSeq, after })
  return deliveredSeq
}

/** What was just sent has reached every open socket: senders see it at once, and nothing is written. */
export function tellDelivered(turn: Turn, sayings: Saying[]): void {
  const { log, live } = turn
  const sent = sayings.flatMap(({ event }) => (event.event === 'message.created' ? event.data : []))
  if (sent.length === 0 || log.present().length > limits.receiptMembers) return
  const after = log.head - sent.length
  for (const userId of live)
    if (sent.some(({ sender }) => sender.id !== userId))
      turn.say('delivered.updated', { userId, deliveredSeq: log.head, after })
}
