// What the operators say to everybody, and the moderators to me, is shown until it was read.
import { useEffect } from 'react'
import { useNotices } from './notices.tsx'
import { useClient } from './use-client.ts'
import { useWords } from './words.ts'

export function Announcements() {
  const words = useWords()
  const client = useClient()
  const { say } = useNotices()
  useEffect(
    () =>
      client.listen((event) => {
        if (event.event === 'broadcast.created')
          say(event.data.content, { title: event.data.title ?? words.announcement, stays: true })
        if (event.event === 'moderation.warning')
          say(event.data.reason, { title: words.warning, stays: true })
      }),
    [client, say, words],
  )
  return null
}
