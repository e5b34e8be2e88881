// Whom one may mean, above the place to write.
import { Avatar } from '../avatar.tsx'
import { Icon } from '../icon.tsx'
import { useWords } from '../words.ts'
import type { useMentions } from './use-mentions.ts'

export function MentionList(props: ReturnType<typeof useMentions>) {
  const words = useWords()
  const { open, found, chosen, listId, optionId, choose } = props
  if (!open) return null
  return (
    <ul className="mention-list" role="listbox" id={listId} aria-label={words.mentionSomebody}>
      {found.map((one, index) => (
        <li
          key={one.id}
          id={optionId(index)}
          role="option"
          aria-selected={index === chosen}
          // The field must keep the focus, where the keys are heard.
          onMouseDown={(event) => {
            event.preventDefault()
            choose(one)
          }}
        >
          {one.everyone ? (
            <Icon name="megaphone" />
          ) : (
            <Avatar name={one.name} id={one.id} url={one.avatarUrl} size="small" />
          )}
          <span dir="auto">{one.name}</span>
          {one.everyone && <small>{words.everyone[one.everyone]}</small>}
          {!one.everyone && one.name !== one.id && <small>{one.id}</small>}
        </li>
      ))}
    </ul>
  )
}
