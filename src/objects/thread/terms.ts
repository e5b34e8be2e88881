// What a proposal asks of the ways of any message: its terms stand, and its end comes with it.
import { ChatError } from '../../contract/errors.ts'
import { metadataIssues } from '../../contract/kinds.ts'
import type { Kind, Metadata } from '../../contract/message.ts'
import { isProposal } from '../../contract/proposal.ts'
import type { Proposal } from '../../contract/proposal.ts'
import { asked, expired, openProposal, withdrawn } from '../../core/proposals.ts'
import { endProposal, proposalOf } from '../../store/log/proposals.ts'
import type { MessageRow } from '../../store/log/rows.ts'
import type { Turn } from './turn.ts'

/** What a new message proposes, if anything. A copy of an offer is not one more offer. */
export const proposalIn = (
  turn: Turn,
  { kind, metadata }: { kind: Kind; metadata?: Metadata },
): Proposal | null =>
  isProposal(kind) && !turn.forwarding ? openProposal(metadata, turn.now) : null

/** Metadata as a client gave it, before a package filled it: the package may be another one by now. */
export const givenMetadata = (kind: Kind, metadata: Metadata | null | undefined) =>
  metadata && isProposal(kind) ? asked(metadata) : metadata

/** What was offered is not changed under the hands of whoever answers it, nor what was agreed. */
export function admitChange(row: MessageRow, metadata: Metadata | null | undefined): void {
  const proposal = proposalOf(row)
  if (proposal && metadata !== undefined)
    throw new ChatError('forbidden', 'metadata: withdraw this, and propose something else')
  if (proposal && proposal.state !== 'open')
    throw new ChatError('conflict', `this was ${proposal.state}: it stays as it is`)
  const [issue] = metadata === undefined ? [] : metadataIssues(row.kind, metadata)
  if (issue) throw new ChatError('invalid', `${issue.path.join('.')}: ${issue.message}`, [issue])
}

/** Its message is deleted for all: what was not answered is over. */
export function withdrawDeleted(turn: Turn, row: MessageRow): void {
  const proposal = proposalOf(row)
  if (proposal?.state === 'open')
    endProposal(turn.log, row, withdrawn(proposal, turn.actor.id, turn.now), row.version)
}

/** Its message goes because its time is over: what was not answered has expired with it. */
export function lapsed(turn: Turn, row: MessageRow): MessageRow {
  const proposal = proposalOf(row)
  if (proposal?.state !== 'open') return row
  return endProposal(turn.log, row, expired(proposal, turn.now), row.version)
}
