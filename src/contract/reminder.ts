// A reminder: a message that I want to come back to at a time.
import { z } from 'zod'
import { MessageId, ThreadId, Time } from './ids.ts'

export const Reminder = z.object({
  messageId: MessageId,
  threadId: ThreadId,
  remindAt: Time,
  createdAt: Time,
})
export type Reminder = z.infer<typeof Reminder>
