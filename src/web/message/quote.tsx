// What a message answers, in one line, and the way there. An old one is fetched.
import { useEffect, useState } from 'react'
import { messageOf } from '../../client/timeline.ts'
import { lineOf } from '../names.ts'
import { useClient, useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'

type Props = { threadId: string; messageId: string; onJump(seq: number): void }

export function Quote({ threadId, messageId, onJump }: Props) {
  const words = useWords()
  const client = useClient()
  const [lost, setLost] = useState(false)
  const message = useClientState(({ timelines }) => {
    const timeline = timelines.get(threadId)
    return timeline && messageOf(timeline, messageId)
  })
  const unknown = message === undefined
  useEffect(() => {
    if (unknown) client.loadMessage(threadId, messageId).catch(() => setLost(true))
  }, [client, threadId, messageId, unknown])

  if (message === undefined) return <blockquote>{lost ? words.lost : '…'}</blockquote>
  return (
    <blockquote>
      <button type="button" className="quote" onClick={() => onJump(message.seq)}>
        <strong dir="auto">
          {message.sender.id === client.me.id ? words.you : message.sender.name}
        </strong>
        <span className="line" dir="auto">
          {lineOf(message, words)}
        </span>
      </button>
    </blockquote>
  )
}
