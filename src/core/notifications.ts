// The list of a person's notifications: written ones and derived ones, newest first, in pages.
import type { Notification } from '../contract/notification.ts'

/** Where a page ended: the time and id of its last item. */
type Place = { at: string; id: string }

const cursorOf = ({ createdAt, id }: Notification) => `${createdAt}~${id}`

/** Null for what is no cursor of ours. */
export function placeOf(cursor: string): Place | null {
  const [at, id, ...rest] = cursor.split('~')
  return at && id && rest.length === 0 && !Number.isNaN(Date.parse(at)) ? { at, id } : null
}

export function pageOf(
  all: Notification[],
  { read, after, limit }: { read?: boolean; after: Place | null; limit: number },
) {
  const listed = all
    .filter((each) => read === undefined || each.read === read)
    .filter((each) => after === null || follows(each, after))
    .toSorted((a, b) => (follows(a, { at: b.createdAt, id: b.id }) ? 1 : -1))
  const items = listed.slice(0, limit)
  const last = items.at(-1)
  return {
    items,
    nextCursor: last && listed.length > limit ? cursorOf(last) : null,
    unread: all.filter((each) => !each.read).length,
  }
}

/** Whether an item comes after a place in the list: it is older. */
const follows = ({ createdAt, id }: Notification, { at, id: than }: Place) =>
  createdAt < at || (createdAt === at && id < than)
