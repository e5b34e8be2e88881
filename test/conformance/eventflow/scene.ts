// What each example of the EventFlow document finds when it is tried.
import { expect } from 'vitest'
import type { Message } from '../../../src/contract/message.ts'
import type { Thread } from '../../../src/contract/thread.ts'
import type { Someone } from '../../integration/fixtures.ts'

export type Scene = {
  alice: Someone
  bob: Someone
  /** No member of the thread. */
  eve: Someone
  admin: Someone
  thread: Thread
  mine: Message
  theirs: Message
}

export type Body = Record<string, unknown>
export type Made = {
  message: { _id: string }
  item: { _id: string }
  report: { _id: string }
  notification: { _id: string }
}

export type Documented = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  path: string
  as?: 'alice' | 'bob' | 'admin'
  status?: 200 | 201
  body?: Body | ((scene: Scene) => Body)
  /** What must be there first: values for the path's parameters. */
  before?: (scene: Scene) => Promise<Record<string, string>>
  /** What a stranger gets: a status, or their own (a list of theirs, a thing they may do). */
  stranger: 403 | 404 | 'own'
  shows?: (body: Body, scene: Scene) => void
}

export const M = '/api/v2/messages'
export const A = '/api/v2'

export const only = (body: Body) => expect(body).toEqual({ success: true })
export const unread = (body: Body) => expect(body).toEqual({ success: true, unreadCount: 0 })
export const threads = (body: Body, { thread }: Scene) =>
  expect(body).toMatchObject({ threads: [{ _id: thread.id, unreadCount: 1 }] })
