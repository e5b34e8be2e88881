// The push service of a browser, on this machine: it takes what it is sent, and opens it as the
// browser would.
import { createECDH } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PushMessage } from '../../src/contract/push.ts'
import { aPushDevice } from '../push-device.ts'

export type PushService = Awaited<ReturnType<typeof aPushService>>

export async function aPushService() {
  const device = await aPushDevice()
  const messages: PushMessage[] = []
  const waiting: (() => void)[] = []

  async function take(body: Buffer<ArrayBuffer>, response: ServerResponse) {
    messages.push(await device.open(new Uint8Array(body)))
    response.writeHead(201).end()
    for (const look of waiting.splice(0)) look()
  }

  return {
    /** Where the browser is reached; known when the server listens. */
    url: '',

    take(request: IncomingMessage, response: ServerResponse) {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        void take(Buffer.concat(chunks), response)
      })
    },

    /** The messages, once there are so many. */
    async messages(count: number): Promise<PushMessage[]> {
      while (messages.length < count) {
        // oxlint-disable-next-line no-await-in-loop -- each that comes is looked at
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
      return messages
    },

    /** The key pair of the server that pushes. */
    vapidKeys(): Record<string, string> {
      const server = createECDH('prime256v1')
      const publicKey = server.generateKeys()
      return {
        VAPID_PUBLIC_KEY: publicKey.toString('base64url'),
        VAPID_PRIVATE_KEY: server.getPrivateKey().toString('base64url'),
      }
    },

    /** What the browser gives a page that subscribes. */
    subscription() {
      return { endpoint: this.url, keys: device.keys }
    },
  }
}

/** Runs in the page: subscribing there needs a push service on the internet. */
export function standIn(given: { endpoint: string; keys: object }) {
  const known = 'push subscription'
  const subscription = {
    ...given,
    toJSON: () => given,
    unsubscribe: async () => {
      localStorage.removeItem(known)
      return true
    },
  }
  Object.assign(PushManager.prototype, {
    subscribe: async () => {
      localStorage.setItem(known, 'on')
      return subscription
    },
    getSubscription: async () => (localStorage.getItem(known) ? subscription : null),
  })
}
