// Threads and their aliases: seed 000, by its headings.
import { expect } from 'vitest'
import { A, M, only, threads, unread } from './scene.ts'
import type { Body, Documented, Scene } from './scene.ts'

const threadOf = (body: Body, { thread, bob }: Scene) =>
  expect(body.thread).toMatchObject({ _id: thread.id, participant: { _id: bob.id, name: 'Bob' } })

export const threadExamples: Documented[] = [
  // Thread Management
  {
    method: 'POST',
    path: `${M}/threads`,
    status: 201,
    body: { participants: ['user456'], metadata: { subject: 'Project Discussion' } },
    stranger: 'own',
    shows: (body, { alice }) =>
      expect(body.thread).toMatchObject({
        participants: [alice.id, 'user456'],
        metadata: { subject: 'Project Discussion' },
        unreadCount: 0,
      }),
  },
  { method: 'GET', path: `${M}/threads`, stranger: 'own', as: 'alice', shows: threads },
  { method: 'GET', path: `${M}/threads/:threadId`, stranger: 404, shows: threadOf },
  { method: 'DELETE', path: `${M}/threads/:threadId`, stranger: 404, shows: only },
  { method: 'POST', path: `${M}/threads/:threadId/read`, stranger: 404, shows: unread },
  {
    method: 'POST',
    path: `${M}/threads/:threadId/mark-unread`,
    stranger: 404,
    shows: (body) => expect(body).toEqual({ success: true, unreadCount: 1 }),
  },
  { method: 'POST', path: `${M}/threads/:threadId/unarchive`, stranger: 404, shows: threadOf },
  // Thread Management: pinned, muted
  {
    method: 'POST',
    path: `${A}/threads/:threadId/pin`,
    stranger: 404,
    shows: (body) =>
      expect(body.thread).toMatchObject({ isPinned: true, pinnedAt: expect.any(String) }),
  },
  {
    method: 'POST',
    path: `${A}/threads/:threadId/unpin`,
    stranger: 404,
    shows: (body) => expect(body.thread).toMatchObject({ isPinned: false, pinnedAt: null }),
  },
  {
    method: 'POST',
    path: `${A}/threads/:threadId/mute`,
    body: { duration: '1h' },
    stranger: 404,
    shows: (body) =>
      expect(body.thread).toMatchObject({ isMuted: true, mutedUntil: expect.any(String) }),
  },
  {
    method: 'POST',
    path: `${A}/threads/:threadId/unmute`,
    stranger: 404,
    shows: (body) => expect(body.thread).toMatchObject({ isMuted: false, mutedUntil: null }),
  },
]
