// The threads that I archived, on demand.
import { useState } from 'react'
import type { Thread } from '../../contract/thread.ts'
import { useNotices } from '../notices.tsx'
import { useClient, useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'
import { ThreadLink } from './thread-link.tsx'

export function Archive({ current }: { current: string | null }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [threads, setThreads] = useState<Thread[]>([])
  const inbox = useClientState((state) => state.inbox)
  // What came back by a message, or was taken back, is in the list above.
  const archived = threads.filter((thread) => {
    const known = inbox.get(thread.id)
    return known === undefined || known.archivedAt !== null
  })

  async function load() {
    const { items } = await client.ask('thread.list', { status: 'archived' })
    setThreads(items)
  }

  return (
    <details
      className="archive"
      onToggle={(event) => {
        if (event.currentTarget.open) void attempt(load())
      }}
    >
      <summary>{words.archived}</summary>
      <ul>
        {archived.map((thread) => (
          <li key={thread.id}>
            <ThreadLink thread={thread} current={thread.id === current} />
          </li>
        ))}
      </ul>
    </details>
  )
}
