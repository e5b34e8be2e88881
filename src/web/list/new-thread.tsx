// Starts a thread: with one person, or a group of several.
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { Dialog } from '../dialog.tsx'
import { goTo, pathOf } from '../route.ts'
import { useClient } from '../use-client.ts'
import { reasonOf, useWords } from '../words.ts'

export function NewThread({ onClose }: { onClose(): void }) {
  const words = useWords()
  const client = useClient()
  const [failure, setFailure] = useState<string | null>(null)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const people = String(fields.get('people')).split(/[\s,;]+/)
    const title = String(fields.get('title')).trim()
    setFailure(null)
    try {
      const threadId = await client.createThread({
        participants: people.filter((id) => id !== ''),
        title: title === '' ? undefined : title,
      })
      onClose()
      goTo(pathOf(threadId))
    } catch (error) {
      setFailure(reasonOf(error, words))
    }
  }

  return (
    <Dialog title={words.newThread} onClose={onClose}>
      <form className="form" onSubmit={(event) => void submit(event)}>
        <label>
          <span>
            {words.with} <small>({words.withHint})</small>
          </span>
          <input name="people" required autoCapitalize="none" autoComplete="off" />
        </label>
        <label>
          <span>
            {words.title} <small>{words.optional}</small>
          </span>
          <input name="title" maxLength={200} autoComplete="off" />
        </label>
        {failure !== null && <p role="alert">{failure}</p>}
        <button>{words.start}</button>
      </form>
    </Dialog>
  )
}
