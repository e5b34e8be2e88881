// The push service of a browser, on this machine: it takes what it is sent, and opens it with the keys
// that the browser would have (RFC 8188, 8291).
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PushMessage } from '../../src/contract/push.ts'

const CURVE = 'prime256v1'
const AUTH_TAG_BYTES = 16

const derived = (key: Uint8Array, salt: Uint8Array, about: string | Buffer, bytes: number) =>
  Buffer.from(hkdfSync('sha256', key, salt, about, bytes))

export function aPushService() {
  const device = createECDH(CURVE)
  const point = device.generateKeys()
  const auth = randomBytes(16)
  const messages: PushMessage[] = []
  const waiting: (() => void)[] = []

  function open(body: Buffer): PushMessage {
    const idLength = body[20] ?? 0
    const [salt, theirs] = [body.subarray(0, 16), body.subarray(21, 21 + idLength)]
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), point, theirs])
    const secret = derived(device.computeSecret(theirs), auth, info, 32)
    const key = derived(secret, salt, 'Content-Encoding: aes128gcm\0', 16)
    const nonce = derived(secret, salt, 'Content-Encoding: nonce\0', 12)
    const sealed = body.subarray(21 + idLength, -AUTH_TAG_BYTES)
    const cipher = createDecipheriv('aes-128-gcm', key, nonce)
    cipher.setAuthTag(body.subarray(-AUTH_TAG_BYTES))
    const padded = Buffer.concat([cipher.update(sealed), cipher.final()])
    return PushMessage.parse(JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString()))
  }

  return {
    /** Where the browser is reached; known when the server listens. */
    url: '',

    take(request: IncomingMessage, response: ServerResponse) {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        messages.push(open(Buffer.concat(chunks)))
        response.writeHead(201).end()
        for (const look of waiting.splice(0)) look()
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
    async vapidKeys(): Promise<Record<string, string>> {
      const server = createECDH(CURVE)
      const publicKey = server.generateKeys()
      return {
        VAPID_PUBLIC_KEY: publicKey.toString('base64url'),
        VAPID_PRIVATE_KEY: server.getPrivateKey().toString('base64url'),
      }
    },

    /** What the browser gives a page that subscribes. */
    subscription() {
      const keys = { p256dh: point.toString('base64url'), auth: auth.toString('base64url') }
      return { endpoint: this.url, keys }
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
