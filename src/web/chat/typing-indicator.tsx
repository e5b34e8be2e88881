// Who is typing now.
import { useClientState } from '../use-client.ts'
import { useWords } from '../words.ts'
import { nameIn, usePeople } from './people.ts'

const nobody: readonly string[] = []

export function TypingIndicator({ threadId }: { threadId: string }) {
  const words = useWords()
  const people = usePeople()
  const typists = useClientState((state) => state.typing.get(threadId)) ?? nobody
  const names = typists.map((userId) => nameIn(people, userId)).join(', ')
  const said =
    typists.length > 3
      ? words.severalTyping
      : typists.length > 1
        ? words.areTyping(names)
        : words.isTyping(names)
  return (
    <p className="typing" role="status">
      {typists.length > 0 && (
        <>
          <span className="dots" aria-hidden="true">
            <i />
            <i />
            <i />
          </span>
          <span dir="auto">{said}</span>
        </>
      )}
    </p>
  )
}
