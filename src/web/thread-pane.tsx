// One thread: its name, its messages, who types, and the place to write.
import { useEffect, useState } from 'react'
import { ChatError } from '../contract/errors.ts'
import type { Message } from '../contract/message.ts'
import { Composer } from './composer.tsx'
import { Link } from './link.tsx'
import { nameOf } from './names.ts'
import { TimelineView } from './timeline-view.tsx'
import { TypingDots } from './typing-dots.tsx'
import { useClient, useClientState } from './use-client.ts'

export function ThreadPane({ threadId }: { threadId: string }) {
  const client = useClient()
  const thread = useClientState((state) => state.inbox.get(threadId))
  const timeline = useClientState((state) => state.timelines.get(threadId))
  const [missing, setMissing] = useState(false)
  const [replyTo, setReplyTo] = useState<Message | null>(null)

  useEffect(() => {
    client.open(threadId).catch((error: unknown) => {
      // Anything else is for want of a connection, and mends itself.
      if (error instanceof ChatError && error.code === 'not_found') setMissing(true)
    })
    return () => client.close(threadId)
  }, [client, threadId])

  const name = thread === undefined ? '' : nameOf(thread, client.me.id)
  return (
    <main className="thread" aria-label={name || 'Thread'}>
      <header>
        <Link threadId={null} className="back" aria-label="All threads">
          ‹
        </Link>
        <h2>{missing ? 'There is no such thread' : name}</h2>
        {thread !== undefined && thread.memberCount > 2 && (
          <small>{thread.memberCount} members</small>
        )}
      </header>
      {timeline === undefined || timeline.cursor === null ? (
        <div className="timeline" aria-busy={!missing} />
      ) : (
        <TimelineView timeline={timeline} onReply={setReplyTo} />
      )}
      <TypingDots threadId={threadId} members={thread?.members ?? []} />
      {!missing && (
        <Composer threadId={threadId} replyTo={replyTo} onReplied={() => setReplyTo(null)} />
      )}
    </main>
  )
}
