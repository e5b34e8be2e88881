// Has the connection checked when the network or the user comes back, and tells when nobody is here.
import { useEffect } from 'react'
import type { Client } from '../client/client.ts'

const minute = 60_000
/** So long without a sign of life, somebody is away from this device; a glance elsewhere is shorter. */
const patience = { visible: 5 * minute, hidden: minute }
const signs = ['pointerdown', 'pointermove', 'keydown', 'scroll'] as const

export function useAttention(client: Client) {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const visible = () => document.visibilityState === 'visible'

    function check() {
      if (visible()) client.checkConnection()
      wake()
    }
    function wake() {
      clearTimeout(timer)
      if (visible()) client.setAway(false)
      const wait = visible() ? patience.visible : patience.hidden
      timer = setTimeout(() => client.setAway(true), wait)
    }

    wake()
    addEventListener('online', check)
    addEventListener('offline', check)
    document.addEventListener('visibilitychange', check)
    for (const sign of signs) addEventListener(sign, wake, { passive: true, capture: true })
    return () => {
      clearTimeout(timer)
      removeEventListener('online', check)
      removeEventListener('offline', check)
      document.removeEventListener('visibilitychange', check)
      for (const sign of signs) removeEventListener(sign, wake, { capture: true })
    }
  }, [client])
}
