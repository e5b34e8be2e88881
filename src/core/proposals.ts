// Who may end a proposal, and how: once, and while it is open.
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import type { Metadata } from '../contract/message.ts'
import { filledFields } from '../contract/proposal.ts'
import type { Proposal } from '../contract/proposal.ts'
import type { ServicePackage } from '../contract/user.ts'

/** What a message proposes, from the package that it names: what a client says of it counts nothing. */
export function filled(
  metadata: Metadata | undefined,
  { name, price, currency, duration }: ServicePackage,
  providerId: string,
): Metadata {
  const facts = { providerId, serviceName: name, price, currency, duration }
  const known = Object.entries(facts).filter(([, fact]) => fact !== undefined)
  return { ...asked(metadata ?? {}), ...(Object.fromEntries(known) as Metadata) }
}

/** What a client asked for: by that a retry is known, whatever became of the package since. */
export const asked = (metadata: Metadata): Metadata =>
  Object.fromEntries(
    Object.entries(metadata).filter(([name]) => !filledFields.some((field) => field === name)),
  )

export function openProposal(metadata: Metadata | undefined, now: number): Proposal {
  const wanted = metadata?.['expiresAt']
  const end = typeof wanted === 'string' ? Date.parse(wanted) : now + limits.proposalMs
  if (!(end > now)) throw new ChatError('invalid', 'metadata.expiresAt: must be in the future')
  return {
    state: 'open',
    expiresAt: new Date(end).toISOString(),
    decidedBy: null,
    decidedAt: null,
  }
}

type Answer = 'accepted' | 'declined' | 'withdrawn'
type Parties = { actor: string; author: string; provider: string | null }

/**
 * The proposal after an answer; the same object where that answer was given before by the same
 * person. Throws `forbidden`, and `conflict` for one that has ended.
 */
export function answered(
  proposal: Proposal,
  answer: Answer,
  parties: Parties,
  now: number,
): Proposal {
  requireParty(answer, parties)
  if (proposal.state === answer && proposal.decidedBy === parties.actor) return proposal
  if (proposal.state !== 'open')
    throw new ChatError('conflict', `this was ${proposal.state} before`)
  if (Date.parse(proposal.expiresAt) <= now) throw new ChatError('conflict', 'this has expired')
  return {
    ...proposal,
    state: answer,
    decidedBy: parties.actor,
    decidedAt: new Date(now).toISOString(),
  }
}

/** Its author, or a moderator, deleted what said it. */
export const withdrawn = (proposal: Proposal, by: string, now: number): Proposal => ({
  ...proposal,
  state: 'withdrawn',
  decidedBy: by,
  decidedAt: new Date(now).toISOString(),
})

export const expired = (proposal: Proposal, now: number): Proposal => ({
  ...proposal,
  state: 'expired',
  decidedAt: new Date(now).toISOString(),
})

function requireParty(answer: Answer, { actor, author, provider }: Parties): void {
  if (answer === 'withdrawn') {
    if (actor !== author) throw new ChatError('forbidden', 'only its author withdraws this')
    return
  }
  if (actor === author) throw new ChatError('forbidden', 'the others answer this: withdraw it')
  if (provider !== null && provider !== author && actor !== provider)
    throw new ChatError('forbidden', 'only whose service it is answers this request')
}
