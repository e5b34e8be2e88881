// My notifications as a fold of what was listed and what happens.
import { expect, test } from 'vitest'
import type { Notification } from '../../../src/contract/notification.ts'
import { applyToNotices, withOlder } from '../../../src/web/list/notices.ts'

const a = (id: string, more: Partial<Notification> = {}): Notification => ({
  ...{ id, type: 'message', title: 'T', message: 'M', threadId: null, messageId: null },
  ...{ sender: null, count: 1, read: false, readAt: null, createdAt: '2026-01-01T00:00:00.000Z' },
  ...more,
})
const at = '2026-01-02T00:00:00.000Z'

test('a new one is first, and one that grew takes the place of itself', () => {
  const grown = a('1', { count: 2 })
  const listed = [a('2'), a('1')]
  expect(applyToNotices(listed, { event: 'notification.created', data: grown })).toEqual([
    grown,
    a('2'),
  ])
})

test('read, removed, or unknown', () => {
  const listed = [a('2'), a('1')]
  const say = (id: string, deleted?: true) =>
    applyToNotices(listed, {
      event: 'notification.updated',
      data: { id, read: true, readAt: at, deleted },
    })
  expect(say('1')).toEqual([a('2'), a('1', { read: true, readAt: at })])
  expect(say('1', true)).toEqual([a('2')])
  expect(say('3')).toBe(listed)
})

test('an older page brings nothing twice', () => {
  expect(withOlder([a('2')], [a('2'), a('1')]).map(({ id }) => id)).toEqual(['2', '1'])
})
