// A booking with a conversation: its customer, an admin who came to it, and somebody else's customer.
import { expect } from 'vitest'
import type { Someone } from '../../integration/fixtures.ts'
import { send, signIn } from '../../integration/fixtures.ts'
import type { Message } from '../../../src/contract/message.ts'
import type { Answer } from '../fixtures.ts'
import { request } from '../fixtures.ts'

export type Shape = Record<string, unknown> & { _id: string }
export type Said = {
  success: boolean
  message: string
  error?: string
  data: {
    conversation: Shape
    conversations: Shape[]
    message: Shape
    messages: Shape[]
    pagination: Record<string, unknown>
  }
}

export type Scene = {
  alice: Someone
  eve: Someone
  ada: Someone
  bookingId: string
  conversationId: string
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
): Promise<Answer<Said>> => request<Said>(user, method, `/booking${path}`, body, headers)

let bookings = 0
export const aBooking = () => `booking-${++bookings}`

export const open = async (user: Someone, bookingId: string) =>
  (await ask(user, 'GET', `/messaging/conversations/booking/${bookingId}`)).body.data.conversation

export async function aScene(): Promise<Scene> {
  const people = [await signIn('Alice'), await signIn('Eve')] as const
  const [alice, eve] = people
  const ada = await signIn('Ada', { role: 'admin' })
  const bookingId = aBooking()
  const { _id: conversationId } = await open(alice, bookingId)
  await open(ada, bookingId)
  const mine = await send(alice, conversationId, 'mine')
  const theirs = await send(ada, conversationId, 'theirs')
  return { alice, eve, ada, bookingId, conversationId, mine, theirs }
}

const codes: Record<number, string> = {
  400: 'invalid',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
}

/** "All API responses follow this format: { success, message, data, error? }" */
export const refusal = (status: number, message: unknown = expect.any(String)) => ({
  success: false,
  message,
  data: null,
  error: codes[status],
})
