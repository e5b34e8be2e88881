// Every endpoint that the marketplace document (seed 002) lists.
import { expect } from 'vitest'
import { aGroup } from '../integration/fixtures.ts'
import { pictures } from '../integration/files.ts'
import { tryRows } from './documented.ts'
import type { Body, Documented } from './documented.ts'
import { aForm, aScene, refusal } from './marketplace/scene.ts'
import type { Scene } from './marketplace/scene.ts'

const C = '/api/conversations'
const M = '/api/messages'
const time = expect.stringMatching(/^\d{4}-.*Z$/)

const conversation = ({ anna, ben, id, theirs }: Scene) => ({
  _id: id,
  participants: [anna.id, ben.id],
  users: [
    { id: anna.id, name: 'Anna', avatar: '' },
    { id: ben.id, name: 'Ben', avatar: '' },
  ],
  type: 'direct',
  lastMessage: 'theirs',
  lastMessageAt: theirs.createdAt,
  unreadCount: 1,
  unreadCounts: { [anna.id]: 1 },
  isActive: true,
  archivedBy: {},
  deletedBy: {},
  createdAt: time,
  updatedAt: time,
})

const message = (more: object) => ({
  _id: expect.stringMatching(/^m/),
  conversationId: expect.stringMatching(/^t/),
  senderId: expect.any(String),
  sender: { id: expect.any(String), name: expect.any(String), avatar: '' },
  content: expect.any(String),
  type: 'text',
  readBy: {},
  reactions: [],
  reactionTypes: {},
  deletedFor: [],
  isForwarded: false,
  attachments: [],
  createdAt: time,
  updatedAt: time,
  ...more,
})

const mineRead = ({ anna, ben, mine }: Scene) =>
  message({ _id: mine.id, senderId: anna.id, content: 'mine', readBy: { [ben.id]: time } })

const page = (limit: number, total: number) => ({
  page: 1,
  limit,
  total,
  hasMore: false,
  nextCursor: null,
})

const is = (of: (scene: Scene) => unknown) => (body: Body, scene: Scene) =>
  expect(body).toEqual(of(scene))

const terms = {
  servicePackageId: 'pkg123',
  serviceName: 'Massage Relaxant',
  price: 80,
  currency: 'FCFA',
  duration: '1 hour',
}
const proposal = {
  state: 'open',
  expiresAt: time,
  decidedBy: null,
  decidedAt: null,
  providerId: expect.stringMatching(/^anna-/),
}

const conversations: Documented<Scene>[] = [
  {
    method: 'GET',
    path: C,
    stranger: 'own',
    shows: is((scene) => ({ data: [conversation(scene)], pagination: page(20, 1) })),
  },
  {
    method: 'POST',
    path: C,
    status: 201,
    body: { participants: ['user1', 'user2'], type: 'group', groupName: 'Friends' },
    stranger: 'own',
    shows: (body, { anna }) =>
      expect(body).toMatchObject({
        participants: [anna.id, 'user1', 'user2'],
        type: 'group',
        groupName: 'Friends',
        groupAdmin: anna.id,
        unreadCount: 0,
      }),
  },
  { method: 'GET', path: `${C}/:id`, stranger: 403, shows: is(conversation) },
  {
    method: 'PUT',
    path: `${C}/:groupId`,
    body: { groupName: 'Us', groupAvatar: 'https://a.example/us.png' },
    before: async ({ anna, ben }) => ({ groupId: (await aGroup(anna, [ben])).id }),
    stranger: 403,
    shows: (body) =>
      expect(body).toMatchObject({ groupName: 'Us', groupAvatar: 'https://a.example/us.png' }),
  },
  {
    method: 'PUT',
    path: `${C}/:id/archive`,
    stranger: 403,
    shows: (body, { anna }) => expect(body).toMatchObject({ archivedBy: { [anna.id]: time } }),
  },
  {
    method: 'PUT',
    path: `${C}/:id/unarchive`,
    stranger: 403,
    shows: (body) => expect(body).toMatchObject({ archivedBy: {} }),
  },
  { method: 'DELETE', path: `${C}/:id`, status: 204, stranger: 403 },
  {
    method: 'GET',
    path: `${C}/:id/unread-count`,
    stranger: 403,
    shows: is(({ id }) => ({ conversationId: id, unreadCount: 1 })),
  },
]

const inConversations: Documented<Scene>[] = [
  {
    method: 'GET',
    path: `${C}/:id/messages`,
    stranger: 403,
    shows: is((scene) => ({
      data: [
        mineRead(scene),
        message({ _id: scene.theirs.id, senderId: scene.ben.id, content: 'theirs' }),
      ],
      pagination: page(50, 2),
    })),
  },
  {
    method: 'POST',
    path: `${C}/:id/messages`,
    status: 201,
    body: { content: 'Hello!', type: 'text' },
    stranger: 403,
    shows: is(({ anna }) => message({ senderId: anna.id, content: 'Hello!' })),
  },
  {
    method: 'POST',
    path: `${C}/:id/messages/service-offer`,
    status: 201,
    body: { servicePackageId: 'pkg123', message: 'I would like to offer this service!' },
    stranger: 403,
    shows: is(({ anna }) =>
      message({
        senderId: anna.id,
        type: 'service_offer',
        content: 'I would like to offer this service!',
        metadata: terms,
        proposal,
      }),
    ),
  },
  {
    method: 'POST',
    path: `${C}/:id/messages/booking-request`,
    as: 'ben',
    status: 201,
    body: { servicePackageId: 'pkg123', requestedDate: '2024-02-15', requestedTime: '14:30' },
    stranger: 403,
    shows: is(({ ben }) =>
      message({
        senderId: ben.id,
        type: 'booking_request',
        content: 'Demande de réservation: Massage Relaxant',
        metadata: {
          ...terms,
          requestedDate: '2024-02-15T00:00:00.000Z',
          requestedTime: '14:30',
        },
        proposal,
      }),
    ),
  },
  {
    method: 'POST',
    path: `${C}/:id/messages/location`,
    status: 201,
    body: { latitude: 3.87, longitude: 11.52, address: 'Yaoundé' },
    stranger: 403,
    shows: is(() =>
      message({
        type: 'location',
        content: 'Yaoundé',
        metadata: { latitude: 3.87, longitude: 11.52, address: 'Yaoundé' },
      }),
    ),
  },
  {
    method: 'POST',
    path: `${C}/:id/messages/bulk-mark-read`,
    body: ({ mine, theirs }) => ({ messageIds: [theirs.id, mine.id] }),
    stranger: 403,
    shows: is(({ id, mine, theirs }) => ({
      conversationId: id,
      messageIds: [theirs.id, mine.id],
      unreadCount: 0,
    })),
  },
]

const messages: Documented<Scene>[] = [
  {
    method: 'GET',
    path: `${M}/search?q=nothing-like-it`,
    stranger: 'own',
    shows: is(() => ({ data: [], pagination: page(20, 0) })),
  },
  { method: 'GET', path: `${M}/:messageId`, stranger: 403, shows: is(mineRead) },
  {
    method: 'PUT',
    path: `${M}/:messageId`,
    body: { content: 'Hello there!' },
    stranger: 403,
    shows: is(({ ben, mine }) =>
      message({
        _id: mine.id,
        content: 'Hello there!',
        editedAt: time,
        readBy: { [ben.id]: time },
      }),
    ),
  },
  { method: 'DELETE', path: `${M}/:messageId`, status: 204, stranger: 403 },
  { method: 'DELETE', path: `${M}/:messageId/for-me`, status: 204, stranger: 403 },
  {
    method: 'POST',
    path: `${M}/:theirId/read`,
    stranger: 403,
    shows: is(({ anna, theirs }) => message({ _id: theirs.id, readBy: { [anna.id]: time } })),
  },
  {
    method: 'POST',
    path: `${M}/:theirId/reaction`,
    status: 201,
    body: { emoji: '👍' },
    stranger: 403,
    shows: (body, { anna }) =>
      expect(body).toMatchObject({ reactions: [anna.id], reactionTypes: { [anna.id]: '👍' } }),
  },
  {
    method: 'DELETE',
    path: `${M}/:theirId/reaction`,
    stranger: 403,
    shows: (body) => expect(body).toMatchObject({ reactions: [], reactionTypes: {} }),
  },
  {
    method: 'GET',
    path: `${M}/:messageId/reads`,
    stranger: 403,
    shows: is(({ ben }) => ({
      data: [{ userId: ben.id, readAt: time }],
      pagination: page(50, 1),
    })),
  },
]

const files: Documented<Scene>[] = [
  {
    method: 'POST',
    path: '/api/upload/chat-files',
    status: 201,
    body: () => aForm({ 'photo.png': pictures.png }),
    stranger: 'own',
    shows: (body) => {
      const url = expect.stringMatching(/^http:\/\/skein.test\/v1\/attachments\/\w+$/)
      const file = {
        id: expect.any(String),
        url,
        fileName: 'photo.png',
        fileUrl: url,
        fileSize: pictures.png.length,
        mimeType: 'image/png',
        type: 'image',
        thumbnailUrl: expect.stringContaining('/v1/attachments/'),
      }
      expect(body).toEqual({ ...file, files: [file] })
    },
  },
]

tryRows<Scene>({
  dialect: 'marketplace',
  rows: [...conversations, ...inConversations, ...messages, ...files],
  scene: aScene,
  ids: ({ id, mine, theirs }) => ({ id, messageId: mine.id, theirId: theirs.id }),
  asker: 'anna',
  stranger: 'eve',
  refusal,
})
