// What the address names: a thread, a place in it, or the moderation desk.
import { useSyncExternalStore } from 'react'

export type Place =
  /** `at` is the seq of a message to go to. */
  { is: 'threads'; threadId: string | null; at: number | null } | { is: 'desk'; part: string }

const form = /^\/threads\/([^/]+)$/
const deskForm = /^\/admin(?:\/(\w+))?\/?$/

// The same object for the same address, so that nothing is drawn anew for it.
let known = { address: '', place: placeOf(new URL('http://localhost/')) }

export const usePlace = (): Place => useSyncExternalStore(subscribe, place)

function subscribe(listener: () => void) {
  addEventListener('popstate', listener)
  return () => removeEventListener('popstate', listener)
}

function place(): Place {
  if (known.address !== location.href)
    known = { address: location.href, place: placeOf(new URL(location.href)) }
  return known.place
}

function placeOf({ pathname, searchParams }: URL): Place {
  const desk = deskForm.exec(pathname)
  if (desk !== null) return { is: 'desk', part: desk[1] ?? 'reports' }
  const at = Number(searchParams.get('at') ?? Number.NaN)
  return {
    is: 'threads',
    threadId: nameIn(pathname),
    at: Number.isSafeInteger(at) && at > 0 ? at : null,
  }
}

function nameIn(pathname: string): string | null {
  const name = form.exec(pathname)?.[1]
  try {
    return name === undefined ? null : decodeURIComponent(name)
  } catch {
    // A broken escape names no thread.
    return null
  }
}

export function pathOf(threadId: string | null, at?: number): string {
  if (threadId === null) return '/'
  return `/threads/${encodeURIComponent(threadId)}${at === undefined ? '' : `?at=${at}`}`
}

/** Goes to an address of this page, as following a link would. */
export function goTo(path: string) {
  history.pushState(null, '', path)
  dispatchEvent(new PopStateEvent('popstate'))
}

/** The address stands for the place again, not for one message in it. */
export function forgetAt(threadId: string) {
  history.replaceState(null, '', pathOf(threadId))
}
