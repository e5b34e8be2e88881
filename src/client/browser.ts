// The outbox in a browser: IndexedDB, a database for each person, so that it outlives the tab.
import type { OutboxStorage } from './keeping.ts'
import type { Pending } from './outbox.ts'

const store = 'outbox'

/** Rejects where the browser keeps nothing, as some do in private windows. */
export function browserStorage(userId: string): OutboxStorage {
  const opened = open(`skein ${userId}`)
  // Each use reports the failure; the promise alone must not.
  opened.catch(() => undefined)

  async function run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>) {
    const database = await opened
    return settled(work(database.transaction(store, mode).objectStore(store)))
  }

  return {
    load: () => run<Pending[]>('readonly', (store) => store.getAll()),
    save: async (pending) => void (await run('readwrite', (store) => store.put(pending))),
    remove: (clientId) => run('readwrite', (store) => store.delete(clientId)),
    clear: () => run('readwrite', (store) => store.clear()),
  }
}

function open(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore(store, { keyPath: 'clientId' })
  })
  return settled(request)
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  request.addEventListener('success', () => resolve(request.result))
  request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  return promise
}
