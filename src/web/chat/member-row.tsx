// One member of a thread: who they are, whether they are there, and their role.
import type { Member, Role } from '../../contract/thread.ts'
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icon.tsx'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { usePresenceOf } from '../use-presence.ts'
import { useWords } from '../words.ts'

/** What somebody can be made; an owner was the first. */
const roles: Role[] = ['admin', 'member', 'guest']

type Props = { member: Member; threadId: string; led: boolean }

export function MemberRow({ member, threadId, led }: Props) {
  const words = useWords()
  const client = useClient()
  const { attempt } = useNotices()
  const presence = usePresenceOf(member.userId)
  const { userId, name, avatarUrl, role } = member
  const mine = userId === client.me.id
  const changeable = led && !mine && role !== 'owner'

  function change(to: string) {
    const role = roles.find((one) => one === to)
    if (role !== undefined) void attempt(client.ask('member.update', { threadId, userId, role }))
  }

  return (
    <li>
      <Avatar name={name} id={userId} url={avatarUrl} size="small" status={presence?.status} />
      <span className="person" dir="auto">
        {name}
        {mine && <small> ({words.you})</small>}
      </span>
      {changeable ? (
        <>
          <select
            aria-label={words.roleOf(name)}
            value={role}
            onChange={(event) => change(event.target.value)}
          >
            {roles.map((one) => (
              <option key={one} value={one}>
                {words.roles[one]}
              </option>
            ))}
          </select>
          <button
            type="button"
            className="bare"
            aria-label={words.removeMember(name)}
            onClick={() => void attempt(client.ask('member.remove', { threadId, userId }))}
          >
            <Icon name="close" size={16} />
          </button>
        </>
      ) : (
        <small>{words.roles[role]}</small>
      )}
    </li>
  )
}
