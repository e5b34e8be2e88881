// Who is here: nobody yet, a sign-in, or a person with their threads.
import { Suspense, lazy, useEffect, useState } from 'react'
import { browserStorage, browserTransfer, inNextFrame } from '../client/browser.ts'
import { createClient } from '../client/client.ts'
import type { Client } from '../client/client.ts'
import { createRest } from '../client/rest.ts'
import type { Session } from '../client/rest.ts'
import { Messenger } from './messenger.tsx'
import { Notices } from './notices.tsx'
import { canPush, unsubscribe } from './push.ts'
import { usePlace } from './route.ts'
import { SignIn } from './sign-in.tsx'
import { ClientContext } from './use-client.ts'
import { useWords } from './words.ts'

const rest = createRest({ carrier: browserTransfer })
const socketUrl = `${location.origin.replace(/^http/, 'ws')}/v1/ws`

/** Few people ever see it, so nobody else loads it. */
const Desk = lazy(() => import('./desk/desk.tsx').then(({ Desk }) => ({ default: Desk })))

type Visitor =
  | { is: 'unknown' }
  /** The server does not answer. */
  | { is: 'unreachable' }
  | { is: 'nobody' }
  | { is: 'signed in'; session: Session; client: Client }

const visitorOf = (session: Session | null): Visitor =>
  session === null ? { is: 'nobody' } : { is: 'signed in', session, client: startClient(session) }

const startClient = ({ user }: Session) =>
  createClient({
    ...{ rest, socketUrl, me: user },
    storage: browserStorage(user.id),
    soon: inNextFrame,
  })

export function App() {
  const words = useWords()
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
    // Whoever comes next shall not read on this screen what was for somebody else.
    // A server that does not hear of it finds that nobody is there.
    if (canPush()) await unsubscribe(client).catch(() => undefined)
    await client.stop({ forget: true })
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
          <p role="alert">{words.noServer}</p>
          <button type="button" onClick={() => setVisitor({ is: 'unknown' })}>
            {words.tryAgain}
          </button>
        </main>
      )
    case 'nobody':
      return <SignIn rest={rest} onSignedIn={(session) => setVisitor(visitorOf(session))} />
    case 'signed in':
      return (
        <SignedIn
          key={visitor.session.user.id}
          client={visitor.client}
          me={visitor.session.user}
          onSignOut={() => void signOut(visitor.client)}
          onEnded={() => setVisitor({ is: 'nobody' })}
        />
      )
  }
}

type Props = { client: Client; me: Session['user']; onSignOut(): void; onEnded(): void }

function SignedIn(props: Props) {
  const place = usePlace()
  return (
    <ClientContext value={props.client}>
      <Notices>
        {place.is === 'desk' ? (
          <Suspense fallback={<main className="notice" aria-busy="true" />}>
            <Desk me={props.me} part={place.part} />
          </Suspense>
        ) : (
          <Messenger {...props} place={place} />
        )}
      </Notices>
    </ClientContext>
  )
}
