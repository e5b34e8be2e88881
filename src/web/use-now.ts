// The present second, for what counts down.
import { useSyncExternalStore } from 'react'

const second = 1_000

export const useNow = () => useSyncExternalStore(subscribe, () => Math.floor(Date.now() / second))

function subscribe(listener: () => void) {
  const timer = setInterval(listener, second)
  return () => clearInterval(timer)
}
