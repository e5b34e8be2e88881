// Every operation of a thread, by name. A row of the operations table without one does not compile.
import type { OperationAt } from '../../contract/operations.ts'
import { attachmentHandlers } from './attachments.ts'
import { memberHandlers } from './members.ts'
import { messageHandlers } from './messages.ts'
import { proposalHandlers } from './proposals.ts'
import { stateHandlers } from './state.ts'
import type { Handlers } from './turn.ts'

export const handlers: Handlers<OperationAt<'thread'>> = {
  ...messageHandlers,
  ...proposalHandlers,
  ...stateHandlers,
  ...memberHandlers,
  ...attachmentHandlers,
}
