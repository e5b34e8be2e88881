// My threads, with what is unread in them; or what was found in them.
import { useState } from 'react'
import type { Session } from '../../client/rest.ts'
import { Icon } from '../icon.tsx'
import { useThreads } from '../use-threads.ts'
import { useWords } from '../words.ts'
import { Archive } from './archive.tsx'
import { ListHeader } from './list-header.tsx'
import { SearchField } from './search-field.tsx'
import { SearchResults } from './search-results.tsx'
import { ThreadLink } from './thread-link.tsx'

type Props = { me: Session['user']; current: string | null; onSignOut(): void }

export function ThreadList({ me, current, onSignOut }: Props) {
  const words = useWords()
  const { threads, listed, more, loadMore } = useThreads()
  const [query, setQuery] = useState('')
  return (
    <nav className="threads" aria-label={words.threads}>
      <ListHeader me={me} onSignOut={onSignOut} />
      <SearchField query={query} onChange={setQuery} />
      {query.trim() !== '' ? (
        <SearchResults query={query} />
      ) : (
        <div className="thread-scroller">
          <ul aria-busy={!listed}>
            {threads.map((thread) => (
              <li key={thread.id}>
                <ThreadLink thread={thread} current={thread.id === current} />
              </li>
            ))}
          </ul>
          {listed && threads.length === 0 && (
            <div className="empty">
              <Icon name="unread" size={32} />
              <p>{words.noThreads}</p>
              <small>{words.noThreadsHint}</small>
            </div>
          )}
          {more && (
            <button type="button" className="quiet" onClick={() => void loadMore()}>
              {words.moreThreads}
            </button>
          )}
          {listed && <Archive current={current} />}
        </div>
      )}
    </nav>
  )
}
