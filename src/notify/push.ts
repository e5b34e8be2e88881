// Web Push (RFC 8030, 8188, 8291, 8292): encrypted for one device, signed with the key of this server.
import { buildPushPayload } from '@block65/webcrypto-web-push'
import type { Job } from '../contract/delivery.ts'
import { fcmTokenOf } from '../contract/push.ts'
import type { PushMessage } from '../contract/push.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { userStub } from '../objects/stubs.ts'
import { askOutside } from '../service/outside.ts'
import { unreadOf } from '../service/unread.ts'
import { keptOf, outcomeOf } from './channel.ts'
import type { Channel, Result } from './channel.ts'
import { sendFcm } from './fcm.ts'

type PushJob = Extract<Job, { channel: 'push' }>

/** A device that is off for longer finds it in its list. */
const LIFE_SECONDS = 24 * 60 * 60

export const push: Channel<PushJob> = {
  recipient: ({ userId }) => userId,

  async deliver(env, { userId, endpoint, threadId, read }) {
    const user = userStub(env, userId)
    const said: Omit<PushMessage, 'total'> | null = await user.pushMessage(threadId, read)
    if (!said) return { is: 'dropped', why: 'it was read by then, or is not wanted any more' }
    const message = { ...said, total: (await unreadOf(env, userId)).total }
    const token = fcmTokenOf(endpoint)
    if (token !== null) {
      const { result, gone } = await sendFcm(env, token, message)
      if (gone) await user.forgetDevice(endpoint)
      return result
    }
    const { VAPID_PUBLIC_KEY, VAPID_PRIVATE_KEY, VAPID_CONTACT, OUTBOX } = settingsOf(env)
    if (!VAPID_PUBLIC_KEY || !VAPID_PRIVATE_KEY)
      return OUTBOX ? keptOf(message) : { is: 'refused', why: 'push is not set up' }
    const subscription = await user.subscription(endpoint)
    if (!subscription) return { is: 'refused', why: 'this device is not reached any more' }
    const { keys } = subscription
    const request = await sealed(
      {
        data: message,
        options: {
          ttl: LIFE_SECONDS,
          urgency: message.read ? 'low' : 'high',
          // Of a device that is off, the last one of a thread is kept. Thread ids fit in.
          topic: message.tag,
        },
      },
      // A push service without a certificate is one of a test, on this machine.
      { keys, endpoint: endpoint.replace(/^http:/, 'https:'), expirationTime: null },
      { subject: VAPID_CONTACT, publicKey: VAPID_PUBLIC_KEY, privateKey: VAPID_PRIVATE_KEY },
    )
    if (!request)
      return { is: 'refused', why: 'the keys of this device, or of this server, are wrong' }
    return post(env, userId, endpoint, request)
  },
}

/** Null where one of the keys is none. */
const sealed = (...how: Parameters<typeof buildPushPayload>) =>
  buildPushPayload(...how).catch((error: unknown) => {
    reportFault(error)
    return null
  })

async function post(
  env: Env,
  userId: string,
  endpoint: string,
  request: Awaited<ReturnType<typeof buildPushPayload>>,
): Promise<Result> {
  const answer = await askOutside(env, endpoint, request)
  // The browser took its subscription back, or it ran out.
  if ('response' in answer && [404, 410].includes(answer.response.status))
    await userStub(env, userId).forgetDevice(endpoint)
  return outcomeOf(answer)
}
