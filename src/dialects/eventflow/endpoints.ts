// EventFlow's REST table. The order counts: fixed words stand before `/:threadId` and `/:messageId`.
import type { Endpoint } from '../dialect.ts'
import { messageRows } from './messages.ts'
import { moderationRows } from './moderation.ts'
import { moreRows } from './more.ts'
import { notificationRows } from './notifications.ts'
import { peopleRows } from './people.ts'
import { threadRows } from './threads.ts'

export const endpoints: Endpoint[] = [
  ...threadRows,
  ...peopleRows,
  ...notificationRows,
  ...moreRows,
  ...moderationRows,
  ...messageRows,
]
