// What the browser wakes when no page is open: it shows what was pushed, takes away what was read, and
// opens the thread. It stands alone, without a part of the page, so that any browser can load it.
import type { Session } from '../../client/rest.ts'
import type { PushMessage } from '../../contract/push.ts'

declare const self: ServiceWorkerGlobalScope

/** The browser changed where it is reached (W3C Push API, section 11.3); its types do not say so yet. */
type SubscriptionChange = ExtendableEvent & {
  oldSubscription: PushSubscription | null
  newSubscription: PushSubscription | null
}

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('push', (event) => {
  // It was encrypted by our server, for this browser.
  const message = event.data?.json() as PushMessage | undefined
  if (message) event.waitUntil(show(message))
})
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(open(event.notification.tag))
})
self.addEventListener('pushsubscriptionchange', (event) => {
  const change = event as SubscriptionChange
  change.waitUntil(renew(change))
})

async function show({ tag, title, body, total, read }: PushMessage): Promise<void> {
  // Where the browser has no badge, there is none.
  await self.navigator.setAppBadge?.(total)
  if (read) {
    const shown = await self.registration.getNotifications({ tag })
    for (const notification of shown) notification.close()
    return
  }
  // Whoever looks at the page sees it there.
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (windows.some(({ focused }) => focused)) return
  await self.registration.showNotification(title, { body, tag, icon: '/icon.svg' })
}

/** The tag of a notification is its thread. A page that is open goes there itself. */
async function open(threadId: string): Promise<void> {
  const path = `/threads/${encodeURIComponent(threadId)}`
  const [page] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (page === undefined) await self.clients.openWindow(path)
  else {
    // oxlint-disable-next-line require-post-message-target-origin -- a client is of this origin alone
    page.postMessage({ path })
    await page.focus()
  }
}

async function renew({ oldSubscription, newSubscription }: SubscriptionChange): Promise<void> {
  const options = oldSubscription?.options
  const renewed =
    newSubscription ?? (options && (await self.registration.pushManager.subscribe(options)))
  const session = await fetch('/v1/session')
  // Whoever signed out is not reached any more.
  if (!renewed || !session.ok) return
  const { csrfToken } = (await session.json()) as Session
  await fetch('/v1/push/subscriptions', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken },
    body: JSON.stringify(renewed),
  })
}
