// What I wrote and is not confirmed: on its way, or failed with a way out.
import type { Pending } from '../client/outbox.ts'
import { Time } from './time.tsx'
import { useClient } from './use-client.ts'

export function PendingView({ pending }: { pending: Pending }) {
  const client = useClient()
  const { clientId, input, createdAt, error } = pending
  return (
    <article className="message mine pending" aria-busy={error === null}>
      <header>
        <strong>You</strong>
        <Time at={createdAt} />
        {error === null && <span className="mark">sending…</span>}
      </header>
      <p className="content">{input.content}</p>
      {error !== null && (
        <p role="alert">
          Not sent: {error}{' '}
          <button className="quiet" onClick={() => client.retry(clientId)}>
            Try again
          </button>{' '}
          <button className="quiet" onClick={() => client.discard(clientId)}>
            Discard
          </button>
        </p>
      )}
    </article>
  )
}
