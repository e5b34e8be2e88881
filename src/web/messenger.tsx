// The whole of the page for a person: the list beside the thread, or one of them on a small screen.
import { useEffect } from 'react'
import type { Client } from '../client/client.ts'
import type { Session } from '../client/rest.ts'
import { Announcements } from './announcements.tsx'
import { Calls } from './calls.tsx'
import { ChatView } from './chat/chat-view.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { Icon } from './icon.tsx'
import { ThreadList } from './list/thread-list.tsx'
import { goTo, pathOf } from './route.ts'
import type { Place } from './route.ts'
import { useThreads } from './use-threads.ts'
import { useClientState } from './use-client.ts'
import { useAttention } from './use-attention.ts'
import { useWords } from './words.ts'

type Props = {
  client: Client
  me: Session['user']
  place: Extract<Place, { is: 'threads' }>
  onSignOut(): void
  onEnded(): void
}

export function Messenger({ client, me, place, onSignOut, onEnded }: Props) {
  const words = useWords()
  const { threadId, at } = place
  useAttention(client)
  useThreadKeys(threadId)
  return (
    <>
      <UnreadTitle />
      <Announcements />
      <Calls />
      <ConnectionBanner onEnded={onEnded} />
      <div className="messenger" data-shows={threadId === null ? 'list' : 'thread'}>
        <ThreadList me={me} current={threadId} onSignOut={onSignOut} />
        {threadId === null ? (
          <main className="nothing-chosen">
            <Icon name="unread" size={40} />
            <p>{words.chooseThread}</p>
          </main>
        ) : (
          <ChatView key={threadId} threadId={threadId} at={at} />
        )}
      </div>
    </>
  )
}

/** Alt and an arrow go to the thread above or below. */
function useThreadKeys(threadId: string | null) {
  const { threads } = useThreads()
  useEffect(() => {
    function press(event: KeyboardEvent) {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
      if (step === undefined || !event.altKey || threads.length === 0) return
      event.preventDefault()
      const at = threads.findIndex((thread) => thread.id === threadId)
      const next = threads[(at + step + threads.length) % threads.length]
      if (next !== undefined) goTo(pathOf(next.id))
    }
    addEventListener('keydown', press)
    return () => removeEventListener('keydown', press)
  }, [threads, threadId])
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
    // Where the page is installed as an app, its icon shows it too.
    if ('setAppBadge' in navigator) void navigator.setAppBadge(unread)
  }, [unread])
  return null
}
