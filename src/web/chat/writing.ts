// What is being written: something new, an answer, or a message anew.
import type { Message } from '../../contract/message.ts'

export type Writing =
  { is: 'new' } | { is: 'reply'; to: Message } | { is: 'edit'; message: Message }
