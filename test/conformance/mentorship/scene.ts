// Two people who talk, a room that both are in, and a stranger.
import { expect } from 'vitest'
import type { Message } from '../../../src/contract/message.ts'
import type { Someone } from '../../integration/fixtures.ts'
import { aThread, call, send, signIn } from '../../integration/fixtures.ts'
import type { Answer } from '../fixtures.ts'
import { request } from '../fixtures.ts'

export type Shape = Record<string, unknown> & { _id: string }
export type Said = {
  success: boolean
  message: Shape
  messages: Shape[]
  conversations: Shape[]
  pagination: Record<string, unknown>
}

export type Scene = {
  ann: Someone
  ben: Someone
  eve: Someone
  directId: string
  roomId: string
  mine: Message
  theirs: Message
}

/** A request at the dialect's prefix. */
export const ask = (
  user: Someone | null,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<Answer<Said>> => request<Said>(user, method, `/mentorship${path}`, body, headers)

export async function aRoom(owner: Someone, others: Someone[], title = 'Mentors'): Promise<string> {
  const participants = others.map(({ id }) => id)
  const { body } = await call<{ id: string }>(owner, 'POST', '/threads', {
    ...{ type: 'room', title, participants },
  })
  return body.id
}

export async function aScene(): Promise<Scene> {
  const [ann, ben, eve] = [await signIn('Ann'), await signIn('Ben'), await signIn('Eve')]
  const { id: directId } = await aThread(ann, [ben])
  const mine = await send(ann, directId, 'mine')
  const theirs = await send(ben, directId, 'theirs')
  const roomId = await aRoom(ann, [ben])
  return { ann, ben, eve, directId, roomId, mine, theirs }
}

/** Readings: errors `{success:false, message}`. */
export const refusal = (_status: number, message: unknown = expect.any(String)) => ({
  success: false,
  message,
})

export const time = expect.stringMatching(/^\d{4}-.*Z$/)

/** A message as readings have it: between two people with `receiverId`, in a room with `roomId`. */
export const message = (sender: Someone, more: object) => ({
  _id: expect.stringMatching(/^m/),
  id: expect.stringMatching(/^m/),
  senderId: sender.id,
  conversationId: expect.stringMatching(/^t/),
  content: expect.any(String),
  type: 'text',
  status: 'sent',
  createdAt: time,
  sender: { _id: sender.id, id: sender.id, name: sender.name, avatar: '' },
  ...more,
})
