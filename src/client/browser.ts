// What only a browser has: a place for the outbox, and transfers that say how far they are.
import type { OutboxStorage } from './keeping.ts'
import type { Pending } from './outbox.ts'
import { noConnection } from './transfer.ts'
import type { Transfer } from './transfer.ts'

const store = 'outbox'

/**
 * The outbox: IndexedDB, a database for each person, so that it outlives the tab. Rejects where the
 * browser keeps nothing, as some do in private windows.
 */
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

/** A transfer whose `onProgress` is told. */
export const browserTransfer: Transfer = ({ method, url, headers, body, onProgress, signal }) => {
  const { promise, resolve, reject } = Promise.withResolvers<Response>()
  const request = new XMLHttpRequest()
  request.open(method, url)
  for (const [name, value] of headers) request.setRequestHeader(name, value)
  request.upload.addEventListener('progress', ({ loaded, total }) => onProgress?.(loaded / total))
  request.addEventListener('load', () => {
    const { status, responseText } = request
    const retryAfter = request.getResponseHeader('Retry-After')
    const answer = new Headers(retryAfter === null ? {} : { 'Retry-After': retryAfter })
    resolve(new Response(status === 204 ? null : responseText, { status, headers: answer }))
  })
  request.addEventListener('error', () => reject(noConnection()))
  request.addEventListener('abort', () => reject(signal?.reason))
  const abort = () => request.abort()
  if (signal?.aborted) reject(signal.reason)
  else request.send(body)
  signal?.addEventListener('abort', abort)
  return promise.finally(() => signal?.removeEventListener('abort', abort))
}

/** Where nothing is drawn, no frame comes. */
const frameMostMs = 100

/** In the next frame, so that all that comes until then is drawn at once. */
export function inNextFrame(work: () => void): void {
  const frame = requestAnimationFrame(go)
  const timer = setTimeout(go, frameMostMs)
  function go() {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    work()
  }
}
