// Which thread the address names.
import { useSyncExternalStore } from 'react'

const form = /^\/threads\/([^/]+)$/

/** The thread on screen, or null for the list alone. */
export const useThreadId = (): string | null => useSyncExternalStore(subscribe, threadId)

function subscribe(listener: () => void) {
  addEventListener('popstate', listener)
  return () => removeEventListener('popstate', listener)
}

function threadId(): string | null {
  const name = form.exec(location.pathname)?.[1]
  try {
    return name === undefined ? null : decodeURIComponent(name)
  } catch {
    // A broken escape names no thread.
    return null
  }
}

export const pathOf = (threadId: string | null) =>
  threadId === null ? '/' : `/threads/${encodeURIComponent(threadId)}`

/** Goes to a thread, or back to the list, as following a link would. */
export function goTo(threadId: string | null) {
  history.pushState(null, '', pathOf(threadId))
  dispatchEvent(new PopStateEvent('popstate'))
}
