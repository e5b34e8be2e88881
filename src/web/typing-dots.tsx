// Who is typing now.
import type { Member } from '../contract/thread.ts'
import { useClientState } from './use-client.ts'

type Props = { threadId: string; members: Member[] }

export function TypingDots({ threadId, members }: Props) {
  const typists = useClientState((state) => state.typing.get(threadId)) ?? []
  const name = (userId: string) =>
    members.find((member) => member.userId === userId)?.name ?? userId
  const words =
    typists.length > 3
      ? 'Several people are typing'
      : `${typists.map(name).join(', ')} ${typists.length === 1 ? 'is' : 'are'} typing`
  return (
    <p className="typing" role="status">
      {typists.length > 0 && (
        <>
          {words}
          <span className="dots" aria-hidden="true" />
        </>
      )}
    </p>
  )
}
