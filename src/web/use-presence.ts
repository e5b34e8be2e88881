// Whether people are there, kept up to date while they are on screen.
import { useEffect } from 'react'
import type { Presence } from '../contract/user.ts'
import { useClient, useClientState } from './use-client.ts'

export function usePresence(userIds: readonly string[]): ReadonlyMap<string, Presence> {
  const client = useClient()
  const names = userIds.join('\n')
  useEffect(() => {
    if (names !== '') client.watchPresence(names.split('\n'))
  }, [client, names])
  return useClientState((state) => state.presences)
}

export function usePresenceOf(userId: string | undefined): Presence | undefined {
  const client = useClient()
  useEffect(() => {
    if (userId !== undefined) client.watchPresence([userId])
  }, [client, userId])
  return useClientState((state) => (userId === undefined ? undefined : state.presences.get(userId)))
}
