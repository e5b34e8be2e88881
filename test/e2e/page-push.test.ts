// A push from the server to a browser, by a push service on this machine: what it shows, what it takes
// away, and where it leads.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PushMessage } from '../../src/contract/push.ts'
import { signInAs } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { request, tokenOf } from './native.ts'
import { aPushService, standIn } from './push-service.ts'
import type { PushService } from './push-service.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

/** In the background, where the tests put it. */
declare const shown: Map<string, { title: string; body?: string; tag: string }>
declare const count: number
declare const registration: object
declare const ExtendableEvent: typeof Event
declare const PushEvent: new (type: string, how: { data: string }) => Event

describe('a push', { timeout: 90_000 }, () => {
  let service: PushService
  let outside: HttpServer
  let server: TestServer
  let browser: Browser

  beforeAll(async () => {
    service = await aPushService()
    outside = createServer(service.take)
    outside.listen(0, '127.0.0.1')
    await once(outside, 'listening')
    const host = `127.0.0.1:${(outside.address() as AddressInfo).port}`
    service.url = `http://${host}/device`
    const keys = service.vapidKeys()
    server = await startServer({ set: { OUTSIDE_ALLOW_HOSTS: host, ...keys } })
    browser = await launchChromium()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    outside?.close()
  })

  const ask = async (token: string, method: string, path: string, body?: object) =>
    (await request(server.url, token, method, path, body)).body

  /** A browser whose push service is ours. */
  async function aBrowser(id: string) {
    const context = await browser.newContext({ viewport: { width: 1000, height: 700 } })
    await context.grantPermissions(['notifications'], { origin: server.url })
    await context.addInitScript(standIn, service.subscription())
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(server.url)
    await signInAs(page, id)
    return { context, page }
  }

  test('shows a message, is taken away when it was read elsewhere, and leads to its thread', async () => {
    const { context, page } = await aBrowser('ben')
    await turnOn(page)
    const screen = await aScreen(context)
    await page.goto('about:blank')
    const ann = await tokenOf('ann', { name: 'Ann' })
    const { id } = await ask(ann, 'POST', '/threads', { participants: ['ben'] })
    await ask(ann, 'POST', `/threads/${String(id)}/messages`, { content: 'Hello, background' })
    const [pushed] = await service.messages(1)
    expect(pushed).toMatchObject({ title: 'Ann', body: 'Hello, background', total: 1, tag: id })

    await screen.push(pushed)
    await expect.poll(screen.shown).toEqual([['Ann', 'Hello, background', id]])
    expect(await screen.badge()).toBe(1)

    await page.goto(server.url)
    await page.getByRole('heading', { name: 'ben' }).waitFor()
    await screen.click()
    await page.waitForURL(`**/threads/${String(id)}`)
    // Its thread is on the screen: it was read there, and elsewhere too.
    const [, read] = await service.messages(2)
    expect(read).toMatchObject({ read: true, tag: id, total: 0 })
    await screen.push(read)
    await expect.poll(screen.shown).toEqual([])
    expect(await screen.badge()).toBe(0)
  })
})

async function turnOn(page: Page) {
  await page
    .getByRole('navigation', { name: 'Threads' })
    .getByRole('button', { name: 'More' })
    .click()
  await page.getByRole('menuitem', { name: 'Preferences' }).click()
  const wanted = page.getByLabel('Notifications when no page is open')
  await wanted.check()
  await expect.poll(() => wanted.isEnabled(), { timeout: 20_000 }).toBe(true)
  await page.getByRole('button', { name: 'Close' }).click()
}

/** The screen of this background: a browser without one shows no notifications. */
async function aScreen(context: BrowserContext) {
  const [worker] = context.serviceWorkers()
  if (!worker) throw new Error('there is no service worker')
  await worker.evaluate(() => {
    const shown = new Map<string, { title: string; body?: string; tag: string; close(): void }>()
    Object.assign(self, { shown })
    Object.assign(navigator, {
      setAppBadge: async (count: number) => Object.assign(self, { count }),
    })
    Object.assign(registration, {
      showNotification: async (title: string, { body, tag = '' }: NotificationOptions) => {
        shown.set(tag, { title, body, tag, close: () => shown.delete(tag) })
      },
      getNotifications: async ({ tag }: { tag: string }) =>
        [...shown.values()].filter((one) => one.tag === tag),
    })
  })
  return {
    /** As the browser does when its push service sends something. */
    push: (message: PushMessage | undefined) =>
      worker.evaluate((data) => {
        self.dispatchEvent(new PushEvent('push', { data }))
      }, JSON.stringify(message)),
    badge: () => worker.evaluate(() => count),
    shown: () =>
      worker.evaluate(() => [...shown.values()].map(({ title, body, tag }) => [title, body, tag])),
    click: () =>
      worker.evaluate(() => {
        const [notification] = shown.values()
        self.dispatchEvent(
          Object.assign(new ExtendableEvent('notificationclick'), { notification }),
        )
      }),
  }
}
