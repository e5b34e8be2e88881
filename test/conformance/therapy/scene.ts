// A client and a therapist who talk, as their tokens name them; an admin, and a stranger.
import { expect } from 'vitest'
import type { Message } from '../../../src/contract/message.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { aThread, send, signIn } from '../../integration/fixtures.ts'
import type { Answer } from '../fixtures.ts'
import { request } from '../fixtures.ts'

export type Shape = Record<string, unknown> & { id: string }

export type Scene = {
  john: Someone
  jane: Someone
  eve: Someone
  ada: Someone
  conversationId: string
  mine: Message
  theirs: Message
}

/** A request at the dialect's prefix. */
export const ask = <T = Shape>(
  user: Someone | null,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer<T>> => request<T>(user, method, `/therapy${path}`, body, headers)

const picture = 'https://example.com/therapist.jpg'
export const aClient = () =>
  signIn('John Doe', { first_name: 'John', last_name: 'Doe', role: 'client' })
export const aTherapist = () =>
  signIn('Jane Smith', { first_name: 'Jane', last_name: 'Smith', role: 'therapist', picture })

export async function aScene(): Promise<Scene> {
  const [john, jane] = [await aClient(), await aTherapist()]
  const eve = await signIn('Eve')
  const ada = await signIn('Ada', { role: 'admin' })
  const { id: conversationId } = await aThread(john, [jane])
  const mine = await send(john, conversationId, 'mine')
  const theirs = await send(jane, conversationId, 'theirs')
  return { john, jane, eve, ada, conversationId, mine, theirs }
}

export const time = expect.stringMatching(/^\d{4}-.*Z$/)
export const johnIs = ({ id }: Someone) => ({ id, firstName: 'John', lastName: 'Doe' })
export const janeIs = ({ id }: Someone) => ({ id, firstName: 'Jane', lastName: 'Smith' })
export const johnSeen = (john: Someone) => ({ ...johnIs(john), avatarUrl: null })
export const janeSeen = (jane: Someone) => ({ ...janeIs(jane), avatarUrl: picture })

/** A message as the document prints it. */
export const message = (sender: object & { id: string }, more: object) => ({
  id: expect.stringMatching(/^m/),
  conversationId: expect.stringMatching(/^t/),
  senderId: sender.id,
  content: expect.any(String),
  messageType: 'TEXT',
  createdAt: time,
  isEdited: false,
  editedAt: null,
  isDeleted: false,
  replyToId: null,
  attachmentUrl: null,
  attachmentName: null,
  attachmentSize: null,
  sender,
  replyTo: null,
  reactions: [],
  readReceipts: [],
  ...more,
})

const phrases: Record<number, [phrase: string, code: string]> = {
  400: ['Bad Request', 'invalid'],
  401: ['Unauthorized', 'unauthenticated'],
  403: ['Forbidden', 'forbidden'],
  404: ['Not Found', 'not_found'],
  405: ['Method Not Allowed', 'method_not_allowed'],
  409: ['Conflict', 'conflict'],
}

/** As the framework behind the document answers errors; `code` is ours. */
export const refusal = (statusCode: number, code = phrases[statusCode]?.[1]) => ({
  ...{ statusCode, message: expect.any(String), error: phrases[statusCode]?.[0], code },
})
