// What several of mentorship's rows and events need: where a message goes, and messages with what the
// others have got and read of them.
import { ChatError } from '../../contract/errors.ts'
import { ClientId, ThreadId, UserId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { Metadata, SendKind } from '../../contract/message.ts'
import type { Message } from '../../contract/message.ts'
import type { Input } from '../../contract/operations.ts'
import type { Thread } from '../../contract/thread.ts'
import { ask, done } from '../dialect.ts'
import type { Plan } from '../dialect.ts'
import { fileList, maybe, text } from '../fields.ts'
import { withPresences } from '../presences.ts'
import { conversation, message } from './shapes.ts'
import type { Place } from './shapes.ts'

/** Everything that is sent, by whichever way. */
export const letter = {
  content: text(limits.content).default(''),
  type: maybe(SendKind),
  attachments: fileList,
  metadata: maybe(Metadata),
  clientId: maybe(ClientId),
}

/** To somebody or to a room: one of the two. */
export const address = { receiverId: maybe(UserId), roomId: maybe(ThreadId) }

type Address = { receiverId?: string | undefined; roomId?: string | undefined }
type Letter = Pick<
  Input<'message.send'>,
  'content' | 'attachments' | 'metadata' | 'clientId' | 'kind'
>

const onlyEmoji = /^(?:\p{RGI_Emoji}|\s)+$/v

/** The letter of a request or event. Throws `invalid` for emoji that are none. */
export function letterOf({
  type: kind,
  ...body
}: Omit<Letter, 'kind'> & { type?: Letter['kind'] | undefined }): Letter {
  if (kind === 'emoji' && !onlyEmoji.test(body.content ?? ''))
    throw new ChatError('invalid', 'content: must be emoji only, where that is its type')
  return { ...body, kind }
}

/** Sends to one or the other. A first message to somebody opens the conversation with them. */
export function send<T>(
  me: string,
  { receiverId, roomId }: Address,
  { content, kind, attachments, metadata, clientId }: Letter,
  end: (shape: object) => T,
): Plan<T> {
  const body = { content, kind, attachments, metadata, clientId, format: 'html' as const }
  if (receiverId !== undefined && roomId === undefined) {
    const place = { pair: [me, receiverId], roomId: '' }
    const sent = (native: Message) => done(end(message(native, place)))
    return ask('direct.find', { userId: receiverId }, ({ threadId }) =>
      ask('message.send', { threadId, ...body }, sent, (error) => {
        if (error.code !== 'not_found')
          throw new ChatError(error.code, error.message, error.details)
        const opened = { type: 'direct' as const, participants: [receiverId] }
        return ask('thread.create', opened, ({ id }) =>
          ask('message.send', { threadId: id, ...body }, sent),
        )
      }),
    )
  }
  if (roomId === undefined || receiverId !== undefined)
    throw new ChatError('invalid', 'a message goes to a receiverId or to a roomId, to one of them')
  return ask('message.send', { threadId: roomId, ...body }, (native) =>
    placed(native.threadId, (place) => done(end(message(native, place)))),
  )
}

/** Where the messages of a thread are. */
export const placed = <T>(threadId: string, then: (place: Place) => Plan<T>): Plan<T> =>
  ask('thread.facts', { threadId }, ({ id, pair }) => then({ pair, roomId: id }))

/** Messages of one thread, in seq order, with what the others have got and read of them. */
export function messages<T>(natives: Message[], end: (shapes: object[]) => T): Plan<T> {
  const [first] = natives
  const last = natives.at(-1)
  if (!first || !last) return done(end([]))
  const { threadId } = first
  const from = Math.max(first.seq, last.seq - limits.receiptsPage + 1)
  return placed(threadId, (place) =>
    ask('receipt.list', { threadId, from, to: last.seq }, ({ items }) => {
      const known = new Map(items.map(({ messageId, receipts }) => [messageId, receipts]))
      return done(end(natives.map((one) => message(one, place, known.get(one.id)))))
    }),
  )
}

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
