// A draft is its author's alone, whether or not it has a time to be sent at, but it is of a thread: only
// members begin one, and sending it is a send like any other, under the draft's id as clientId, so that
// it happens once.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { messagePlace } from '../contract/ids.ts'
import type { Output, Parsed } from '../contract/operations.ts'
import { operations } from '../contract/operations.ts'
import type { Env } from '../env.ts'
import { userStub } from '../objects/stubs.ts'
import { askThread } from './ask.ts'

export async function createDraft(
  env: Env,
  actor: Actor,
  input: Parsed<'draft.create'> | Parsed<'message.schedule'>,
): Promise<{ ok: Output<'draft.create'>; repeated?: true }> {
  const { threadId } = input
  await askThread(env, actor, threadId, { operation: 'thread.get', input: { threadId } })
  const { draft, repeated } = await userStub(env, actor.id).keepDraft(actor, input)
  return repeated ? { ok: draft, repeated } : { ok: draft }
}

export async function sendDraft(
  env: Env,
  actor: Actor,
  input: Parsed<'draft.send'>,
): Promise<{ ok: Output<'draft.send'>; repeated?: true }> {
  const { messageId: id } = input
  const user = userStub(env, actor.id)
  const sendable = await user.draftToSend(input)
  if ('sentAs' in sendable) {
    const messageId = sendable.sentAs
    const threadId = messagePlace(messageId)?.threadId ?? ''
    const { ok } = await askThread(env, actor, threadId, {
      operation: 'message.get',
      input: { messageId },
    })
    return { ok: ok as Output<'message.get'>, repeated: true }
  }
  const { threadId, message } = sendable
  const complete = operations['message.send'].input.safeParse({
    ...message,
    threadId,
    clientId: id,
  })
  if (!complete.success) {
    const [issue] = complete.error.issues
    throw new ChatError('invalid', `${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { ok, repeated } = await askThread(env, actor, threadId, {
    operation: 'message.send',
    input: complete.data,
  })
  const sent = ok as Output<'message.send'>
  await user.draftSent(id, sent.id)
  return repeated ? { ok: sent, repeated } : { ok: sent }
}
