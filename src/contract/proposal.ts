// A proposal: a service offer, or a request to book one. It waits for an answer, and has one end.
import { z } from 'zod'
import { Time, UserId } from './ids.ts'
import type { Kind } from './message.ts'

export const ProposalState = z.enum(['open', 'accepted', 'declined', 'withdrawn', 'expired'])
export type ProposalState = z.infer<typeof ProposalState>

/**
 * An open proposal ends once: accepted or declined by another member (a booking request by whose
 * package it asks for), withdrawn by its author, or expired at `expiresAt`. `decidedBy` is null for
 * one that expired. What was proposed stands in the message's metadata, as it was at that time:
 * `providerId` is whose package it is, `serviceName`, `price`, `currency` and `duration` are its own.
 */
export const Proposal = z.object({
  state: ProposalState,
  expiresAt: Time,
  decidedBy: UserId.nullable(),
  decidedAt: Time.nullable(),
})
export type Proposal = z.infer<typeof Proposal>

export const proposalKinds = ['service_offer', 'booking_request'] as const
export type ProposalKind = (typeof proposalKinds)[number]

export const isProposal = (kind: Kind): kind is ProposalKind =>
  kind === 'service_offer' || kind === 'booking_request'

/** What the server fills in, from the package that a client names. */
export const filledFields = ['providerId', 'serviceName', 'price', 'currency', 'duration'] as const
