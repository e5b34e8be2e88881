// What several of marketplace's rows and events do: messages with who read them, lists with their
// pages, and a message as a client words it.
import { ChatError } from '../../contract/errors.ts'
import { ClientId, MessageId } from '../../contract/ids.ts'
import { limits } from '../../contract/limits.ts'
import { Metadata } from '../../contract/message.ts'
import type { Message } from '../../contract/message.ts'
import type { ProposalKind } from '../../contract/proposal.ts'
import { isProposal } from '../../contract/proposal.ts'
import { ask, done } from '../dialect.ts'
import type { Plan } from '../dialect.ts'
import { fileAt, fileList, maybe, oneOf, text } from '../fields.ts'
import { message } from './shapes.ts'

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

export const oneMessage = (native: Message): Plan<object> =>
  messages([native], ([shape]) => shape ?? {})

/** `{data, pagination}`. */
export const listed = (
  data: object[],
  { page, limit }: { page: number; limit: number },
  { total, nextCursor }: { total: number; nextCursor: string | null },
) => ({ data, pagination: { page, limit, total, hasMore: nextCursor !== null, nextCursor } })

/** The document's types of message, but for `system`, which is said by the server alone. */
const types = [
  ...(['text', 'image', 'file', 'video', 'audio'] as const),
  ...(['service_offer', 'booking_request', 'location'] as const),
] as const

/** CreateMessageDto. */
export const letter = {
  content: maybe(text(limits.content)),
  type: oneOf(...types).default('text'),
  metadata: maybe(Metadata),
  attachments: fileList,
  replyToId: maybe(MessageId),
  clientId: maybe(ClientId),
}

type Letter = {
  threadId: string
  content?: string
  type: (typeof types)[number]
  metadata?: Metadata
  attachments?: string[]
  replyToId?: string
  clientId?: string
}

export function sendLetter<T>(given: Letter, next: (sent: Message) => Plan<T>): Plan<T> {
  const { threadId, type: kind, metadata, clientId } = given
  if (isProposal(kind)) {
    const servicePackageId = metadata?.['servicePackageId']
    if (typeof servicePackageId !== 'string')
      throw new ChatError('invalid', 'metadata.servicePackageId: is missing')
    return propose({ ...given, kind, metadata: { ...metadata, servicePackageId } }, next)
  }
  const attachments = given.attachments ?? filesIn(metadata)
  if (given.content === undefined && kind === 'text' && attachments.length === 0)
    throw new ChatError('invalid', 'content: is missing')
  const replyTo = given.replyToId
  const words: Words =
    given.content === undefined && attachments.length === 0
      ? { content: wordsFor(kind, metadata), format: 'plain' }
      : { content: given.content ?? '', format: 'html' }
  const about = { threadId, kind, metadata, attachments, replyTo, clientId }
  return ask('message.send', { ...about, ...words }, next)
}

/** A message that names an uploaded file in its metadata shows it: its readers may have it then. */
function filesIn(metadata: Metadata | undefined): string[] {
  const fileUrl = metadata?.['fileUrl']
  const id = typeof fileUrl === 'string' ? fileAt(fileUrl) : undefined
  return id === undefined ? [] : [id]
}

type Words = { content: string; format: 'html' | 'plain' }

/** What a message says that has no words of its own: a place, a file. */
function wordsFor(kind: Letter['type'], metadata: Metadata | undefined): string {
  const { address, latitude, longitude, fileName } = metadata ?? {}
  const said = kind === 'location' ? address : fileName
  if (typeof said === 'string' && said.trim() !== '') return said
  return kind === 'location' ? `${String(latitude)}, ${String(longitude)}` : kind
}

type Proposing = {
  threadId: string
  kind: ProposalKind
  /** The document's `message`; without it, the service names itself. */
  content?: string
  metadata: Metadata & { servicePackageId: string }
  replyToId?: string
  clientId?: string
}

const openings = {
  service_offer: 'Service proposé: ',
  booking_request: 'Demande de réservation: ',
} as const

/** An offer of mine, or a request to somebody else. A stranger hears that they are one, first. */
export function propose<T>(given: Proposing, next: (sent: Message) => Plan<T>): Plan<T> {
  const { threadId, kind, content, metadata, clientId, replyToId: replyTo } = given
  const send = (words: Words) =>
    ask('message.send', { threadId, kind, metadata, replyTo, clientId, ...words }, next)
  if (content?.trim()) return send({ content, format: 'html' })
  const { servicePackageId } = metadata
  return ask('thread.get', { threadId }, () =>
    ask('package.find', { threadId, kind, servicePackageId }, ({ name }) =>
      // A name is no HTML.
      send({ content: openings[kind] + name, format: 'plain' }),
    ),
  )
}
