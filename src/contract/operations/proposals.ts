// Service offers and booking requests. They are sent as messages of these kinds, see message.send.
import { z } from 'zod'
import { MessageId, ThreadId, UserId } from '../ids.ts'
import { Message } from '../message.ts'
import { op, write } from '../operation.ts'
import { ServicePackage } from '../user.ts'

const ofMessage = z.object({ messageId: MessageId })

export const proposalsOperations = {
  'package.find': op(
    'service',
    'The service package that an offer of mine, or my booking request, would be about',
    z.object({
      threadId: ThreadId,
      kind: z.enum(['service_offer', 'booking_request']),
      servicePackageId: ServicePackage.shape.id,
    }),
    ServicePackage.extend({ providerId: UserId }),
  ),
  'proposal.accept': op(
    'thread',
    'Accept an offer, or a request to book my service',
    ofMessage,
    Message,
    write,
  ),
  'proposal.decline': op(
    'thread',
    'Decline an offer, or a request to book my service',
    ofMessage,
    Message,
    write,
  ),
  'proposal.withdraw': op(
    'thread',
    'Take my offer or request back before it was answered',
    ofMessage,
    Message,
    write,
  ),
}
