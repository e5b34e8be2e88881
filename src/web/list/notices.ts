// My notifications as the page knows them: a pure fold of what was listed and live events.
import type { Event } from '../../contract/events.ts'
import type { Notification } from '../../contract/notification.ts'

export type Notices = readonly Notification[]

/** After a live event; the same list when it is no news to it. A new one, or one that grew, is first. */
export function applyToNotices(notices: Notices, event: Event): Notices {
  if (event.event === 'notification.created')
    return [event.data, ...without(notices, event.data.id)]
  if (event.event !== 'notification.updated') return notices
  const { id, read, readAt, deleted } = event.data
  if (!notices.some((notice) => notice.id === id)) return notices
  if (deleted) return without(notices, id)
  return notices.map((notice) => (notice.id === id ? { ...notice, read, readAt } : notice))
}

/** An older page, under what is there. */
export const withOlder = (notices: Notices, older: Notices): Notices => [
  ...notices,
  ...older.filter(({ id }) => notices.every((notice) => notice.id !== id)),
]

const without = (notices: Notices, id: string) => notices.filter((notice) => notice.id !== id)
