// What I wrote and is not confirmed: on its way, or failed with a way out.
import type { Pending } from '../../client/outbox.ts'
import { Icon } from '../icon.tsx'
import { Time } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'

export function PendingBubble({ pending }: { pending: Pending }) {
  const words = useWords()
  const client = useClient()
  const { clientId, input, createdAt, error } = pending
  return (
    <article
      className="message mine pending last"
      aria-busy={error === null}
      aria-label={words.messageFrom(words.you, error === null ? words.sending : words.notSent(''))}
    >
      <div className="bubble-column">
        <div className={error === null ? 'bubble' : 'bubble failed'}>
          <p className="content" dir="auto">
            {input.content ||
              (input.kind === 'audio'
                ? words.voiceMessage
                : words.attachments(input.attachments?.length ?? 0))}
          </p>
          <footer>
            {error === null && <span className="unseen">{words.sending}</span>}
            <Time at={createdAt} clock />
            <Icon name={error === null ? 'clock' : 'info'} size={14} />
          </footer>
        </div>
        {error !== null && (
          <p className="failure" role="alert">
            {words.notSent(error)}{' '}
            <button type="button" className="quiet" onClick={() => client.retry(clientId)}>
              {words.tryAgain}
            </button>{' '}
            <button type="button" className="quiet" onClick={() => client.discard(clientId)}>
              {words.discard}
            </button>
          </p>
        )}
      </div>
    </article>
  )
}
