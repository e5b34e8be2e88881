// The list of notifications, in pages.
import { expect, test } from 'vitest'
import type { Notification } from '../../../src/contract/notification.ts'
import { pageOf, placeOf } from '../../../src/core/notifications.ts'

const one = (id: string, second: number, read = false): Notification => ({
  id,
  type: 'x',
  title: null,
  message: null,
  threadId: null,
  messageId: null,
  sender: null,
  count: 1,
  read,
  readAt: null,
  createdAt: `2026-01-01T00:00:0${second}.000Z`,
})
const all = [one('b', 1), one('a', 1, true), one('c', 0), one('d', 3, true), one('e', 2)]
const ids = (items: Notification[]) => items.map(({ id }) => id).join('')

test('goes from the newest to the oldest, and every page begins where the last ended', () => {
  expect(ids(pageOf(all, { after: null, limit: 9 }).items)).toBe('debac')
  let walked = ''
  let cursor: string | null = null
  do {
    const page = pageOf(all, { after: cursor === null ? null : placeOf(cursor), limit: 2 })
    walked += ids(page.items)
    expect(page.unread).toBe(3)
    cursor = page.nextCursor
  } while (cursor !== null)
  expect(walked).toBe('debac')
})

test('holds what was read, or what was not', () => {
  expect(ids(pageOf(all, { read: true, after: null, limit: 9 }).items)).toBe('da')
  const unread = pageOf(all, { read: false, after: null, limit: 2 })
  expect([ids(unread.items), unread.nextCursor]).toEqual(['eb', '2026-01-01T00:00:01.000Z~b'])
})

test.each(['', 'x', '~', 'x~y', '2026-01-01T00:00:00.000Z~', '2026-01-01T00:00:00.000Z~a~b'])(
  '%j is no cursor',
  (cursor) => {
    expect(placeOf(cursor)).toBe(null)
  },
)
