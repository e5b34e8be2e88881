// The whole of the page for a person: the list beside the thread, or one of them on a small screen.
import { useEffect } from 'react'
import type { Client } from '../client/client.ts'
import type { Session } from '../client/rest.ts'
import { ConnectionBanner } from './connection-banner.tsx'
import { useThreadId } from './route.ts'
import { ThreadList } from './thread-list.tsx'
import { ThreadPane } from './thread-pane.tsx'
import { ClientContext, useClientState, useAttention } from './use-client.ts'

type Props = { client: Client; me: Session['user']; onSignOut(): void; onEnded(): void }

export function Messenger({ client, me, onSignOut, onEnded }: Props) {
  const threadId = useThreadId()
  useAttention(client)
  return (
    <ClientContext value={client}>
      <UnreadTitle />
      <ConnectionBanner onEnded={onEnded} />
      <div className="messenger" data-shows={threadId === null ? 'list' : 'thread'}>
        <ThreadList me={me} current={threadId} onSignOut={onSignOut} />
        {threadId === null ? (
          <main className="empty">Choose a thread, or start one.</main>
        ) : (
          <ThreadPane key={threadId} threadId={threadId} />
        )}
      </div>
    </ClientContext>
  )
}

/** The number of unread messages in the tab's own title. Muted threads do not call. */
function UnreadTitle() {
  const unread = useClientState(({ inbox }) =>
    [...inbox.values()]
      .filter((thread) => thread.archivedAt === null && thread.mutedUntil === null)
      .reduce((sum, thread) => sum + thread.unread, 0),
  )
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Skein` : 'Skein'
  }, [unread])
  return null
}
