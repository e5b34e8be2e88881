// The client of the signed-in person, for every part of the page.
import { createContext, use, useSyncExternalStore } from 'react'
import type { Client, State } from '../client/client.ts'

export const ClientContext = createContext<Client | null>(null)

export function useClient(): Client {
  const client = use(ClientContext)
  if (client === null) throw new Error('this part of the page stands outside a ClientContext')
  return client
}

/** A part of the client's state; it must be the same object while nothing changed. */
export function useClientState<T>(select: (state: State) => T): T {
  const client = useClient()
  return useSyncExternalStore(client.subscribe, () => select(client.state()))
}
