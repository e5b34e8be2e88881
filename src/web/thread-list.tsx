// My threads, with what is unread in them.
import { useMemo } from 'react'
import type { Thread } from '../contract/thread.ts'
import { threadsOf } from '../client/inbox.ts'
import type { Session } from '../client/rest.ts'
import { Link } from './link.tsx'
import { lineOf, nameOf } from './names.ts'
import { NewThread } from './new-thread.tsx'
import { Time } from './time.tsx'
import { useClient, useClientState } from './use-client.ts'

type Props = { me: Session['user']; current: string | null; onSignOut(): void }

export function ThreadList({ me, current, onSignOut }: Props) {
  const client = useClient()
  const { inbox, listed, moreThreads } = useClientState((state) => state)
  const threads = useMemo(() => threadsOf(inbox), [inbox])
  return (
    <nav className="threads" aria-label="Threads">
      <header>
        <h1>{me.name}</h1>
        <button className="quiet" onClick={onSignOut}>
          Sign out
        </button>
      </header>
      <NewThread />
      <ul aria-busy={!listed}>
        {threads.map((thread) => (
          <li key={thread.id}>
            <ThreadLink thread={thread} me={me.id} current={thread.id === current} />
          </li>
        ))}
      </ul>
      {listed && threads.length === 0 && <p className="empty">No threads yet.</p>}
      {moreThreads !== null && (
        <button className="quiet" onClick={() => void client.loadMoreThreads()}>
          More threads
        </button>
      )}
    </nav>
  )
}

function ThreadLink({ thread, me, current }: { thread: Thread; me: string; current: boolean }) {
  const { lastMessage, unread } = thread
  const typists = useClientState((state) => state.typing.get(thread.id))
  return (
    <Link threadId={thread.id} aria-current={current ? 'page' : undefined}>
      <strong>{nameOf(thread, me)}</strong>
      {lastMessage !== null && <Time at={lastMessage.createdAt} />}
      <span className="line">
        {typists !== undefined ? <em>typing…</em> : lastMessage && lineOf(lastMessage)}
      </span>
      {unread > 0 && (
        <span className="unread">
          {unread}
          <span className="unseen"> unread</span>
        </span>
      )}
    </Link>
  )
}
