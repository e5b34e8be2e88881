// That a message was changed, and what it said before.
import { useState } from 'react'
import type { Edition, Message } from '../../contract/message.ts'
import { Dialog } from '../dialog.tsx'
import { textOf } from '../names.ts'
import { useNotices } from '../notices.tsx'
import { Time } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'

export function Edited({ message }: { message: Message }) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const [editions, setEditions] = useState<Edition[] | null>(null)
  const load = () =>
    client.ask('message.history', { messageId: message.id }).then(({ items }) => setEditions(items))
  return (
    <>
      <button
        type="button"
        className="edited"
        title={words.showHistory}
        onClick={() => void attempt(load())}
      >
        {words.edited}
      </button>
      {editions !== null && (
        <Dialog title={words.history} onClose={() => setEditions(null)}>
          <ol className="editions">
            {editions.map((edition) => (
              <li key={edition.editedAt}>
                <Time at={edition.editedAt} />
                <p dir="auto">{textOf(edition)}</p>
              </li>
            ))}
            <li>
              <small>{words.now}</small>
              <p dir="auto">{textOf(message)}</p>
            </li>
          </ol>
        </Dialog>
      )}
    </>
  )
}
