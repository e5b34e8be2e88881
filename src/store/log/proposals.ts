// Proposals: a column of their message, and their end on the thread's alarm.
import type { Proposal } from '../../contract/proposal.ts'
import type { ThreadLog } from './log.ts'
import { parsed } from './rows.ts'
import type { MessageRow } from './rows.ts'

const DUE = 'proposal'

export const proposalOf = (row: MessageRow) => parsed<Proposal>(row.proposal ?? null)

/** Makes a message a proposal, in the same turn that stored it. */
export function putProposal(log: ThreadLog, row: MessageRow, proposal: Proposal): MessageRow {
  const made = { ...row, proposal: JSON.stringify(proposal) }
  log.recent.clear()
  log.run('UPDATE messages SET proposal = ? WHERE seq = ?', made.proposal, made.seq)
  log.setDue(DUE, String(row.seq), Date.parse(proposal.expiresAt))
  return made
}

/** An open proposal ends. Its message takes a version of its own, unless that is changed beside it. */
export function endProposal(
  log: ThreadLog,
  row: MessageRow,
  proposal: Proposal,
  version = log.next(),
): MessageRow {
  const ended = { ...row, version, proposal: JSON.stringify(proposal) }
  log.recent.clear()
  log.run(
    'UPDATE messages SET version = ?, proposal = ? WHERE seq = ?',
    ...[version, ended.proposal, ended.seq],
  )
  log.setDue(DUE, String(row.seq), null)
  return ended
}
