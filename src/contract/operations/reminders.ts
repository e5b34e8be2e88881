// Reminders on messages: mine alone, one for each message.
import { z } from 'zod'
import { MessageId, Time } from '../ids.ts'
import { PageCursor, PageSize, op, page } from '../operation.ts'
import { Reminder } from '../reminder.ts'

const ofMessage = z.object({ messageId: MessageId })

export const remindersOperations = {
  'reminder.set': op(
    'user',
    'Remind me of a message, by a notification; another time replaces the one there is',
    ofMessage.extend({ remindAt: Time }),
    Reminder,
  ),
  'reminder.remove': op('user', 'Do not remind me', ofMessage, z.null()),
  'reminder.list': op(
    'user',
    'My reminders that are still to come, the next first',
    z.object({ cursor: PageCursor, limit: PageSize }),
    page(Reminder),
  ),
}
