// My notifications, kept up to date: as they were listed, and what happened since.
import { useEffect, useState } from 'react'
import type { Event } from '../../contract/events.ts'
import { useClient, useClientState } from '../use-client.ts'
import { applyToNotices, withOlder } from './notices.ts'
import type { Notices } from './notices.ts'

type Listed = {
  notices: Notices
  /** Where the next page begins. */
  more: string | null
  /** How many are unread that were not listed. */
  beyond: number
}

/** Listed anew with every connection, as some may have been missed. Null until they were listed. */
export function useListed(read: boolean | undefined, limit: number) {
  const client = useClient()
  const connected = useClientState((state) => state.connection.is === 'open')
  const [listed, setListed] = useState<Listed | null>(null)

  useEffect(() => {
    if (!connected) return
    let current = true
    /** What was heard while the answer was on its way, which may not know of it. */
    let heard: Event[] | null = []
    const stop = client.listen((event) => {
      if (!event.event.startsWith('notification.')) return
      heard?.push(event)
      setListed((before) => before && { ...before, notices: applyToNotices(before.notices, event) })
    })
    client.ask('notification.list', { read, limit }).then(
      ({ items, unread, nextCursor: more }) => {
        if (!current) return
        const beyond = unread - unreadIn(items)
        const notices = (heard ?? []).reduce<Notices>(applyToNotices, items)
        heard = null
        setListed({ notices, more, beyond })
      },
      // It is done again when the connection is back.
      () => undefined,
    )
    return () => {
      current = false
      stop()
    }
  }, [client, connected, read, limit])

  async function loadMore() {
    const cursor = listed?.more ?? undefined
    const { items, nextCursor: more } = await client.ask('notification.list', {
      ...{ read, limit, cursor },
    })
    setListed((before) => before && { ...before, notices: withOlder(before.notices, items), more })
  }

  return { listed, loadMore }
}

export const unreadIn = (notices: Notices): number => notices.filter(({ read }) => !read).length
