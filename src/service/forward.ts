// Forwarding: a message goes to direct threads, opened where there is none, and to other threads. It
// counts as one in the sender's rate, however many get it. A note is a message of its own before the
// forwarded one: so the words under "Forwarded from" are their author's to the letter, and the note
// is the sender's, to edit and take back.
import type { Actor } from '../contract/actor.ts'
import { ChatError, errorBody, isChatError } from '../contract/errors.ts'
import { derivedClientId, directThreadId, messagePlace } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import type { ForwardedFrom, Message } from '../contract/message.ts'
import type { Output, Parsed } from '../contract/operations.ts'
import { tooMany } from '../core/rates.ts'
import { refuseSpam } from '../core/spam.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { userStub } from '../objects/stubs.ts'
import type { ThreadAsk } from '../objects/thread/turn.ts'
import { askThread } from './ask.ts'
import { createThread } from './create.ts'
import type { Served } from './handlers.ts'

type Target = { recipientId?: string; threadId?: string }
type Sending = Extract<ThreadAsk, { operation: 'message.send' }>
type Words = Omit<Sending['input'], 'threadId' | 'clientId'>
/** What goes to every target: the note if there is one, then the forwarded message. */
type Parcel = {
  words: Words
  from: ForwardedFrom
  owners: Record<string, string>
  note: Words | null
  key: string
}
type Result = { item: Output<'message.forward'>['items'][number]; repeated: boolean }

export async function forward(
  env: Env,
  actor: Actor,
  input: Parsed<'message.forward'>,
): Promise<Served<'message.forward'>> {
  const targets = await targetsOf(actor, input)
  const parcel = parcelOf(await sourceOf(env, actor, input.messageId), input)
  await admit(env, actor, parcel)
  const results = await Promise.all(targets.map((target) => sendTo(env, actor, target, parcel)))
  const ok = { items: results.map(({ item }) => item) }
  return results.every(({ repeated }) => repeated) ? { ok, repeated: true } : { ok }
}

/** Each thread once, though it be named twice, by its id and by the other person in it. */
async function targetsOf(
  actor: Actor,
  { recipientIds, threadIds }: Parsed<'message.forward'>,
): Promise<Target[]> {
  const people = [...new Set(recipientIds)]
  const direct = new Set(await Promise.all(people.map((id) => directThreadId(actor.id, id))))
  const targets: Target[] = [
    ...people.map((recipientId) => ({ recipientId })),
    ...[...new Set(threadIds)].filter((id) => !direct.has(id)).map((threadId) => ({ threadId })),
  ]
  if (targets.length === 0 || targets.length > limits.forwardTargets)
    throw new ChatError(
      'invalid',
      `recipientIds: name 1 to ${limits.forwardTargets} people and threads, together with threadIds`,
    )
  return targets
}

async function sourceOf(env: Env, actor: Actor, messageId: string): Promise<Message> {
  const threadId = messagePlace(messageId)?.threadId ?? ''
  const ask = { operation: 'message.get', input: { messageId } } as const
  const { ok } = await askThread(env, actor, threadId, ask)
  return ok as Output<'message.get'>
}

function parcelOf(source: Message, { note, clientId }: Parsed<'message.forward'>): Parcel {
  const { id: messageId, content, format, kind, sender, createdAt } = source
  if (content === null) throw new ChatError('conflict', 'this message was deleted')
  if (kind === 'system') throw new ChatError('conflict', 'nobody said this: it cannot be forwarded')
  const metadata = source.metadata ?? undefined
  const attachments = source.attachments.map(({ id }) => id)
  return {
    words: { content, format, kind, metadata, attachments, expiresIn: secondsLeft(source) },
    // Who forwards what was forwarded repeats the first author, not the one in between.
    from: source.forwardedFrom ?? {
      messageId,
      sender: { id: sender.id, name: sender.name },
      createdAt,
    },
    owners: Object.fromEntries(source.attachments.map(({ id, uploadedBy }) => [id, uploadedBy])),
    note: note?.trim() ? { content: note, format: 'plain', kind: 'text' } : null,
    key: clientId ?? crypto.randomUUID(),
  }
}

/** What vanishes here does not stay elsewhere. */
function secondsLeft({ expiresAt }: Message): number | undefined {
  if (expiresAt === undefined) return undefined
  return Math.max(1, Math.floor((Date.parse(expiresAt) - Date.now()) / 1000))
}

/** Spam and rate are decided once for all; blocks and duplicates by each thread. */
async function admit(env: Env, actor: Actor, { words, note }: Parcel): Promise<void> {
  const { SPAM_KEYWORDS } = settingsOf(env)
  for (const { content, format } of note ? [note, words] : [words])
    refuseSpam({ content, format, duplicate: false }, SPAM_KEYWORDS)
  const grant = await userStub(env, actor.id).takeMessages(1)
  if (grant.granted > 0) return
  const { code, message, details } = tooMany(grant)
  throw new ChatError(code, message, details)
}

async function sendTo(env: Env, actor: Actor, target: Target, parcel: Parcel): Promise<Result> {
  try {
    const threadId = target.threadId ?? (await directThread(env, actor, target.recipientId ?? ''))
    const send = async (words: Words, part: 'note' | 'message') => {
      const clientId = await derivedClientId([part, parcel.key, threadId])
      const ask: Sending = {
        operation: 'message.send',
        input: { ...words, threadId, clientId },
      }
      const forwarding =
        part === 'note' ? { from: null } : { from: parcel.from, owners: parcel.owners }
      const { ok, repeated } = await askThread(env, actor, threadId, ask, forwarding)
      return { message: ok as Message, repeated: repeated === true }
    }
    const note = parcel.note && (await send(parcel.note, 'note'))
    const { message, repeated } = await send(parcel.words, 'message')
    return { item: { ...target, message, note: note?.message ?? null }, repeated }
  } catch (error) {
    if (!isChatError(error)) reportFault(error)
    return { item: { ...target, error: errorBody(error) }, repeated: false }
  }
}

/** The direct thread with somebody, opened if need be; not for people with a block between them. */
async function directThread(env: Env, actor: Actor, recipientId: string): Promise<string> {
  const { blocks, blockedBy } = await userStub(env, actor.id).between(recipientId)
  if (blocks !== null)
    throw new ChatError('blocked', 'you blocked this person: unblock them to write')
  if (blockedBy !== null) throw new ChatError('blocked', 'you cannot write to this person')
  const { ok } = await createThread(env, actor, { type: 'direct', participants: [recipientId] })
  return ok.id
}
