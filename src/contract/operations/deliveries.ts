// Webhooks of the host application, and what became of everything that was sent out.
import { z } from 'zod'
import { Delivery, DeliveryStatus, Job, Webhook, WebhookTerms } from '../delivery.ts'
import { PageCursor, PageSize, none, op, page } from '../operation.ts'

const admin = { role: 'admin' } as const
const ofWebhook = z.object({ webhookId: z.string().min(1).max(64) })
const WithSecret = Webhook.extend({
  /** `whsec_…`, shown this once. */
  secret: z.string(),
})

export const deliveriesOperations = {
  'webhook.create': op(
    'service',
    'Have events sent to an address, signed with the secret that is answered',
    WebhookTerms,
    WithSecret,
    admin,
  ),
  'webhook.list': op('service', 'All webhooks', none, z.object({ items: z.array(Webhook) }), admin),
  'webhook.update': op(
    'service',
    'Change where or what is sent; it is enabled again',
    ofWebhook.extend(WebhookTerms.partial().shape),
    Webhook,
    admin,
  ),
  'webhook.rotate': op(
    'service',
    'A new secret; the old one signs nothing any more',
    ofWebhook,
    WithSecret,
    admin,
  ),
  'webhook.delete': op('service', 'Send nothing there any more', ofWebhook, z.null(), admin),
  'delivery.list': op(
    'service',
    'What was sent out, the last changed first; `failed` are the dead letters',
    z.object({ status: DeliveryStatus.optional(), cursor: PageCursor, limit: PageSize }),
    page(Delivery),
    admin,
  ),
  'delivery.get': op(
    'service',
    'One of them with all that it says; where nothing is set up to send it, this is where it can be read',
    z.object({ deliveryId: z.string().min(1).max(1000) }),
    Delivery.extend({ job: Job }),
    admin,
  ),
  'delivery.retry': op(
    'service',
    'Send it again, from its first attempt on',
    z.object({ deliveryId: z.string().min(1).max(1000) }),
    Delivery,
    admin,
  ),
}
