// Chooses the threads that a message is forwarded to.
import { useState } from 'react'
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import { Dialog } from '../dialog.tsx'
import { nameOf } from '../names.ts'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useThreads } from '../use-threads.ts'
import { useWords } from '../words.ts'

export function ForwardDialog({ message, onClose }: { message: Message; onClose(): void }) {
  const words = useWords()
  const client = useClient()
  const { say, attempt } = useNotices()
  const { threads } = useThreads()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [note, setNote] = useState('')
  const [clientId] = useState(() => crypto.randomUUID())

  const choose = (threadId: string, wanted: boolean) =>
    setChosen((before) =>
      wanted ? [...before, threadId] : before.filter((known) => known !== threadId),
    )

  async function forward() {
    const words = note.trim() === '' ? undefined : note
    const { items } = await client.ask('message.forward', {
      messageId: message.id,
      threadIds: [...chosen],
      note: words,
      clientId,
    })
    for (const item of items) if ('error' in item) throw new Error(item.error.message)
  }

  return (
    <Dialog title={words.forwardTo} onClose={onClose}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          void attempt(forward()).then((done) => done && say(words.forwarded))
          onClose()
        }}
      >
        <ul className="people choose">
          {threads.map((thread) => (
            <li key={thread.id}>
              <label className="check">
                <input
                  type="checkbox"
                  checked={chosen.includes(thread.id)}
                  disabled={!chosen.includes(thread.id) && chosen.length >= limits.forwardTargets}
                  onChange={(event) => choose(thread.id, event.target.checked)}
                />
                <span dir="auto">{nameOf(thread, client.me.id, words)}</span>
              </label>
            </li>
          ))}
        </ul>
        <label>
          <span>
            {words.note} <small>{words.optional}</small>
          </span>
          <input value={note} dir="auto" onChange={(event) => setNote(event.target.value)} />
        </label>
        <button disabled={chosen.length === 0}>{words.forward}</button>
      </form>
    </Dialog>
  )
}
