// EventFlow's notifications.
import { UserId } from '../../contract/ids.ts'
import { Notice } from '../../contract/notification.ts'
import type { Notification, Preferences } from '../../contract/notification.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { flag, maybe } from '../fields.ts'
import { skipping, slice } from '../paging.ts'
import { api, messages } from './paths.ts'
import { notification } from './shapes.ts'

/** The three that the document has. */
const preferences = ({ emailEnabled, pushEnabled, soundEnabled }: Preferences) => ({
  preferences: { emailEnabled, pushEnabled, soundEnabled },
})

const rows = (base: string): Endpoint[] => [
  endpoint(
    'GET',
    `${base}/notifications`,
    { query: { ...skipping, read: maybe(flag) } },
    ({ query: { read, ...page } }) =>
      slice<Notification, object>(
        page,
        (cursor, limit, then) => ask('notification.list', { read, cursor, limit }, then),
        (items, hasMore) => done({ notifications: items.map(notification), hasMore }),
      ),
  ),
  endpoint(
    'POST',
    `${base}/notifications`,
    { body: { recipientId: UserId, ...Notice.shape }, status: 201 },
    ({ body }) => ask('admin.notify', body, (made) => done({ notification: notification(made) })),
  ),
  endpoint('GET', `${base}/notifications/preferences`, {}, () =>
    ask('notification.preferences', {}, (all) => done(preferences(all))),
  ),
  endpoint(
    'POST',
    `${base}/notifications/preferences`,
    { body: { emailEnabled: maybe(flag), pushEnabled: maybe(flag), soundEnabled: maybe(flag) } },
    ({ body }) => ask('notification.prefer', body, (all) => done(preferences(all))),
  ),
  endpoint('POST', `${base}/notifications/:notificationId/read`, {}, ({ params }) =>
    ask('notification.read', params, () => done({})),
  ),
  endpoint('DELETE', `${base}/notifications/:notificationId`, {}, ({ params }) =>
    ask('notification.delete', params, () => done({})),
  ),
]

export const notificationRows: Endpoint[] = [...rows(messages), ...rows(api)]
