// Who types here: kept in memory alone, told as a full list to each member who may see it.
import { expireTyping, nextTypingEnd, setTyping } from '../../core/typing.ts'
import type { Typists, TypingChange } from '../../core/typing.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import type { Saying } from './turn.ts'

export class Typing {
  private readonly log: () => ThreadLog | null
  private readonly changed: (count: number) => void
  private typists: Typists = new Map()
  /** Nothing is known of typists after an eviction: the first alarm says so to those who watch. */
  private woken = true

  /** `changed` hears how many they are now. */
  constructor(log: () => ThreadLog | null, changed: (count: number) => void) {
    this.log = log
    this.changed = changed
  }

  /** Somebody types, or stopped. Answers what is to be said of it. */
  set(userId: string, typing: boolean, now: number): Saying[] {
    const sayings = this.become(setTyping(this.typists, userId, typing, now))
    if (sayings.length > 0) this.changed(this.typists.size)
    return sayings
  }

  /** Takes out those who gave no sign for too long. */
  expire(now: number): Saying[] {
    const change = expireTyping(this.typists, now)
    const unknown = this.woken && change.typists.size === 0
    this.woken = false
    return this.become({ ...change, changed: change.changed || unknown })
  }

  /** When the first of them ends (ms), or null. */
  next(): number | null {
    return nextTypingEnd(this.typists)
  }

  /** Answers how to go back to what is now. */
  keep(): () => void {
    const { typists } = this
    return () => {
      this.typists = typists
    }
  }

  private become({ typists, changed }: TypingChange): Saying[] {
    this.typists = typists
    const log = this.log()
    return changed && log ? tellTyping(log, typists) : []
  }
}

/** Complete, but for people with a block between them. */
function tellTyping(log: ThreadLog, typists: Typists): Saying[] {
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
  return log.present().map(({ user_id: viewer }) =>
    say(
      all.filter((userId) => !log.apart(viewer, userId)),
      [viewer],
    ),
  )
}
