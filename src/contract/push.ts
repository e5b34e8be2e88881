// Push: where a device of mine is reached when no page is open, as its browser says (W3C Push API).
import { z } from 'zod'
import { limits } from './limits.ts'

const base64url = (bytes: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]+={0,2}$/, 'must be base64url')
    .refine((text) => Math.floor((text.replace(/=+$/, '').length * 3) / 4) === bytes, {
      message: `must be ${bytes} bytes`,
    })

/** What `PushSubscription.toJSON()` gives. */
export const PushSubscription = z.object({
  endpoint: z.string().max(limits.outsideUrl),
  keys: z.object({ p256dh: base64url(65), auth: base64url(16) }),
})
export type PushSubscription = z.infer<typeof PushSubscription>

/** The registration token of an app with Firebase Cloud Messaging. */
export const FcmToken = z
  .string()
  .max(512)
  .regex(/^[\w:-]{20,}$/, 'must be a registration token')

const FCM = 'fcm:'

/** Devices by Firebase are named like endpoints, so that one list holds all of them. */
export const fcmEndpoint = (token: string) => FCM + token
export const fcmTokenOf = (endpoint: string) =>
  endpoint.startsWith(FCM) ? endpoint.slice(FCM.length) : null

/**
 * What a device is shown. Notifications of one thread have one `tag`: a new one replaces the last.
 * `read`: it was read elsewhere, and is to be taken away. `total`: unread messages of all threads, as
 * the badge of an app shows them.
 */
export const PushMessage = z.object({
  tag: z.string(),
  title: z.string(),
  body: z.string(),
  threadId: z.string(),
  count: z.number().int(),
  total: z.number().int(),
  read: z.boolean(),
})
export type PushMessage = z.infer<typeof PushMessage>
