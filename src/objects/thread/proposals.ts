// Offers and booking requests: answered by the others, taken back by their author, or over.
import { ChatError } from '../../contract/errors.ts'
import type { Message, Metadata } from '../../contract/message.ts'
import { answered, expired } from '../../core/proposals.ts'
import { endProposal, proposalOf } from '../../store/log/proposals.ts'
import { findMessage } from '../../store/log/messages.ts'
import { parsed } from '../../store/log/rows.ts'
import type { MemberRow, MessageRow } from '../../store/log/rows.ts'
import { entity, reactable, tellMessage } from './messages.ts'
import type { Handlers, Turn } from './turn.ts'

type Operations = 'proposal.accept' | 'proposal.decline' | 'proposal.withdraw'

export const proposalHandlers: Handlers<Operations> = {
  'proposal.accept': (turn, me, { messageId }) => answer(turn, me, messageId, 'accepted'),
  'proposal.decline': (turn, me, { messageId }) => answer(turn, me, messageId, 'declined'),
  'proposal.withdraw': (turn, me, { messageId }) => answer(turn, me, messageId, 'withdrawn'),
}

function answer(
  turn: Turn,
  me: MemberRow,
  messageId: string,
  state: 'accepted' | 'declined' | 'withdrawn',
): Message {
  const { log, now } = turn
  const row = reactable(turn, me, messageId)
  const before = proposalOf(row)
  if (!before) throw new ChatError('conflict', 'this message proposes nothing')
  // An answer is for the other side to rely on: nobody gives one that is kept from them.
  if (turn.shadowed) throw new ChatError('forbidden', 'you cannot answer this')
  const after = answered(before, state, partiesOf(row, me), now)
  if (after === before) {
    turn.repeated = true
    return entity(log, row)
  }
  return tellMessage(turn, 'proposal.updated', endProposal(log, row, after))
}

/** Its time is over. What was answered or deleted meanwhile is not due any more. */
export function expireProposal(turn: Turn, seq: number): void {
  const row = findMessage(turn.log, seq)
  const proposal = row && proposalOf(row)
  if (row && proposal?.state === 'open')
    tellMessage(turn, 'proposal.updated', endProposal(turn.log, row, expired(proposal, turn.now)))
}

function partiesOf(row: MessageRow, me: MemberRow) {
  const provider = parsed<Metadata>(row.metadata)?.['providerId']
  return {
    actor: me.user_id,
    author: row.sender,
    provider: typeof provider === 'string' ? provider : null,
  }
}
