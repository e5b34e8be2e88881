// The queue, search, previews and notifications: seed 000, by its headings.
import { expect, vi } from 'vitest'
import { aPage, aWeb } from '../../integration/web.ts'
import { request } from '../fixtures.ts'
import { A, M, only } from './scene.ts'
import type { Documented, Made, Scene } from './scene.ts'

const anItem = async ({ alice }: Scene) => {
  const item = { threadId: 'nowhere', content: 'in the tunnel', clientId: 'tunnel' }
  const { body } = await request<Made>(alice, 'POST', `${M}/queue`, item)
  const { _id: itemId } = body.item
  return { itemId }
}

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

export const moreExamples: Documented[] = [
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
  // Notifications
  ...notifications(M),
  ...notifications(A),
]
