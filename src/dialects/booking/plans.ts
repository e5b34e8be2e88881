// What several of booking's rows and events show: conversations with who is there, messages with who
// read them.
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import type { Thread } from '../../contract/thread.ts'
import { ask, done } from '../dialect.ts'
import type { Plan } from '../dialect.ts'
import { withPresences } from '../presences.ts'
import { conversation, message } from './shapes.ts'

export function conversations<T>(
  threads: Thread[],
  me: string,
  end: (shapes: object[]) => T,
): Plan<T> {
  const people = threads.flatMap(({ members }) => members.map(({ userId }) => userId))
  return withPresences(people, (presences) =>
    done(end(threads.map((one) => conversation(one, me, presences)))),
  )
}

export const oneConversation = <T>(
  thread: Thread,
  me: string,
  end: (shape: object | undefined) => T,
) => conversations([thread], me, ([shape]) => end(shape))

/** Messages of one thread, in seq order. */
export function messages<T>(natives: Message[], end: (shapes: object[]) => T): Plan<T> {
  const [first] = natives
  const last = natives.at(-1)
  if (!first || !last) return done(end([]))
  const from = Math.max(first.seq, last.seq - limits.receiptsPage + 1)
  return ask('receipt.list', { threadId: first.threadId, from, to: last.seq }, ({ items }) => {
    const known = new Map(items.map(({ messageId, receipts }) => [messageId, receipts]))
    return done(end(natives.map((native) => message(native, known.get(native.id)))))
  })
}
