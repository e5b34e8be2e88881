// A word of the operators to everybody who is there.
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { limits } from '../../contract/limits.ts'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'

export function BroadcastForm() {
  const words = useWords()
  const client = useClient()
  const { say, attempt } = useNotices()
  const [busy, setBusy] = useState(false)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = event.currentTarget
    const fields = new FormData(form)
    const title = String(fields.get('title')).trim()
    const content = String(fields.get('content'))
    setBusy(true)
    const ask = client.ask('admin.broadcast', { content, title: title || undefined })
    if (await attempt(ask)) {
      form.reset()
      say(words.broadcastDone((await ask).connections))
    }
    setBusy(false)
  }

  return (
    <form className="form card" onSubmit={(event) => void submit(event)}>
      <p className="faint">{words.broadcastHint}</p>
      <label>
        <span>
          {words.title} <small>{words.optional}</small>
        </span>
        <input name="title" maxLength={limits.title} dir="auto" />
      </label>
      <label>
        {words.message}
        <textarea name="content" rows={4} required maxLength={limits.content} dir="auto" />
      </label>
      <div className="buttons">
        <button disabled={busy}>{words.say}</button>
      </div>
    </form>
  )
}
