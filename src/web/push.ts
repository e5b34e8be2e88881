// Push: this browser is reached when no page is open.
import type { Client } from '../client/client.ts'

/** Built from background/worker.ts. */
const worker = '/push-worker.js'

export const canPush = () => 'serviceWorker' in navigator && 'PushManager' in globalThis

export async function subscribed(): Promise<boolean> {
  const registration = await navigator.serviceWorker.getRegistration()
  return ((await registration?.pushManager.getSubscription()) ?? null) !== null
}

/** The server sends to this browser from now on. Rejects where the browser or the server will not. */
export async function subscribe(client: Client, publicKey: string): Promise<void> {
  await navigator.serviceWorker.register(worker)
  const { pushManager } = await navigator.serviceWorker.ready
  // Browsers show something for each push, and want to hear that we know.
  const how = { userVisibleOnly: true, applicationServerKey: publicKey }
  const subscription = await pushManager.subscribe(how)
  const { endpoint, keys } = subscription.toJSON()
  const { p256dh = '', auth = '' } = keys ?? {}
  try {
    await client.ask('push.subscribe', { endpoint, keys: { p256dh, auth } })
  } catch (error) {
    await subscription.unsubscribe()
    throw error
  }
}

/** Nothing is sent here any more. Where the server cannot be told, it finds that nobody is there. */
export async function unsubscribe(client: Client): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration()
  const subscription = await registration?.pushManager.getSubscription()
  if (!subscription) return
  const { endpoint } = subscription
  await subscription.unsubscribe()
  await client.ask('push.unsubscribe', { endpoint })
}
