// The EventFlow document's endpoints, with an example each: seed 000, by its headings.
import { expect, vi } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Thread } from '../../src/contract/thread.ts'
import type { Someone } from '../integration/fixtures.ts'
import { aPage, aWeb } from '../integration/web.ts'
import { request } from './fixtures.ts'

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

type Body = Record<string, unknown>
type Made = {
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

const M = '/api/v2/messages'
const A = '/api/v2'

const threadOf = (body: Body, { thread, bob }: Scene) =>
  expect(body.thread).toMatchObject({ _id: thread.id, participant: { _id: bob.id, name: 'Bob' } })
const only = (body: Body) => expect(body).toEqual({ success: true })
const unread = (body: Body) => expect(body).toEqual({ success: true, unreadCount: 0 })
const threads = (body: Body, { thread }: Scene) =>
  expect(body).toMatchObject({ threads: [{ _id: thread.id, unreadCount: 1 }] })
const messages = (body: Body, { mine, theirs }: Scene) =>
  expect(body).toMatchObject({ messages: [{ _id: mine.id }, { _id: theirs.id }] })

const aDraft = async ({ alice, thread }: Scene) => {
  const draft = { content: 'later', isDraft: true }
  const { body } = await request<Made>(alice, 'POST', `${M}/${thread.id}`, draft)
  const { _id: draftId } = body.message
  return { draftId }
}

/** An item that could not be sent: it is for a thread that is not there. */
const anItem = async ({ alice }: Scene) => {
  const item = { threadId: 'nowhere', content: 'in the tunnel', clientId: 'tunnel' }
  const { body } = await request<Made>(alice, 'POST', `${M}/queue`, item)
  const { _id: itemId } = body.item
  return { itemId }
}

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

const aNotification = async ({ admin, alice }: Scene) => {
  const notice = { recipientId: alice.id, type: 'news', title: 'New <b>', message: 'Look here' }
  const { body } = await request<Made>(admin, 'POST', `${M}/notifications`, notice)
  const { _id: notificationId } = body.notification
  return { notificationId }
}

const notifications = (base: string): Documented[] => [
  {
    method: 'GET',
    path: `${base}/notifications?read=false&limit=1`,
    before: aNotification,
    stranger: 'own',
    shows: (body) =>
      expect(body).toMatchObject({
        notifications: [{ type: 'news', title: 'New ‹b›', message: 'Look here', read: false }],
        hasMore: true,
      }),
  },
  {
    method: 'POST',
    path: `${base}/notifications`,
    as: 'admin',
    status: 201,
    body: ({ bob }) => ({ recipientId: bob.id, type: 'news', title: 'New', message: 'Look' }),
    stranger: 403,
    shows: (body) => expect(body.notification).toMatchObject({ _id: expect.any(String) }),
  },
  {
    method: 'GET',
    path: `${base}/notifications/preferences`,
    stranger: 'own',
    shows: (body) => expect(body.preferences).toMatchObject({ soundEnabled: true }),
  },
  {
    method: 'POST',
    path: `${base}/notifications/preferences`,
    body: { soundEnabled: false },
    stranger: 'own',
    shows: (body) =>
      expect(body.preferences).toEqual({
        emailEnabled: expect.any(Boolean),
        pushEnabled: expect.any(Boolean),
        soundEnabled: false,
      }),
  },
  {
    method: 'POST',
    path: `${base}/notifications/:notificationId/read`,
    before: aNotification,
    stranger: 404,
    shows: only,
  },
  {
    method: 'DELETE',
    path: `${base}/notifications/:notificationId`,
    before: aNotification,
    stranger: 404,
    shows: only,
  },
]

export const documented: Documented[] = [
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

  // Messaging
  { method: 'GET', path: `${M}/:threadId`, stranger: 404, shows: messages },
  {
    method: 'POST',
    path: `${M}/:threadId`,
    status: 201,
    body: { content: 'Hello, World!', attachments: [] },
    stranger: 404,
    shows: (body, { thread, alice, bob }) =>
      expect(body.message).toEqual({
        _id: expect.stringMatching(/^m/),
        threadId: thread.id,
        senderId: alice.id,
        sender: { _id: alice.id, name: 'Alice', avatar: '' },
        recipientIds: [bob.id],
        content: 'Hello, World!',
        attachments: [],
        reactions: [],
        status: 'sent',
        readBy: [],
        replyTo: null,
        forwardedFrom: null,
        isDraft: false,
        isEdited: false,
        editedAt: null,
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      }),
  },
  {
    method: 'PUT',
    path: `${M}/:messageId`,
    body: { content: 'changed' },
    stranger: 404,
    shows: (body) => expect(body.message).toMatchObject({ content: 'changed', isEdited: true }),
  },
  { method: 'DELETE', path: `${M}/:messageId`, stranger: 404, shows: only },
  {
    method: 'POST',
    path: `${M}/:messageId/reactions`,
    body: { emoji: '👍' },
    stranger: 404,
    shows: (body, { alice }) => expect(body.reactions).toEqual([{ emoji: '👍', userId: alice.id }]),
  },
  { method: 'POST', path: `${M}/:messageId/read`, stranger: 404, as: 'bob', shows: unread },
  {
    method: 'GET',
    path: `${M}/drafts`,
    before: aDraft,
    stranger: 'own',
    shows: (body) => expect(body.drafts).toMatchObject([{ content: 'later', isDraft: true }]),
  },
  {
    method: 'GET',
    path: `${M}/sent`,
    stranger: 'own',
    shows: (body, { mine }) => expect(body.messages).toMatchObject([{ _id: mine.id }]),
  },
  {
    method: 'GET',
    path: `${M}/unread`,
    stranger: 'own',
    shows: (body) => expect(body).toEqual({ success: true, count: 1 }),
  },

  // Backward Compatibility Aliases
  { method: 'GET', path: `${M}/conversations`, stranger: 'own', shows: threads },
  { method: 'GET', path: `${M}/:conversationId`, stranger: 404, shows: messages },
  {
    method: 'POST',
    path: `${M}/:conversationId`,
    status: 201,
    body: { content: 'hi' },
    stranger: 404,
  },
  { method: 'POST', path: `${M}/:conversationId/read`, stranger: 404, shows: unread },

  // User Presence
  ...presence(M),
  ...presence(A),

  // Message Editing
  {
    method: 'PUT',
    path: `${M}/:messageId/edit`,
    body: { content: 'Updated message text' },
    stranger: 404,
    shows: (body) => expect(body.message).toMatchObject({ content: 'Updated message text' }),
  },
  {
    method: 'GET',
    path: `${M}/:messageId/history`,
    stranger: 404,
    shows: (body, { mine }) =>
      expect(body).toEqual({ success: true, messageId: mine.id, history: [] }),
  },

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

  // Offline Message Queue
  {
    method: 'POST',
    path: `${M}/queue`,
    status: 201,
    body: ({ thread }) => ({ threadId: thread.id, content: 'from the tunnel' }),
    // Theirs is taken too, and fails when it is tried.
    stranger: 'own',
    shows: (body, { thread }) =>
      expect(body.item).toMatchObject({
        _id: expect.any(String),
        threadId: thread.id,
        content: 'from the tunnel',
        retryCount: 0,
      }),
  },
  {
    method: 'GET',
    path: `${M}/queue`,
    before: anItem,
    stranger: 'own',
    shows: (body) => expect(body.items).toMatchObject([{ content: 'in the tunnel' }]),
  },
  {
    method: 'POST',
    path: `${M}/queue/:itemId/retry`,
    before: anItem,
    stranger: 404,
    shows: (body) => expect(body.item).toMatchObject({ content: 'in the tunnel' }),
  },
  { method: 'DELETE', path: `${M}/queue/:itemId`, before: anItem, stranger: 404, shows: only },

  // Message Search
  {
    method: 'GET',
    path: `${M}/search?q=mine&participant=:aliceId&startDate=2026-01-01`,
    // A write is found within two seconds.
    before: ({ alice }) =>
      vi.waitFor(async () => {
        const { body } = await request(alice, 'GET', `${M}/search?q=mine`)
        expect(body.total).toBe(1)
        return {}
      }, 4000),
    stranger: 'own',
    shows: (body, { mine, thread }) =>
      expect(body).toMatchObject({
        results: [{ _id: mine.id, content: 'mine', thread: { _id: thread.id } }],
        total: 1,
        page: 1,
        hasMore: false,
      }),
  },

  // Message Forwarding
  {
    method: 'POST',
    path: `${M}/:messageId/forward`,
    status: 201,
    body: ({ eve }) => ({ recipientIds: [eve.id], note: 'Optional note to add' }),
    stranger: 404,
    shows: (body, { eve, alice, mine }) =>
      expect(body).toMatchObject({
        results: [{ recipientId: eve.id, success: true, messageId: expect.any(String) }],
        messages: [
          {
            content: 'mine',
            forwardedFrom: { messageId: mine.id, senderId: alice.id, senderName: 'Alice' },
          },
        ],
      }),
  },

  // Link Previews
  {
    method: 'POST',
    path: `${M}/preview-link`,
    body: { url: 'https://example.com/article' },
    before: async () => {
      aWeb({ 'https://example.com/article': aPage('<title>Article <b>Title</title>') })
      return {}
    },
    stranger: 'own',
    shows: (body) =>
      expect(body).toEqual({
        success: true,
        url: 'https://example.com/article',
        title: 'Article ‹b›Title',
      }),
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

  // Notifications
  ...notifications(M),
  ...notifications(A),

  // Monitoring & Limits
  ...server(M),
  ...server(A),
]

/** Documented, and waiting for their native operation. */
export const lacking: Pick<Documented, 'method' | 'path'>[] = []
