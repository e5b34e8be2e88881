// By which ways I want to hear of things, on all my devices: the server keeps it.
import { useEffect, useSyncExternalStore } from 'react'
import type { Client } from '../client/client.ts'
import { createStore } from '../client/store.ts'
import type { Store } from '../client/store.ts'
import type { Preferences } from '../contract/notification.ts'
import { useNotices } from './notices.tsx'
import { useClient } from './use-client.ts'

/** Null until they are known. `turn` tells the newest change from those before it. */
type Kept = { wishes: Preferences | null; turn: number }

// By client, so that whoever signs in next finds none of it.
const stores = new WeakMap<Client, Store<Kept>>()

function storeOf(client: Client): Store<Kept> {
  const store = stores.get(client) ?? createStore<Kept>({ wishes: null, turn: 0 })
  stores.set(client, store)
  return store
}

export const wishesOf = (client: Client): Preferences | null => storeOf(client).get().wishes

export function useWishes() {
  const client = useClient()
  const { attempt } = useNotices()
  const store = storeOf(client)
  const { wishes } = useSyncExternalStore(store.subscribe, store.get)

  /** It is shown at once, and taken back where the server will not. */
  async function wish(change: Partial<Preferences>) {
    if (wishes === null) return
    const turn = store.get().turn + 1
    store.set({ wishes: { ...wishes, ...change, threads: withLevels(wishes, change) }, turn })
    const take = (wishes: Preferences) => {
      if (store.get().turn === turn) store.set({ wishes })
    }
    if (!(await attempt(client.ask('notification.prefer', change).then(take)))) take(wishes)
  }

  return { wishes, wish }
}

const withLevels = (wishes: Preferences, { threads }: Partial<Preferences>) => ({
  ...wishes.threads,
  ...threads,
})

/** Asks for them, as another device may have changed them. */
export function useLoadedWishes() {
  const client = useClient()
  const { attempt } = useNotices()
  useEffect(() => {
    const store = storeOf(client)
    const { turn } = store.get()
    const take = (wishes: Preferences) => {
      if (store.get().turn === turn) store.set({ wishes })
    }
    void attempt(client.ask('notification.preferences', {}).then(take))
  }, [client, attempt])
  return useWishes()
}
