// One thread: its name, its messages, who types, and the place to write.
import { useCallback, useEffect, useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { ChatError } from '../../contract/errors.ts'
import type { Message } from '../../contract/message.ts'
import { pendingIn } from '../../client/outbox.ts'
import { readOf } from '../../client/timeline.ts'
import { PendingBubble } from '../message/pending-bubble.tsx'
import { presentIn } from '../names.ts'
import { useLater } from '../use-later.ts'
import { useClient, useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'
import { ChatHeader } from './chat-header.tsx'
import { DetailsPanel } from './details-panel.tsx'
import { MessageInput } from './message-input.tsx'
import { PeopleContext } from './people.ts'
import { TimelineView } from './timeline-view.tsx'
import { TypingIndicator } from './typing-indicator.tsx'
import { useDrop } from './use-drop.ts'
import { useFiles } from './use-files.ts'
import type { Writing } from './writing.ts'

type Props = { threadId: string; at: number | null }

export function ChatView({ threadId, at }: Props) {
  const words = useWords()
  const thread = useClientState((state) => state.inbox.get(threadId))
  const { missing, firstUnread } = useOpened(threadId)
  const timeline = useClientState((state) => state.timelines.get(threadId))
  const [writing, setWriting] = useState<Writing>({ is: 'new' })
  const [details, setDetails] = useState(false)
  const people = useMemo(() => (thread === undefined ? [] : presentIn(thread)), [thread])
  const reply = useCallback((to: Message) => setWriting({ is: 'reply', to }), [])
  const edit = useCallback((message: Message) => setWriting({ is: 'edit', message }), [])
  const files = useFiles()
  const dialog = useLater<ReactElement>()
  const drop = useDrop(files.add)
  const ready = timeline !== undefined && timeline.cursor !== null && firstUnread !== undefined

  if (missing)
    return (
      <main className="thread">
        <ChatHeader thread={undefined} title={words.noSuchThread} onDetails={() => undefined} />
      </main>
    )
  return (
    <PeopleContext value={people}>
      <main className="thread" {...drop.handlers}>
        {drop.over && <p className="drop-here">{words.dropFiles}</p>}
        <ChatHeader thread={thread} onDetails={() => setDetails((before) => !before)} />
        {ready ? (
          <TimelineView
            timeline={timeline}
            at={at}
            firstUnread={firstUnread}
            onReply={reply}
            onEdit={edit}
          />
        ) : (
          <Waiting threadId={threadId} />
        )}
        <TypingIndicator threadId={threadId} />
        {thread?.status === 'closed' ? (
          <p className="closed">{words.closedThread}</p>
        ) : (
          <MessageInput
            // A message that is written anew does not mix with what was begun.
            key={writing.is === 'edit' ? writing.message.id : 'new'}
            threadId={threadId}
            writing={writing}
            files={files}
            dialog={dialog}
            onWriting={setWriting}
          />
        )}
      </main>
      {dialog.part}
      {details && thread !== undefined && (
        <DetailsPanel thread={thread} onClose={() => setDetails(false)} />
      )}
    </PeopleContext>
  )
}

/** Before a thread is known, what I wrote in it already is all there is. */
function Waiting({ threadId }: { threadId: string }) {
  const outbox = useClientState((state) => state.outbox)
  return (
    <div className="timeline waiting" aria-busy="true">
      {pendingIn(outbox, threadId).map((pending) => (
        <PendingBubble key={pending.clientId} pending={pending} />
      ))}
    </div>
  )
}

/**
 * Opens a thread and keeps it complete while it is on screen. `firstUnread` is where reading goes
 * on: null when all of it was read, undefined until that is known.
 */
function useOpened(threadId: string) {
  const client = useClient()
  const [missing, setMissing] = useState(false)
  const [firstUnread, setFirstUnread] = useState<number | null>()

  useEffect(() => {
    client.open(threadId).catch((error: unknown) => {
      // Anything else is for want of a connection, and is done again when it is back.
      if (error instanceof ChatError && error.code === 'not_found') setMissing(true)
    })
    return () => client.close(threadId)
  }, [client, threadId])

  const opened = useClientState((state) => state.timelines.get(threadId)?.cursor != null)
  const known = firstUnread !== undefined
  useEffect(() => {
    const timeline = client.state().timelines.get(threadId)
    if (!opened || known || timeline === undefined) return
    let current = true
    const next = readOf(timeline, client.me.id).readSeq + 1
    const unread = next <= timeline.headSeq ? next : null
    const ready = unread === null ? Promise.resolve() : client.loadAround(threadId, unread)
    // Where it cannot be loaded, the newest messages are shown.
    void ready.then(
      () => current && setFirstUnread(unread),
      () => current && setFirstUnread(null),
    )
    return () => {
      current = false
    }
  }, [client, threadId, opened, known])

  return { missing, firstUnread }
}
