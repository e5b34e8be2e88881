// Whom one may mean, above the place to write.
import { Avatar } from '../avatar.tsx'
import { useWords } from '../words.ts'
import type { useMentions } from './use-mentions.ts'

export function MentionList(props: ReturnType<typeof useMentions>) {
  const words = useWords()
  const { open, found, chosen, listId, optionId, choose } = props
  if (!open) return null
  return (
    <ul className="mention-list" role="listbox" id={listId} aria-label={words.mentionSomebody}>
      {found.map((member, index) => (
        <li
          key={member.userId}
          id={optionId(index)}
          role="option"
          aria-selected={index === chosen}
          // The field must keep the focus, where the keys are heard.
          onMouseDown={(event) => {
            event.preventDefault()
            choose(member)
          }}
        >
          <Avatar name={member.name} id={member.userId} url={member.avatarUrl} size="small" />
          <span dir="auto">{member.name}</span>
          {member.name !== member.userId && <small>{member.userId}</small>}
        </li>
      ))}
    </ul>
  )
}
