// All that one needs to build a messenger of one's own: what is there, and what one can do.
import { useClient, useClientState } from './use-client.ts'

export function useMessaging() {
  const client = useClient()
  const connection = useClientState((state) => state.connection)
  return {
    me: client.me,
    connection,
    connected: connection.is === 'open',
    send: client.send,
    retry: client.retry,
    discard: client.discard,
    markRead: client.markRead,
    createThread: client.createThread,
    /** Any operation of the contract. */
    ask: client.ask,
  }
}
