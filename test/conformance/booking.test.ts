// Every endpoint that the booking document (seed 001) lists.
import { expect } from 'vitest'
import { tryRows } from './documented.ts'
import type { Body, Documented } from './documented.ts'
import { aScene, refusal } from './booking/scene.ts'
import type { Scene } from './booking/scene.ts'

const C = '/messaging/conversations'
const time = expect.stringMatching(/^\d{4}-.*Z$/)

const said = (body: Body, data: unknown) =>
  expect(body).toEqual({ success: true, message: expect.any(String), data })

const conversation = ({ alice, ada, bookingId, conversationId, theirs }: Scene) => ({
  _id: conversationId,
  participants: [
    {
      user: alice.id,
      name: 'Alice',
      avatar: '',
      role: 'customer',
      joinedAt: time,
      lastSeen: null,
      isOnline: false,
    },
    expect.objectContaining({ user: ada.id, role: 'admin', isOnline: false }),
  ],
  relatedBooking: bookingId,
  title: `Booking ${bookingId}`,
  lastMessage: {
    content: 'theirs',
    sender: ada.id,
    messageType: 'text',
    timestamp: theirs.createdAt,
  },
  unreadCount: 1,
  unreadCounts: { [alice.id]: 1 },
  status: 'active',
  createdAt: time,
  updatedAt: time,
})

const message = (more: object) => ({
  _id: expect.stringMatching(/^m/),
  conversation: expect.stringMatching(/^t/),
  sender: expect.any(String),
  senderName: expect.any(String),
  content: expect.any(String),
  messageType: 'text',
  attachments: [],
  readBy: [],
  replyTo: null,
  reactions: [],
  isDeleted: false,
  deletedAt: null,
  isEdited: false,
  editedAt: null,
  createdAt: time,
  updatedAt: time,
  ...more,
})

const page = (limit: number, total: number) => ({
  page: 1,
  limit,
  total,
  totalPages: 1,
  hasMore: false,
})

const rows: Documented<Scene>[] = [
  // 1. Get Conversations
  {
    method: 'GET',
    path: `${C}?status=active&page=1&limit=20`,
    stranger: 'own',
    shows: (body, scene) =>
      said(body, { conversations: [conversation(scene)], pagination: page(20, 1) }),
  },
  // 2. Get/Create Conversation for Booking
  {
    method: 'GET',
    path: `${C}/booking/:bookingId`,
    stranger: 403,
    shows: (body, scene) => said(body, { conversation: conversation(scene) }),
  },
  // 3. Get Messages
  {
    method: 'GET',
    path: `${C}/:conversationId/messages?page=1&limit=50`,
    stranger: 403,
    shows: (body, { alice, ada, mine, theirs }) =>
      said(body, {
        messages: [
          message({
            _id: mine.id,
            sender: alice.id,
            content: 'mine',
            readBy: [{ user: ada.id, readAt: time }],
          }),
          message({
            _id: theirs.id,
            sender: ada.id,
            content: 'theirs',
            readBy: [{ user: alice.id, readAt: time }],
          }),
        ],
        pagination: page(50, 2),
      }),
  },
  // 4. Send Message
  {
    method: 'POST',
    path: `${C}/:conversationId/messages`,
    status: 201,
    body: ({ theirs }) => ({
      content: 'Message content',
      messageType: 'text',
      replyTo: theirs.id,
    }),
    stranger: 403,
    shows: (body, { alice, theirs }) =>
      said(body, {
        message: message({ sender: alice.id, content: 'Message content', replyTo: theirs.id }),
      }),
  },
  // 5. Mark as Read
  {
    method: 'PUT',
    path: `${C}/:conversationId/read`,
    stranger: 403,
    shows: (body) => said(body, { unreadCount: 0 }),
  },
  // 6. Get Statistics (Admin Only)
  {
    method: 'GET',
    path: '/messaging/stats',
    as: 'ada',
    stranger: 403,
    shows: (body) =>
      said(body, {
        totalConversations: expect.any(Number),
        totalMessages: expect.any(Number),
        onlineUsers: 0,
      }),
  },
  // Test Endpoints
  {
    method: 'POST',
    path: '/test/test-messaging',
    status: 201,
    stranger: 'own',
    shows: (body, { alice }) =>
      said(body, {
        conversation: expect.objectContaining({
          relatedBooking: `test-${alice.id}`,
          lastMessage: expect.objectContaining({ sender: alice.id }),
        }),
        message: message({ sender: alice.id }),
      }),
  },
  {
    method: 'GET',
    path: '/test/socket-status',
    stranger: 'own',
    shows: (body) => said(body, { initialized: true, onlineUsers: [], onlineCount: 0 }),
  },
]

tryRows<Scene>({
  dialect: 'booking',
  rows,
  scene: aScene,
  ids: ({ bookingId, conversationId }) => ({ bookingId, conversationId }),
  asker: 'alice',
  stranger: 'eve',
  refusal,
})
