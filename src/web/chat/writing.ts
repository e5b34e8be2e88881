// What is being written: something new, an answer, or a message anew.
import type { Message } from '../../contract/message.ts'
import type { Sending } from '../../client/outbox.ts'

export type Writing =
  { is: 'new' } | { is: 'reply'; to: Message } | { is: 'edit'; message: Message }

/** What is sent, whatever thread it goes to and whatever it answers. */
export type Said = Omit<Sending, 'threadId' | 'replyTo'>
