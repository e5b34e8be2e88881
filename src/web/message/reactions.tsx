// Who reacted to a message; a click joins in, or takes mine back.
import type { Message } from '../../contract/message.ts'
import { nameIn, usePeople } from '../chat/people.ts'
import { useNotices } from '../notices.tsx'
import { useClient } from '../use-client.ts'
import { useWords } from '../words.ts'

export function Reactions({ message }: { message: Message }) {
  const words = useWords()
  const people = usePeople()
  const toggle = useReaction(message)
  const { me } = useClient()
  return (
    <ul className="reactions" aria-label={words.reactions}>
      {message.reactions.map(({ emoji, count, userIds }) => (
        <li key={emoji}>
          <button
            type="button"
            aria-pressed={userIds.includes(me.id)}
            title={words.reactedBy(userIds.map((id) => nameIn(people, id)).join(', '))}
            onClick={() => toggle(emoji)}
          >
            {emoji} {count}
          </button>
        </li>
      ))}
    </ul>
  )
}

/** Adds a reaction of mine to a message, or takes it back. */
export function useReaction({ id: messageId, reactions }: Message) {
  const client = useClient()
  const { attempt } = useNotices()
  return (emoji: string) => {
    const mine = reactions.some(
      (reaction) => reaction.emoji === emoji && reaction.userIds.includes(client.me.id),
    )
    const operation = mine ? 'reaction.remove' : 'reaction.add'
    void attempt(client.ask(operation, { messageId, emoji }))
  }
}
