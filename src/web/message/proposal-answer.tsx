// How an offer or a booking request stands, and the answers that are open to the one who looks.
import { useState } from 'react'
import type { MouseEvent } from 'react'
import type { Message } from '../../contract/message.ts'
import type { Proposal } from '../../contract/proposal.ts'
import type { Member } from '../../contract/thread.ts'
import { nameIn, usePeople } from '../chat/people.ts'
import { Icon } from '../icon.tsx'
import type { IconName } from '../icon.tsx'
import { useFormats } from '../time.tsx'
import { useClient, useClientState } from '../use-client.ts'
import { reasonOf, useWords } from '../words.ts'

type Props = { message: Message; proposal: Proposal }
type Answer = 'accept' | 'decline' | 'withdraw'

const icons: Record<Proposal['state'], IconName> = {
  open: 'clock',
  accepted: 'check',
  declined: 'close',
  withdrawn: 'close',
  expired: 'clock',
}

export function ProposalAnswer({ message, proposal }: Props) {
  const words = useWords()
  const client = useClient()
  const people = usePeople()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const closed = useClientState(({ inbox }) => inbox.get(message.threadId)?.status === 'closed')
  const answers = closed ? [] : answersOf(message, proposal, client.me.id, people)

  async function answer(how: Answer, { currentTarget }: MouseEvent) {
    const article = currentTarget.closest('article')
    setBusy(true)
    setError(null)
    try {
      await client.ask(`proposal.${how}`, { messageId: message.id })
      // The button goes away, and the focus must not go with it.
      article?.focus({ preventScroll: true })
    } catch (refused) {
      setError(words.failed(reasonOf(refused, words)))
    }
    setBusy(false)
  }

  return (
    <>
      <p className={`proposal-state ${proposal.state}`} role="status">
        <Icon name={icons[proposal.state]} size={16} />
        <State message={message} proposal={proposal} />
      </p>
      {answers.length > 0 && (
        <div className="buttons">
          {answers.map((how) => (
            <button
              key={how}
              type="button"
              className={how === 'accept' ? undefined : 'plain'}
              disabled={busy}
              onClick={(event) => void answer(how, event)}
            >
              {words.answers[how]}
            </button>
          ))}
        </div>
      )}
      {error !== null && <p role="alert">{error}</p>}
    </>
  )
}

function State({ message: { sender }, proposal }: Props) {
  const words = useWords()
  const format = useFormats()
  const client = useClient()
  const people = usePeople()
  const { state, expiresAt, decidedBy } = proposal
  if (state === 'open') return words.openUntil(format.oldDay.format(new Date(expiresAt)))
  if (decidedBy === null) return words.proposalStates[state]
  const known = decidedBy === sender.id ? sender.name : nameIn(people, decidedBy)
  return words.decidedBy(
    words.proposalStates[state],
    decidedBy === client.me.id ? words.yourself : known,
  )
}

/** What the server would take from me: its rule is in core/proposals.ts, guests only take theirs back. */
function answersOf(
  { sender, metadata }: Message,
  { state, expiresAt }: Proposal,
  me: string,
  people: readonly Member[],
): Answer[] {
  if (state !== 'open' || Date.parse(expiresAt) <= Date.now()) return []
  if (sender.id === me) return ['withdraw']
  const provider = metadata?.['providerId']
  const mine = typeof provider !== 'string' || provider === sender.id || provider === me
  const guest = people.find(({ userId }) => userId === me)?.role === 'guest'
  return mine && !guest ? ['accept', 'decline'] : []
}
