// Messages: seed 000, by its headings.
import { expect } from 'vitest'
import { request } from '../fixtures.ts'
import { M, only, threads, unread } from './scene.ts'
import type { Body, Documented, Made, Scene } from './scene.ts'

const messages = (body: Body, { mine, theirs }: Scene) =>
  expect(body).toMatchObject({ messages: [{ _id: mine.id }, { _id: theirs.id }] })

const aDraft = async ({ alice, thread }: Scene) => {
  const draft = { content: 'later', isDraft: true }
  const { body } = await request<Made>(alice, 'POST', `${M}/${thread.id}`, draft)
  const { _id: draftId } = body.message
  return { draftId }
}

export const messageExamples: Documented[] = [
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
]
