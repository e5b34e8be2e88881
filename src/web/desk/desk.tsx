// The moderation desk: what was reported, what was done, who is shut out, what goes on.
import type { Session } from '../../client/rest.ts'
import { Announcements } from '../announcements.tsx'
import { Icon } from '../icon.tsx'
import type { IconName } from '../icon.tsx'
import { Link } from '../link.tsx'
import { isAdmin, isModerator } from '../rights.ts'
import { useWords } from '../words.ts'
import type { Words } from '../words.ts'
import { AuditLog } from './audit-log.tsx'
import { BroadcastForm } from './broadcast-form.tsx'
import { Deliveries } from './deliveries.tsx'
import { MetricsView } from './metrics-view.tsx'
import { People } from './people.tsx'
import { Reports } from './reports.tsx'
import '../style/desk.css'

type Part = {
  name: 'reports' | 'audit' | 'users' | 'metrics' | 'deliveries' | 'broadcast'
  icon: IconName
  adminsOnly: boolean
  View(): React.ReactNode
}

const parts: Part[] = [
  { name: 'reports', icon: 'flag', adminsOnly: false, View: Reports },
  { name: 'audit', icon: 'clock', adminsOnly: false, View: AuditLog },
  { name: 'users', icon: 'people', adminsOnly: true, View: People },
  { name: 'metrics', icon: 'info', adminsOnly: true, View: MetricsView },
  { name: 'deliveries', icon: 'send', adminsOnly: true, View: Deliveries },
  { name: 'broadcast', icon: 'megaphone', adminsOnly: true, View: BroadcastForm },
]

export function Desk({ me, part }: { me: Session['user']; part: string }) {
  const words = useWords()
  const open = parts.filter(({ adminsOnly }) => isAdmin(me) || !adminsOnly)
  const shown = open.find(({ name }) => name === part) ?? open[0]
  if (!isModerator(me) || shown === undefined) return <NotForYou words={words} />
  const { View } = shown
  return (
    <div className="desk">
      <Announcements />
      <nav className="desk-nav" aria-label={words.desk}>
        <h1>{words.desk}</h1>
        <ul>
          {open.map(({ name, icon }) => (
            <li key={name}>
              <Link to={`/admin/${name}`} aria-current={name === shown.name ? 'page' : undefined}>
                <Icon name={icon} />
                {words[name]}
              </Link>
            </li>
          ))}
        </ul>
        <Link to="/" className="desk-leave">
          <Icon name="back" />
          {words.backToChat}
        </Link>
      </nav>
      {/* It scrolls, so the keyboard must reach it. */}
      <main className="desk-main" tabIndex={0}>
        <h2>{words[shown.name]}</h2>
        <View />
      </main>
    </div>
  )
}

function NotForYou({ words }: { words: Words }) {
  return (
    <main className="notice">
      <h1>{words.desk}</h1>
      <p>{words.deskFor}</p>
      <Link to="/">{words.backToChat}</Link>
    </main>
  )
}
