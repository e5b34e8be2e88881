// "Sign in as": anybody one likes, where the server is set up for trying things out.
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { ChatError } from '../contract/errors.ts'
import type { Rest, Session } from '../client/rest.ts'
import { reasonOf, useWords } from './words.ts'
import type { Words } from './words.ts'

type Props = { rest: Rest; onSignedIn(session: Session): void }

const roles = ['user', 'moderator', 'admin']

export function SignIn({ rest, onSignedIn }: Props) {
  const words = useWords()
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<string | null>(null)

  async function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const id = String(form.get('id')).trim()
    const name = String(form.get('name')).trim()
    const role = String(form.get('role'))
    setBusy(true)
    setFailure(null)
    try {
      const token = await rest.devToken(id, { name: name === '' ? undefined : name, role })
      onSignedIn(await rest.signIn(token))
    } catch (error) {
      setFailure(failureOf(error, words))
      setBusy(false)
    }
  }

  return (
    <main className="notice sign-in">
      <img src="/icon.svg" alt="" width={56} height={56} />
      <h1>Skein</h1>
      <p className="faint">{words.tagline}</p>
      <form
        className="card form"
        aria-label={words.signIn}
        onSubmit={(event) => void submit(event)}
      >
        <label>
          {words.signInAs}
          <input
            name="id"
            required
            maxLength={128}
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
          />
        </label>
        <label>
          <span>
            {words.name} <small>{words.optional}</small>
          </span>
          <input name="name" maxLength={100} autoComplete="name" />
        </label>
        <label>
          {words.role}
          <select name="role">
            {roles.map((role) => (
              <option key={role}>{role}</option>
            ))}
          </select>
        </label>
        {failure !== null && <p role="alert">{failure}</p>}
        <button disabled={busy}>{words.signIn}</button>
      </form>
    </main>
  )
}

function failureOf(error: unknown, words: Words): string {
  if (error instanceof ChatError && error.code === 'not_found') return words.elsewhere
  return reasonOf(error, words)
}
