// Every endpoint that the therapy document (seed 003) lists, at both places that it has them.
import { expect, vi } from 'vitest'
import { call } from '../integration/fixtures.ts'
import { tryRows } from './documented.ts'
import type { Body, Documented } from './documented.ts'
import {
  aScene,
  ask,
  janeIs,
  janeSeen,
  johnIs,
  johnSeen,
  message,
  refusal,
  time,
} from './therapy/scene.ts'
import type { Scene } from './therapy/scene.ts'

const success = { success: true }
const succeeds = (body: Body) => expect(body).toEqual(success)

const participants = ({ john, jane }: Scene) => [
  {
    id: expect.any(String),
    userId: john.id,
    role: 'ADMIN',
    joinedAt: time,
    isActive: true,
    user: { ...johnSeen(john), role: 'client' },
  },
  {
    id: expect.any(String),
    userId: jane.id,
    role: 'MEMBER',
    joinedAt: time,
    isActive: true,
    user: { ...janeSeen(jane), role: 'therapist' },
  },
]

const rowsAt = (base: string): Documented<Scene>[] => [
  {
    method: 'POST',
    path: `${base}/conversations`,
    status: 201,
    body: ({ jane }) => ({
      ...{ participantIds: [jane.id], type: 'THERAPY', title: 'Therapy Session Discussion' },
    }),
    stranger: 'own',
    shows: (body, scene) =>
      expect(body).toEqual({
        id: expect.stringMatching(/^t/),
        type: 'THERAPY',
        title: 'Therapy Session Discussion',
        createdAt: time,
        updatedAt: time,
        lastMessageAt: null,
        isActive: true,
        participants: expect.arrayContaining(participants(scene)),
        messages: [],
      }),
  },
  {
    method: 'GET',
    path: `${base}/conversations?page=1&limit=20`,
    stranger: 'own',
    shows: (body, scene) =>
      expect(body).toEqual([
        {
          id: scene.conversationId,
          type: 'DIRECT',
          title: null,
          createdAt: time,
          updatedAt: time,
          lastMessageAt: scene.theirs.createdAt,
          isActive: true,
          participants: expect.arrayContaining(participants(scene)),
          messages: [
            {
              id: scene.theirs.id,
              content: 'theirs',
              createdAt: scene.theirs.createdAt,
              sender: janeSeen(scene.jane),
            },
          ],
          _count: { messages: 1 },
        },
      ]),
  },
  {
    method: 'GET',
    path: `${base}/conversations/:conversationId/messages?page=1&limit=50`,
    stranger: 404,
    shows: (body, { john, jane, mine, theirs }) =>
      expect(body).toEqual([
        message(johnSeen(john), {
          ...{ id: mine.id, content: 'mine' },
          readReceipts: [
            { id: expect.any(String), userId: jane.id, readAt: time, user: janeIs(jane) },
          ],
        }),
        message(janeSeen(jane), { id: theirs.id, content: 'theirs' }),
      ]),
  },
  {
    method: 'POST',
    path: `${base}/conversations/:conversationId/messages`,
    status: 201,
    body: ({ theirs }) => ({
      content: 'Thank you for your support. I’m feeling much better.',
      messageType: 'TEXT',
      replyToId: theirs.id,
      attachmentUrl: 'https://storage.example.com/file.pdf',
      attachmentName: 'therapy_worksheet.pdf',
      attachmentSize: 524288,
    }),
    stranger: 404,
    shows: (body, { john, jane, theirs }) =>
      expect(body).toEqual(
        message(johnSeen(john), {
          content: 'Thank you for your support. I’m feeling much better.',
          replyToId: theirs.id,
          replyTo: { id: theirs.id, content: 'theirs', sender: janeIs(jane) },
          attachmentUrl: 'https://storage.example.com/file.pdf',
          attachmentName: 'therapy_worksheet.pdf',
          attachmentSize: 524288,
        }),
      ),
  },
  {
    method: 'PUT',
    path: `${base}/messages/:messageId`,
    body: { content: 'I’m feeling much better now.' },
    stranger: 404,
    shows: (body, { john }) =>
      expect(body).toMatchObject({
        ...{ content: 'I’m feeling much better now.', isEdited: true, editedAt: time },
        ...{ sender: johnSeen(john), reactions: [] },
      }),
  },
  { method: 'DELETE', path: `${base}/messages/:messageId`, stranger: 404, shows: succeeds },
  { method: 'POST', path: `${base}/messages/:messageId/read`, stranger: 404, shows: succeeds },
  {
    method: 'POST',
    path: `${base}/messages/:messageId/reactions`,
    status: 201,
    body: { emoji: '👍' },
    stranger: 404,
    shows: (body, { john, mine }) =>
      expect(body).toEqual({
        ...{ id: expect.any(String), messageId: mine.id, userId: john.id },
        ...{ emoji: '👍', createdAt: time, user: johnIs(john) },
      }),
  },
  {
    method: 'DELETE',
    path: `${base}/messages/:messageId/reactions/:emoji`,
    stranger: 404,
    shows: succeeds,
  },
  {
    method: 'POST',
    path: `${base}/block`,
    status: 201,
    body: ({ jane }) => ({ userId: jane.id, reason: 'Inappropriate behavior' }),
    stranger: 'own',
    shows: succeeds,
  },
  {
    method: 'DELETE',
    path: `${base}/block/:blockedUserId`,
    before: async ({ john, jane }) => {
      await call(john, 'PUT', `/blocks/${jane.id}`)
      return {}
    },
    stranger: 'own',
    shows: succeeds,
  },
  {
    method: 'GET',
    path: `${base}/search?query=theirs&page=1&limit=20`,
    // A write is found within two seconds.
    before: ({ john }) =>
      vi.waitFor(async () => {
        const { body } = await ask<object[]>(john, 'GET', `${base}/search?query=theirs`)
        expect(body.length).toBe(1)
        return {}
      }, 4000),
    stranger: 'own',
    shows: (body, { jane, theirs, conversationId }) =>
      expect(body).toEqual([
        {
          id: theirs.id,
          content: 'theirs',
          createdAt: theirs.createdAt,
          sender: janeSeen(jane),
          conversation: { id: conversationId, type: 'DIRECT', title: null },
        },
      ]),
  },
]

const rows: Documented<Scene>[] = [
  ...rowsAt('/messaging'),
  ...rowsAt('/api/messaging'),
  // "Check active WebSocket connections"
  {
    method: 'GET',
    path: '/admin/websocket/stats',
    as: 'ada',
    stranger: 403,
    shows: (body) =>
      expect(body).toEqual({
        ...{ totalConnections: 0, connectedUsers: 0, typingUsers: 0, timestamp: time },
      }),
  },
]

tryRows<Scene>({
  dialect: 'therapy',
  rows,
  scene: aScene,
  ids: ({ conversationId, mine, jane }) => ({
    ...{ conversationId, messageId: mine.id, emoji: '👍', blockedUserId: jane.id },
  }),
  asker: 'john',
  stranger: 'eve',
  refusal,
})
