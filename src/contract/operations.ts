// THE table of everything a client may ask, on every door. REST paths are in rest.ts.
import type { z } from 'zod'
import type { Operator, Row } from './operation.ts'
import { administrationOperations } from './operations/administration.ts'
import { attachmentsOperations } from './operations/attachments.ts'
import { deliveriesOperations } from './operations/deliveries.ts'
import { draftsOperations } from './operations/drafts.ts'
import { forwardsOperations } from './operations/forwards.ts'
import { membersOperations } from './operations/members.ts'
import { messagesOperations } from './operations/messages.ts'
import { moderationOperations } from './operations/moderation.ts'
import { notificationsOperations } from './operations/notifications.ts'
import { peopleOperations } from './operations/people.ts'
import { previewsOperations } from './operations/previews.ts'
import { proposalsOperations } from './operations/proposals.ts'
import { pushOperations } from './operations/push.ts'
import { queueOperations } from './operations/queue.ts'
import { remindersOperations } from './operations/reminders.ts'
import { searchOperations } from './operations/search.ts'
import { socketsOperations } from './operations/sockets.ts'
import { threadsOperations } from './operations/threads.ts'

export const operations = {
  ...peopleOperations,
  ...threadsOperations,
  ...membersOperations,
  ...messagesOperations,
  ...proposalsOperations,
  ...attachmentsOperations,
  ...draftsOperations,
  ...forwardsOperations,
  ...previewsOperations,
  ...remindersOperations,
  ...notificationsOperations,
  ...pushOperations,
  ...queueOperations,
  ...searchOperations,
  ...socketsOperations,
  ...moderationOperations,
  ...deliveriesOperations,
  ...administrationOperations,
} satisfies Record<string, Row<Operator, z.ZodObject, z.ZodType>>

export type Operation = keyof typeof operations
export type Input<O extends Operation> = z.input<(typeof operations)[O]['input']>
export type Parsed<O extends Operation> = z.output<(typeof operations)[O]['input']>
export type Output<O extends Operation> = z.output<(typeof operations)[O]['output']>

/** The operations that one operator carries out. */
export type OperationAt<A extends Operator> = {
  [O in Operation]: (typeof operations)[O]['at'] extends A ? O : never
}[Operation]

/** A client of any kind is this function. It rejects with a `ChatError`. */
export type Execute = <O extends Operation>(operation: O, input: Input<O>) => Promise<Output<O>>

export const isOperation = (name: string): name is Operation => Object.hasOwn(operations, name)
