// Says that there is no connection, and what waits for it. It shows after a moment, since most
// losses are over by then.
import { Icon } from './icon.tsx'
import { useClientState } from './use-client.ts'
import { useNow } from './use-now.ts'
import { useWords } from './words.ts'

export function ConnectionBanner({ onEnded }: { onEnded(): void }) {
  const words = useWords()
  const connection = useClientState((state) => state.connection)
  const waiting = useClientState(
    (state) => state.outbox.filter((pending) => pending.error === null).length,
  )
  if (connection.is === 'stopped' && connection.code !== 1000)
    return (
      <div className="banner alarm" role="alert">
        <span>{words.signedOut(connection.reason || words.serverEnded)}</span>
        <button type="button" onClick={onEnded}>
          {words.signIn}
        </button>
      </div>
    )
  return (
    <div role="status">
      {connection.is === 'waiting' || connection.is === 'connecting' ? (
        <p className="banner patient">
          <Icon name="clock" size={16} />
          <span>
            {words.offline} {waiting > 0 && words.queued(waiting)}
          </span>
        </p>
      ) : (
        <Held />
      )}
    </div>
  )
}

/** The server asked for a pause; what is written meanwhile goes out by itself. */
function Held() {
  const until = useClientState((state) => state.heldUntil)
  return until === null ? null : <Countdown until={until} />
}

function Countdown({ until }: { until: number }) {
  const words = useWords()
  const now = useNow()
  return (
    <p className="banner">
      <Icon name="clock" size={16} />
      <span>{words.held(Math.max(1, Math.ceil(until / 1000 - now)))}</span>
    </p>
  )
}
