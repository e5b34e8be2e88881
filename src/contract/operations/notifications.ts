// Notifications, and by which ways I want them.
import { z } from 'zod'
import { UserId } from '../ids.ts'
import { Notice, Notification, NotificationId, Preferences } from '../notification.ts'
import { PageCursor, PageSize, none, op, page } from '../operation.ts'

const ofNotification = z.object({ notificationId: NotificationId })

export const notificationsOperations = {
  'notification.list': op(
    'user',
    'My notifications, newest first; `unread` counts those of all pages that I have not read',
    z.object({
      read: z.union([z.boolean(), z.stringbool()]).optional(),
      cursor: PageCursor,
      limit: PageSize,
    }),
    page(Notification).extend({ unread: z.number().int() }),
  ),
  'notification.read': op(
    'user',
    'I have seen this; it does not read the thread, whose senders would hear of that',
    ofNotification,
    Notification,
  ),
  'notification.delete': op('user', 'Take a notification off my list', ofNotification, z.null()),
  'notification.preferences': op('user', 'My ways of being notified', none, Preferences),
  'notification.prefer': op(
    'user',
    'Change my ways of being notified',
    Preferences.partial(),
    Preferences,
  ),
  'admin.notify': op(
    'service',
    'Notify somebody',
    Notice.extend({ recipientId: UserId }),
    Notification,
    { role: 'admin' },
  ),
}
