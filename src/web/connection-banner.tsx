// Says that there is no connection. It shows after a moment, since most losses are over by then.
import { useClientState } from './use-client.ts'

export function ConnectionBanner({ onEnded }: { onEnded(): void }) {
  const connection = useClientState((state) => state.connection)
  if (connection.is === 'stopped' && connection.code !== 1000)
    return (
      <div className="banner" role="alert">
        <span>You are signed out: {connection.reason || 'the server ended the connection'}.</span>
        <button onClick={onEnded}>Sign in</button>
      </div>
    )
  return (
    <div role="status">
      {(connection.is === 'waiting' || connection.is === 'connecting') && (
        <p className="banner patient">No connection. What you write is sent when it is back.</p>
      )}
    </div>
  )
}
