// Who is here: nobody yet, a sign-in, or a person with their threads.
import { useEffect, useState } from 'react'
import { browserStorage } from '../client/browser.ts'
import { createClient } from '../client/client.ts'
import type { Client } from '../client/client.ts'
import { createRest } from '../client/rest.ts'
import type { Session } from '../client/rest.ts'
import { Messenger } from './messenger.tsx'
import { SignIn } from './sign-in.tsx'

const rest = createRest()
const socketUrl = `${location.origin.replace(/^http/, 'ws')}/v1/ws`

type Visitor =
  | { is: 'unknown' }
  /** The server does not answer. */
  | { is: 'unreachable' }
  | { is: 'nobody' }
  | { is: 'signed in'; session: Session; client: Client }

const visitorOf = (session: Session | null): Visitor =>
  session === null ? { is: 'nobody' } : { is: 'signed in', session, client: startClient(session) }

const startClient = ({ user }: Session) =>
  createClient({ rest, socketUrl, me: user, storage: browserStorage(user.id) })

export function App() {
  const [visitor, setVisitor] = useState<Visitor>({ is: 'unknown' })

  useEffect(() => {
    if (visitor.is !== 'unknown') return
    let current = true
    const settle = (next: () => Visitor) => {
      if (current) setVisitor(next())
    }
    rest.session().then(
      (session) => settle(() => visitorOf(session)),
      () => settle(() => ({ is: 'unreachable' })),
    )
    return () => {
      current = false
    }
  }, [visitor.is])

  async function signOut(client: Client) {
    void client.stop({ forget: true })
    // Without a connection the cookie stays; saying so beats a page that only looks signed out.
    const gone = await rest.signOut().then(
      () => true,
      () => false,
    )
    setVisitor({ is: gone ? 'nobody' : 'unreachable' })
  }

  switch (visitor.is) {
    case 'unknown':
      return <main className="notice" aria-busy="true" />
    case 'unreachable':
      return (
        <main className="notice">
          <p role="alert">The server does not answer.</p>
          <button onClick={() => setVisitor({ is: 'unknown' })}>Try again</button>
        </main>
      )
    case 'nobody':
      return <SignIn rest={rest} onSignedIn={(session) => setVisitor(visitorOf(session))} />
    case 'signed in':
      return (
        <Messenger
          key={visitor.session.user.id}
          client={visitor.client}
          me={visitor.session.user}
          onSignOut={() => void signOut(visitor.client)}
          onEnded={() => setVisitor({ is: 'nobody' })}
        />
      )
  }
}
