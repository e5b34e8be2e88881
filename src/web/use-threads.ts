// My threads, as a list shows them.
import { useMemo } from 'react'
import { threadsOf } from '../client/inbox.ts'
import { useClient, useClientState } from './use-client.ts'

export function useThreads() {
  const client = useClient()
  const inbox = useClientState((state) => state.inbox)
  const listed = useClientState((state) => state.listed)
  const more = useClientState((state) => state.moreThreads !== null)
  const threads = useMemo(() => threadsOf(inbox), [inbox])
  return { threads, listed, more, loadMore: client.loadMoreThreads }
}
