// Whose service package an offer or a booking request is about: each person's own object knows theirs.
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import type { ProposalKind } from '../contract/proposal.ts'
import type { ServicePackage } from '../contract/user.ts'
import type { Env } from '../env.ts'
import { userStub } from './stubs.ts'

/** An offer is of its sender's package, a booking request of that of somebody else in the thread. */
export async function packageFor(
  env: Env,
  kind: ProposalKind,
  id: string,
  { sender, members }: { sender: string; members: string[] },
): Promise<ServicePackage & { providerId: string }> {
  const providers =
    kind === 'service_offer' ? [sender] : members.filter((userId) => userId !== sender)
  if (providers.length > limits.proposalMembers)
    throw new ChatError(
      'conflict',
      `a booking request goes to at most ${limits.proposalMembers} people: write to whose package it is`,
    )
  const found = await Promise.all(
    providers.map(async (providerId) => {
      const offered = await userStub(env, providerId).servicePackage(id)
      return offered && { ...offered, providerId }
    }),
  )
  const first = found.find((offered) => offered !== null)
  if (first) return first
  const whose = kind === 'service_offer' ? 'you have' : 'nobody here has'
  throw new ChatError('not_found', `metadata.servicePackageId: ${whose} no such package`)
}
