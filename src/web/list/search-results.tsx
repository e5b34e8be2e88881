// What was found: threads by their name at once, messages as soon as the server answers.
import { Avatar } from '../avatar.tsx'
import { Link } from '../link.tsx'
import { nameOf } from '../names.ts'
import { pathOf } from '../route.ts'
import { Time } from '../time.tsx'
import { useClient, useClientState } from '../use-client.ts'
import { useThreads } from '../use-threads.ts'
import { useWords } from '../words.ts'
import { Highlighted } from './highlighted.tsx'
import { ThreadLink } from './thread-link.tsx'
import { useSearch } from './use-search.ts'
import type { Hit } from './use-search.ts'

export function SearchResults({ query }: { query: string }) {
  const words = useWords()
  const { me } = useClient()
  const { threads } = useThreads()
  const { hits, busy, failure, more, loadMore } = useSearch(query)
  const sought = query.trim().toLocaleLowerCase()
  const named = threads.filter((thread) =>
    nameOf(thread, me.id, words).toLocaleLowerCase().includes(sought),
  )
  const nothing = !busy && failure === null && hits.length === 0 && named.length === 0
  return (
    <div className="thread-scroller" aria-busy={busy}>
      <p className="results-count" role="status">
        {failure ?? (nothing ? words.noResults : busy ? '' : words.results(hits.length))}
      </p>
      <ul>
        {named.slice(0, 5).map((thread) => (
          <li key={thread.id}>
            <ThreadLink thread={thread} current={false} />
          </li>
        ))}
        {hits.map((hit) => (
          <li key={hit.message.id}>
            <HitLink hit={hit} query={query} />
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" className="quiet" onClick={loadMore}>
          {words.moreResults}
        </button>
      )}
    </div>
  )
}

function HitLink({ hit, query }: { hit: Hit; query: string }) {
  const words = useWords()
  const { me } = useClient()
  const { message, thread, snippet } = hit
  const known = useClientState((state) => state.inbox.get(thread.id))
  const place = known === undefined ? thread.title : nameOf(known, me.id, words)
  const { sender } = message
  return (
    <Link to={pathOf(thread.id, message.seq)} className="thread-link hit">
      <Avatar name={sender.name} id={sender.id} url={sender.avatarUrl} />
      <strong dir="auto">{sender.id === me.id ? words.you : sender.name}</strong>
      <span className="marks">
        <Time at={message.createdAt} />
      </span>
      <span className="snippet" dir="auto">
        <Highlighted text={snippet} query={query} />
      </span>
      {place !== null && place !== sender.name && <small dir="auto">{place}</small>}
    </Link>
  )
}
