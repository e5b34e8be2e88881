// Who may end a proposal, and when: every state by every party.
import { describe, expect, test } from 'vitest'
import type { Proposal, ProposalState } from '../../../src/contract/proposal.ts'
import { ProposalState as states } from '../../../src/contract/proposal.ts'
import { answered, asked, filled, openProposal } from '../../../src/core/proposals.ts'

const now = Date.parse('2026-01-01T00:00:00Z')
const proposal = (state: ProposalState): Proposal => ({
  state,
  expiresAt: '2026-01-02T00:00:00.000Z',
  decidedBy: state === 'open' || state === 'expired' ? null : 'someone',
  decidedAt: null,
})
const parties = (actor: string, provider: string | null = null) => ({
  actor,
  author: 'author',
  provider,
})

const accept = (actor: string, provider: string) => () =>
  answered(proposal('open'), 'accepted', parties(actor, provider), now)
const end = (expiresAt?: string) =>
  openProposal({ servicePackageId: 'p', ...(expiresAt && { expiresAt }) }, now).expiresAt

describe.each(['accepted', 'declined', 'withdrawn'] as const)('%s', (answer) => {
  const actor = answer === 'withdrawn' ? 'author' : 'other'

  test.each(states.options)('of one that is %s', (state) => {
    const last = () => answered(proposal(state), answer, parties(actor), now)
    if (state === 'open') expect(last()).toMatchObject({ state: answer, decidedBy: actor })
    else expect(last).toThrow(`this was ${state} before`)
  })

  test('is not for the other side', () => {
    const wrong = answer === 'withdrawn' ? 'other' : 'author'
    expect(() => answered(proposal('open'), answer, parties(wrong), now)).toThrow()
  })

  test('twice by the same person is once', () => {
    const first = answered(proposal('open'), answer, parties(actor), now)
    expect(answered(first, answer, parties(actor), now + 1)).toBe(first)
  })

  test('comes too late at its end', () => {
    const late = Date.parse('2026-01-02T00:00:00Z')
    expect(() => answered(proposal('open'), answer, parties(actor), late)).toThrow('has expired')
  })
})

test('a request is answered by its provider, an offer by anybody but its author', () => {
  expect(accept('other', 'provider')).toThrow('only whose service it is')
  expect(accept('provider', 'provider')()).toMatchObject({ decidedBy: 'provider' })
  expect(accept('other', 'author')()).toMatchObject({ decidedBy: 'other' })
})

test('it is filled by its package alone, and what was asked can be told from that', () => {
  const given = { servicePackageId: 'p', price: 1, note: 'n' }
  const metadata = filled(given, { id: 'p', name: 'P', duration: 60 }, 'me')
  expect(metadata).toEqual({
    ...{ servicePackageId: 'p', note: 'n' },
    ...{ providerId: 'me', serviceName: 'P', duration: 60 },
  })
  expect(asked(metadata)).toEqual({ servicePackageId: 'p', note: 'n' })
})

test('it ends when it says, else after 30 days; never in the past', () => {
  expect(end()).toBe('2026-01-31T00:00:00.000Z')
  expect(end('2026-01-01T01:00:00Z')).toBe('2026-01-01T01:00:00.000Z')
  expect(() => end('2026-01-01T00:00:00Z')).toThrow('must be in the future')
})
