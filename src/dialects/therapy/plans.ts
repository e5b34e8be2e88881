// What several of therapy's rows and events need: messages with all that stands around them, and the
// threads of communities and posts.
import { ChatError } from '../../contract/errors.ts'
import { isThreadId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import type { Message } from '../../contract/message.ts'
import { ask, done } from '../dialect.ts'
import type { Plan } from '../dialect.ts'
import { message } from './shapes.ts'
import type { Around } from './shapes.ts'

type With<V, T> = (found: ReadonlyMap<string, V>) => Plan<T>

/** Messages of one thread, in seq order, with what they answer, reactions and who read them. */
export function messages<T>(natives: Message[], end: (shapes: object[]) => T): Plan<T> {
  const [first] = natives
  const last = natives.at(-1)
  if (!first || !last) return done(end([]))
  const { threadId } = first
  const stretch = {
    threadId,
    from: Math.max(first.seq, last.seq - limits.receiptsPage + 1),
    to: last.seq,
  }
  return withReplies(threadId, natives, (replies) =>
    withReactions(stretch, natives, (reactions) =>
      withReceipts(stretch, (receipts) =>
        withPeople(threadId, receipts, (people) => {
          const around = (one: Message): Around => ({
            repliedTo: one.replyTo === null ? undefined : replies.get(one.replyTo),
            reactions: reactions.get(one.id),
            receipts: receipts.get(one.id),
            people,
          })
          return done(end(natives.map((one) => message(one, around(one)))))
        }),
      ),
    ),
  )
}

/** One that was just sent: nobody has reacted to it or read it. */
export const sent = <T>(native: Message, end: (shape: object) => T): Plan<T> =>
  withReplies(native.threadId, [native], (replies) => {
    const repliedTo = native.replyTo === null ? undefined : replies.get(native.replyTo)
    return done(end(message(native, { repliedTo })))
  })

type Stretch = { threadId: string; from: number; to: number }

function withReplies<T>(threadId: string, natives: Message[], then: With<Message, T>): Plan<T> {
  const known = new Map(natives.map((one) => [one.id, one]))
  const wanted = natives.flatMap(({ replyTo }) =>
    replyTo === null || known.has(replyTo) ? [] : replyTo,
  )
  const messageIds = [...new Set(wanted)].slice(0, limits.pageMost)
  if (messageIds.length === 0) return then(known)
  return ask('message.pick', { threadId, messageIds }, ({ items }) =>
    then(new Map([...known, ...items.map((one) => [one.id, one] as const)])),
  )
}

function withReactions<T>(
  stretch: Stretch,
  natives: Message[],
  then: With<NonNullable<Around['reactions']>, T>,
): Plan<T> {
  if (natives.every(({ reactions }) => reactions.length === 0)) return then(new Map())
  return ask('reaction.list', stretch, ({ items }) =>
    then(new Map(items.map(({ messageId, reactions }) => [messageId, reactions]))),
  )
}

function withReceipts<T>(
  stretch: Stretch,
  then: With<NonNullable<Around['receipts']>, T>,
): Plan<T> {
  return ask('receipt.list', stretch, ({ items }) =>
    then(new Map(items.map(({ messageId, receipts }) => [messageId, receipts]))),
  )
}

/** Readers are shown by name. */
function withPeople<T>(
  threadId: string,
  receipts: ReadonlyMap<string, NonNullable<Around['receipts']>>,
  then: (people: NonNullable<Around['people']>) => Plan<T>,
): Plan<T> {
  const read = [...receipts.values()].some((all) => all.some(({ readAt }) => readAt !== null))
  if (!read) return then(new Map())
  return ask('thread.get', { threadId }, ({ members }) =>
    then(new Map(members.map((member) => [member.userId, member]))),
  )
}

/** My thread of a community or a post, by its own id or by the application's. */
export function placeOf<T>(
  type: 'community' | 'post',
  id: string,
  then: (threadId: string) => Plan<T>,
): Plan<T> {
  const bySubject = () =>
    ask('thread.find', { subjectId: id, type }, ({ items: [found] }) => {
      if (found) return then(found.id)
      throw new ChatError('not_found', `there is no such ${type}, or you are not in it`)
    })
  if (!isThreadId(id)) return bySubject()
  return ask(
    'thread.facts',
    { threadId: id },
    (facts) => (facts.type === type ? then(facts.id) : bySubject()),
    bySubject,
  )
}
