// People, reports and the server: seed 000, by its headings.
import { expect } from 'vitest'
import { request } from '../fixtures.ts'
import { A, M, only } from './scene.ts'
import type { Documented, Made, Scene } from './scene.ts'

const presence = (base: string): Documented[] => [
  {
    method: 'GET',
    path: `${base}/presence/:userId`,
    stranger: 'own',
    shows: (body, { bob }) =>
      expect(body).toEqual({ success: true, userId: bob.id, status: 'offline', lastSeen: null }),
  },
  {
    method: 'GET',
    path: `${base}/presence?userIds=user1,user2`,
    stranger: 'own',
    shows: (body) =>
      expect(body.presence).toEqual([
        { userId: 'user1', status: 'offline', lastSeen: null },
        { userId: 'user2', status: 'offline', lastSeen: null },
      ]),
  },
]

const aReport = async ({ bob, mine }: Scene) => {
  const body = { reason: 'spam' }
  const made = await request<Made>(bob, 'POST', `${M}/${mine.id}/report`, body)
  const { _id: reportId } = made.body.report
  return { reportId }
}

const server = (base: string): Documented[] => [
  {
    method: 'GET',
    path: `${base}/messaging/status`,
    as: 'admin',
    stranger: 403,
    shows: (body) =>
      expect(body).toEqual({
        success: true,
        status: 'healthy',
        stats: {
          connectedClients: expect.any(Number),
          onlineUsers: expect.any(Number),
          typingUsers: expect.any(Number),
          rooms: expect.any(Number),
        },
        timestamp: expect.stringMatching(/Z$/),
      }),
  },
  {
    method: 'GET',
    path: `${base}/limits`,
    stranger: 'own',
    shows: (body) =>
      expect(body).toMatchObject({ tier: 'free', limits: { messagesPerMinute: 30 } }),
  },
]

export const peopleExamples: Documented[] = [
  // User Presence
  ...presence(M),
  ...presence(A),
  // User Blocking
  {
    method: 'POST',
    path: `${A}/users/:userId/block`,
    body: { reason: 'Spam' },
    stranger: 'own',
    shows: (body, { bob }) => expect(body.user).toMatchObject({ _id: bob.id, reason: 'Spam' }),
  },
  { method: 'POST', path: `${A}/users/:userId/unblock`, stranger: 'own', shows: only },
  {
    method: 'GET',
    path: `${A}/users/blocked`,
    stranger: 'own',
    shows: (body) => expect(body).toEqual({ success: true, users: [] }),
  },
  // Message Reporting
  {
    method: 'POST',
    path: `${M}/:messageId/report`,
    as: 'bob',
    status: 201,
    body: { reason: 'spam', details: 'Optional <i>detailed</i> explanation' },
    stranger: 404,
    shows: (body, { mine }) =>
      expect(body.report).toMatchObject({
        messageId: mine.id,
        reason: 'spam',
        details: 'Optional ‹i›detailed‹/i› explanation',
        status: 'pending',
      }),
  },
  {
    method: 'GET',
    path: `${A}/admin/reports?status=pending&page=1`,
    as: 'admin',
    before: aReport,
    stranger: 403,
    shows: (body, { mine, bob, alice }) =>
      expect(body).toMatchObject({
        page: 1,
        reports: expect.arrayContaining([
          expect.objectContaining({
            messageId: mine.id,
            reportedBy: bob.id,
            senderId: alice.id,
            content: 'mine',
          }),
        ]),
      }),
  },
  {
    method: 'PUT',
    path: `${A}/admin/reports/:reportId`,
    as: 'admin',
    before: aReport,
    body: { status: 'dismissed', reviewNotes: 'a joke' },
    stranger: 403,
    shows: (body, { admin }) =>
      expect(body.report).toMatchObject({
        status: 'dismissed',
        reviewNotes: 'a joke',
        reviewedBy: admin.id,
        reviewedAt: expect.any(String),
      }),
  },
  // Monitoring & Limits
  ...server(M),
  ...server(A),
]
