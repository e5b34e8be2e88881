// The list of typists as each member may see it: complete, but for people with a block between them.
import type { Typists } from '../../core/typing.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import type { Saying } from './turn.ts'

export function tellTyping(log: ThreadLog, typists: Typists): Saying[] {
  const say = (userIds: string[], to: Saying['to']): Saying => ({
    to,
    event: {
      event: 'typing.updated',
      threadId: log.id,
      version: log.version,
      data: { userIds },
    },
  })
  const all = [...typists.keys()]
  if (log.blocks.size === 0) return [say(all, 'members')]
  const apart = (a: string, b: string) => log.blocks.get(a)?.has(b) || log.blocks.get(b)?.has(a)
  return log.present().map(({ user_id: viewer }) =>
    say(
      all.filter((userId) => !apart(viewer, userId)),
      [viewer],
    ),
  )
}
