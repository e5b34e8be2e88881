// Push: where my devices are reached.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { none, op } from '../operation.ts'
import { FcmToken, PushSubscription } from '../push.ts'

export const pushOperations = {
  'push.key': op(
    'service',
    'The application server key that a browser subscribes with (VAPID); null where push is off',
    none,
    z.object({ publicKey: z.string().nullable() }),
  ),
  'push.subscribe': op(
    'user',
    'Reach this device, too: by what its browser gave, or by the `fcmToken` of its app',
    PushSubscription.partial().extend({ fcmToken: FcmToken.optional() }),
    z.object({ endpoint: z.string() }),
  ),
  'push.unsubscribe': op(
    'user',
    'Do not reach this device any more; an app is named by the endpoint that was answered',
    z.object({ endpoint: z.string().min(1).max(limits.outsideUrl) }),
    z.null(),
  ),
}
