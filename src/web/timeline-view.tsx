// The messages of a thread, newest at the bottom, with what I wrote and is still on its way.
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Message } from '../contract/message.ts'
import { pendingIn } from '../client/outbox.ts'
import { membersOf, messagesOf, readOf } from '../client/timeline.ts'
import type { Timeline } from '../client/timeline.ts'
import { MessageView } from './message-view.tsx'
import { PendingView } from './pending-view.tsx'
import { useClient, useClientState } from './use-client.ts'
import { useVisible } from './use-visible.ts'

type Props = { timeline: Timeline; onReply(message: Message): void }

/** So near to the end, in pixels, the newest message counts as seen. */
const near = 60

export function TimelineView({ timeline, onReply }: Props) {
  const client = useClient()
  const { threadId } = timeline
  const scroller = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const outbox = useClientState((state) => state.outbox)
  const messages = useMemo(() => messagesOf(timeline), [timeline])
  const pending = useMemo(() => {
    const arrived = new Set(messages.map((message) => message.clientId))
    return pendingIn(outbox, threadId).filter((one) => !arrived.has(one.clientId))
  }, [outbox, threadId, messages])
  useReadMark(timeline, messages.at(-1)?.seq ?? 0, atEnd)

  // Whoever writes wants to see it.
  useEffect(() => {
    if (pending.length > 0) scroller.current?.scrollTo({ top: 0 })
  }, [pending.length])

  return (
    <div
      className="timeline"
      ref={scroller}
      tabIndex={0}
      onScroll={(event) => setAtEnd(Math.abs(event.currentTarget.scrollTop) < near)}
    >
      <div>
        {timeline.fromSeq > 1 && <Earlier threadId={threadId} />}
        <ol role="log" aria-label="Messages">
          {messages.map((message) => (
            <li key={message.id}>
              <MessageView
                message={message}
                timeline={timeline}
                mine={message.sender.id === client.me.id}
                onReply={onReply}
              />
            </li>
          ))}
          {pending.map((one) => (
            <li key={one.clientId}>
              <PendingView pending={one} />
            </li>
          ))}
        </ol>
        {pending.length === 0 && <Reached timeline={timeline} last={messages.at(-1)} />}
      </div>
    </div>
  )
}

function Earlier({ threadId }: { threadId: string }) {
  const client = useClient()
  const [busy, setBusy] = useState(false)
  const load = () => {
    setBusy(true)
    // Without a connection the button is simply there to be pressed again.
    client
      .loadEarlier(threadId)
      .catch(() => undefined)
      .finally(() => setBusy(false))
  }
  return (
    <button className="quiet earlier" disabled={busy} onClick={load}>
      Load earlier
    </button>
  )
}

/** How far my last message got: to the server, to the others, under their eyes. */
function Reached({ timeline, last }: { timeline: Timeline; last: Message | undefined }) {
  const client = useClient()
  if (last === undefined || last.sender.id !== client.me.id) return null
  const others = membersOf(timeline)
    .filter((member) => member.userId !== client.me.id)
    .map((member) => readOf(timeline, member.userId))
  const all = (reached: (read: (typeof others)[number]) => boolean) =>
    others.length > 0 && others.every(reached)
  const word = all((read) => read.readSeq >= last.seq)
    ? 'Read'
    : all((read) => read.deliveredSeq >= last.seq)
      ? 'Delivered'
      : 'Sent'
  return <p className="reached">{word}</p>
}

/** Marks as read what is on screen: the tab is visible, and the end of the thread in sight. */
function useReadMark(timeline: Timeline, lastSeq: number, atEnd: boolean) {
  const client = useClient()
  const visible = useVisible()
  const connected = useClientState((state) => state.connection.is === 'open')
  const { threadId } = timeline
  const { readSeq } = readOf(timeline, client.me.id)
  const due = visible && connected && atEnd && lastSeq > readSeq
  useEffect(() => {
    if (due) client.markRead(threadId, lastSeq)
  }, [client, threadId, due, lastSeq])
}
