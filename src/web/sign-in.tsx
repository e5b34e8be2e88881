// "Sign in as": anybody one likes, where the server is set up for trying things out.
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { ChatError } from '../contract/errors.ts'
import type { Rest, Session } from '../client/rest.ts'

type Props = { rest: Rest; onSignedIn(session: Session): void }

export function SignIn({ rest, onSignedIn }: Props) {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const id = String(form.get('id')).trim()
    const name = String(form.get('name')).trim()
    setBusy(true)
    setFailure(null)
    try {
      const token = await rest.devToken(id, name === '' ? {} : { name })
      onSignedIn(await rest.signIn(token))
    } catch (error) {
      setFailure(reasonOf(error))
      setBusy(false)
    }
  }

  return (
    <main className="notice">
      <h1>Skein</h1>
      <form className="card" aria-label="Sign in" onSubmit={(event) => void submit(event)}>
        <label>
          Sign in as
          <input name="id" required maxLength={128} autoComplete="username" autoFocus />
        </label>
        <label>
          Name <small>(optional)</small>
          <input name="name" maxLength={100} autoComplete="name" />
        </label>
        <button disabled={busy}>Sign in</button>
        {failure !== null && <p role="alert">{failure}</p>}
      </form>
    </main>
  )
}

function reasonOf(error: unknown): string {
  if (!(error instanceof ChatError)) return String(error)
  if (error.code !== 'not_found') return error.message
  return 'Here one signs in with the application that this messenger belongs to.'
}
