// Starts a thread: with one person, or a group of several.
import { useRef, useState } from 'react'
import type { SubmitEvent } from 'react'
import { goTo } from './route.ts'
import { useClient } from './use-client.ts'

export function NewThread() {
  const client = useClient()
  const details = useRef<HTMLDetailsElement>(null)
  const [failure, setFailure] = useState<string | null>(null)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const people = String(fields.get('people')).split(/[\s,;]+/)
    const title = String(fields.get('title')).trim()
    setFailure(null)
    try {
      const participants = people.filter((id) => id !== '')
      const threadId = await client.createThread({
        participants,
        title: title === '' ? undefined : title,
      })
      form.reset()
      if (details.current) details.current.open = false
      goTo(threadId)
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error))
    }
  }

  return (
    <details className="new-thread" ref={details}>
      <summary>New thread</summary>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          With <small>(user ids)</small>
          <input name="people" required placeholder="bob, carol" autoCapitalize="none" />
        </label>
        <label>
          Title <small>(optional)</small>
          <input name="title" maxLength={200} />
        </label>
        <button>Start</button>
        {failure !== null && <p role="alert">{failure}</p>}
      </form>
    </details>
  )
}
