// The present day, also for a page that stays open over midnight.
import { useSyncExternalStore } from 'react'

const minute = 60_000

export const useToday = () => useSyncExternalStore(subscribe, () => new Date().toDateString())

function subscribe(listener: () => void) {
  const timer = setInterval(listener, minute)
  return () => clearInterval(timer)
}
