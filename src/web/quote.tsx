// What a message answers, in one line. An old one is fetched, since it may not be loaded.
import { useEffect, useState } from 'react'
import { messageOf } from '../client/timeline.ts'
import type { Timeline } from '../client/timeline.ts'
import { lineOf } from './names.ts'
import { useClient } from './use-client.ts'

export function Quote({ messageId, timeline }: { messageId: string; timeline: Timeline }) {
  const client = useClient()
  const { threadId } = timeline
  const [lost, setLost] = useState(false)
  const message = messageOf(timeline, messageId)
  const unknown = message === undefined
  useEffect(() => {
    if (unknown) client.loadMessage(threadId, messageId).catch(() => setLost(true))
  }, [client, threadId, messageId, unknown])

  if (message === undefined)
    return <blockquote>{lost ? 'This message cannot be shown.' : '…'}</blockquote>
  return (
    <blockquote>
      <a href={`#${messageId}`}>
        <strong>{message.sender.name}</strong> {lineOf(message)}
      </a>
    </blockquote>
  )
}
