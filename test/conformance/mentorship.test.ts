// Every endpoint that the mentorship document (seed 004) lists.
import { expect } from 'vitest'
import { tryRows } from './documented.ts'
import type { Documented } from './documented.ts'
import { aScene, message, refusal, time } from './mentorship/scene.ts'
import type { Scene } from './mentorship/scene.ts'

const pagination = (limit: number, total: number) => ({
  ...{ page: 1, limit, total, pages: Math.ceil(total / limit), hasMore: false },
})

const delivered = (method: 'POST' | 'PUT' | 'PATCH'): Documented<Scene> => ({
  method,
  path: '/api/messages/delivered',
  body: ({ theirs }) => ({ messageIds: [theirs.id] }),
  stranger: 404,
  shows: (body) => expect(body).toEqual({ success: true, message: 'Messages marked as delivered' }),
})

const rows: Documented<Scene>[] = [
  // "/api/messages/ - Send messages"
  {
    method: 'POST',
    path: '/api/messages',
    status: 201,
    body: ({ roomId }) => ({ roomId, content: 'Hello', type: 'text' }),
    stranger: 404,
    shows: (body, { ann, roomId }) =>
      expect(body).toEqual({
        success: true,
        message: message(ann, { content: 'Hello', roomId, conversationId: roomId }),
      }),
  },
  // "/api/messages/delivered - Mark messages as delivered"
  delivered('POST'),
  delivered('PUT'),
  delivered('PATCH'),
  // "/api/messages/conversations - Get conversation list"
  {
    method: 'GET',
    path: '/api/messages/conversations',
    stranger: 'own',
    shows: (body, { ann, ben, directId, roomId }) => {
      const person = (one: typeof ann) => ({
        ...{ _id: one.id, id: one.id, name: one.name, avatar: '' },
        ...{ isOnline: false, lastSeen: null },
      })
      const both = expect.arrayContaining([person(ann), person(ben)])
      const room = {
        ...{ _id: roomId, id: roomId, conversationId: roomId },
        ...{ type: 'room', roomId, name: 'Mentors', memberCount: 2, participants: both },
        ...{ lastMessage: null, unreadCount: 0, createdAt: time, updatedAt: time },
      }
      const direct = {
        ...{ _id: directId, id: directId, conversationId: directId },
        ...{ type: 'direct', user: person(ben), participants: both },
        lastMessage: message(ben, { content: 'theirs', receiverId: ann.id }),
        ...{ unreadCount: 1, createdAt: time, updatedAt: time },
      }
      expect(body).toEqual({
        success: true,
        conversations: expect.arrayContaining([room, direct]),
        pagination: pagination(20, 2),
      })
    },
  },
  // "/api/messages/direct/:userId - Get direct messages"
  {
    method: 'GET',
    path: '/api/messages/direct/:userId?page=1&limit=50',
    stranger: 'own',
    shows: (body, { ann, ben, mine, theirs }) =>
      expect(body).toEqual({
        success: true,
        messages: [
          message(ann, {
            ...{ _id: mine.id, id: mine.id, content: 'mine', receiverId: ben.id },
            // Whoever answers has read.
            ...{ status: 'read', deliveredAt: time, readAt: time },
          }),
          message(ben, { _id: theirs.id, id: theirs.id, content: 'theirs', receiverId: ann.id }),
        ],
        pagination: pagination(50, 2),
      }),
  },
  // "/api/messages/room/:roomId - Get room messages"
  {
    method: 'GET',
    path: '/api/messages/room/:roomId',
    stranger: 404,
    shows: (body) =>
      expect(body).toEqual({ success: true, messages: [], pagination: pagination(50, 0) }),
  },
]

tryRows<Scene>({
  dialect: 'mentorship',
  rows,
  scene: aScene,
  ids: ({ ben, roomId }) => ({ userId: ben.id, roomId }),
  asker: 'ann',
  stranger: 'eve',
  refusal,
})
