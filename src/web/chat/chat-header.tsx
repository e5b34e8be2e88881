// Whom a thread is with, whether they are there, and what one can do with the thread.
import type { Thread } from '../../contract/thread.ts'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icon.tsx'
import { IconButton } from '../icon-button.tsx'
import { Link } from '../link.tsx'
import { nameOf, otherOf, presentIn } from '../names.ts'
import { agoOf, useFormats } from '../time.tsx'
import { useClient } from '../use-client.ts'
import { usePresence } from '../use-presence.ts'
import { useWords } from '../words.ts'
import { ThreadMenu } from './thread-menu.tsx'

type Props = { thread: Thread | undefined; title?: string; onDetails(): void }

export function ChatHeader({ thread, title, onDetails }: Props) {
  const words = useWords()
  const { me } = useClient()
  const name = title ?? (thread === undefined ? '' : nameOf(thread, me.id, words))
  return (
    <header className="chat-header">
      <Link to="/" className="back" aria-label={words.allThreads}>
        <Icon name="back" />
      </Link>
      {thread !== undefined && <Face thread={thread} name={name} />}
      <div className="chat-title">
        <h2 dir="auto">{name}</h2>
        {thread !== undefined && <Company thread={thread} />}
      </div>
      {thread !== undefined && (
        <>
          <IconButton label={words.details} icon="people" onClick={onDetails} />
          <ThreadMenu thread={thread} />
        </>
      )}
    </header>
  )
}

function Face({ thread, name }: { thread: Thread; name: string }) {
  const { me } = useClient()
  const other = otherOf(thread, me.id)
  return <Avatar name={name} id={other?.userId ?? thread.id} url={other?.avatarUrl} size="small" />
}

/** Who is there: the other one, or how many. */
function Company({ thread }: { thread: Thread }) {
  const words = useWords()
  const format = useFormats()
  const { me } = useClient()
  const others = presentIn(thread)
    .map((member) => member.userId)
    .filter((userId) => userId !== me.id)
  const presences = usePresence(others)
  const there = others.filter((userId) => presences.get(userId)?.status === 'online').length
  const [only] = others
  if (otherOf(thread, me.id) !== undefined && only !== undefined) {
    const presence = presences.get(only)
    if (presence === undefined) return null
    if (presence.status !== 'offline')
      return <small className={presence.status}>{words[presence.status]}</small>
    if (presence.lastSeen === null) return null
    return <small>{words.lastSeen(agoOf(presence.lastSeen, format))}</small>
  }
  return (
    <small>
      {words.members(thread.memberCount)}
      {there > 0 && `, ${words.onlineCount(there)}`}
    </small>
  )
}
