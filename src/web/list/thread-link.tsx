// One thread in the list: whom it is with, what was said last, what is unread.
import { memo } from 'react'
import type { Thread } from '../../contract/thread.ts'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icon.tsx'
import { Link } from '../link.tsx'
import { lineOf, nameOf, otherOf } from '../names.ts'
import { pathOf } from '../route.ts'
import { Time } from '../time.tsx'
import { useClient, useClientState } from '../use-client.ts'
import { usePresenceOf } from '../use-presence.ts'
import { useWords } from '../words.ts'

type Props = { thread: Thread; current: boolean }

export const ThreadLink = memo(function ThreadLink({ thread, current }: Props) {
  const words = useWords()
  const { me } = useClient()
  const { lastMessage, unread, mentions, pinnedAt, mutedUntil } = thread
  const other = otherOf(thread, me.id)
  const presence = usePresenceOf(other?.userId)
  const name = nameOf(thread, me.id, words)
  return (
    <Link
      to={pathOf(thread.id)}
      className={unread > 0 ? 'thread-link waiting' : 'thread-link'}
      aria-current={current ? 'page' : undefined}
    >
      <Avatar
        name={name}
        id={other?.userId ?? thread.id}
        url={other?.avatarUrl}
        status={presence?.status}
      />
      <strong dir="auto">{name}</strong>
      <span className="marks">
        {pinnedAt !== null && <Mark icon="pin" says={words.pinned} />}
        {mutedUntil !== null && <Mark icon="mute" says={words.muted} />}
        {lastMessage !== null && <Time at={lastMessage.createdAt} />}
      </span>
      <LastLine thread={thread} />
      {unread > 0 && (
        <span className={mutedUntil === null ? 'unread' : 'unread muted'}>
          {mentions > 0 && <span aria-hidden="true">@</span>}
          {unread}
          <span className="unseen">
            {' '}
            {words.unread}
            {mentions > 0 && `, ${words.mentioned}`}
          </span>
        </span>
      )}
    </Link>
  )
})

function Mark({ icon, says }: { icon: 'pin' | 'mute'; says: string }) {
  return (
    <>
      <Icon name={icon} size={14} />
      <span className="unseen">{says}</span>
    </>
  )
}

function LastLine({ thread }: { thread: Thread }) {
  const words = useWords()
  const { me } = useClient()
  const types = useClientState((state) => state.typing.has(thread.id))
  const { lastMessage } = thread
  if (types) return <em className="line typing-line">{words.typing}</em>
  if (lastMessage === null) return <span className="line" />
  const mine = lastMessage.sender.id === me.id
  const author = mine ? words.you : thread.memberCount > 2 ? lastMessage.sender.name : null
  return (
    <span className="line" dir="auto">
      {author !== null && lastMessage.kind !== 'system' && `${author}: `}
      {lineOf(lastMessage, words)}
    </span>
  )
}
