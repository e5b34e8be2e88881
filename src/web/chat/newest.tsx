// The way back to the newest message, and how many came meanwhile; said aloud as they come.
import { useState } from 'react'
import { messageOf, readOf } from '../../client/timeline.ts'
import type { Timeline } from '../../client/timeline.ts'
import { Icon } from '../icon.tsx'
import { lineOf } from '../names.ts'
import { useClient, useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'

type Props = { timeline: Timeline; atEnd: boolean; onGo(): void }

export function Newest({ timeline, atEnd, onGo }: Props) {
  const words = useWords()
  const client = useClient()
  const unread = useClientState((state) => state.inbox.get(timeline.threadId)?.unread ?? 0)
  const { readSeq } = readOf(timeline, client.me.id)
  const [openedAt] = useState(timeline.headSeq)
  const news = timeline.entries.at(-1)
  const latest = news === undefined ? undefined : messageOf(timeline, news.id)
  const aloud =
    latest !== undefined && latest.seq > openedAt && latest.sender.id !== client.me.id
      ? `${latest.sender.name}: ${lineOf(latest, words)}`
      : ''
  const waiting = readSeq < timeline.headSeq ? unread : 0
  return (
    <>
      <p className="unseen" role="log" aria-live="polite">
        {aloud}
      </p>
      {!atEnd && (
        <button type="button" className="newest" aria-label={words.toNewest} onClick={onGo}>
          {waiting > 0 && <span>{words.unreadBelow(waiting)}</span>}
          <Icon name="down" size={18} />
        </button>
      )}
    </>
  )
}
