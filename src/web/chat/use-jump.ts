// Goes to a message, which may have to be fetched first. True when it is there.
import { useCallback } from 'react'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'

export function useJump(threadId: string) {
  const client = useClient()
  const { attempt } = useNotices()
  return useCallback(
    (seq: number) => attempt(client.loadAround(threadId, seq)),
    [client, threadId, attempt],
  )
}
