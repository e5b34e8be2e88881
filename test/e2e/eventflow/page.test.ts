// The EventFlow document's page, as printed, in a real browser against a real server: its class, the
// stock client, the cookie of a session.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { request, tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'

const client = join(
  dirname(createRequire(import.meta.url).resolve('socket.io-client/package.json')),
  'dist/socket.io.min.js',
)

let server: TestServer
let browser: Browser

beforeAll(async () => {
  server = await startServer()
  browser = await launchChromium()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

/** Somebody opens the page at the server's own address. */
async function open(token: string): Promise<Page> {
  const context = await browser.newContext()
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.route('https://cdn.socket.io/**', (route) => route.fulfill({ path: client }))
  // An address of the server's own that is no page: what is shown there has its origin, and no CSP.
  await page.goto(`${server.url}/healthz`)
  await page.setContent(readFileSync(join(import.meta.dirname, 'messaging.html'), 'utf8'))
  await page.evaluate(`start(${JSON.stringify(token)})`)
  await page.getByText('Connected', { exact: true }).waitFor()
  return page
}

const messages = (page: Page) => page.locator('#messages-container .message-content')
const typing = (page: Page) => page.locator('#typing-indicator')

async function write(page: Page, text: string): Promise<void> {
  await page.getByPlaceholder('Type your message...').fill(text)
  await page.getByRole('button', { name: 'Send' }).click()
}

test('two people talk: threads, open, typing, send, read, reaction, reconnect', async () => {
  const [ana, bo] = await Promise.all([
    tokenOf('ana', { name: 'Ana' }),
    tokenOf('bo', { name: 'Bo' }),
  ])
  await request(server.url, bo, 'GET', '/me')
  const { body } = await request(server.url, ana, 'POST', '/threads', { participants: ['bo'] })
  await request(server.url, ana, 'POST', `/threads/${String(body['id'])}/messages`, {
    content: 'are you there?',
  })
  const [hers, his] = [await open(ana), await open(bo)]
  // His list shows who wrote, what, and how much is unread.
  const item = his.locator('.thread-item')
  expect(await item.locator('.thread-name').textContent()).toBe('Ana')
  expect(await item.locator('.thread-preview').textContent()).toBe('are you there?')
  expect(await item.locator('.unread-badge').textContent()).toBe('1')
  await item.click()
  await hers.locator('.thread-item').click()
  await messages(his).getByText('are you there?').waitFor()
  await hers.locator('body[data-read-by=bo]').waitFor()
  await hers.locator('#participant-status.status-online').waitFor({ state: 'attached' })

  await his.getByPlaceholder('Type your message...').pressSequentially('yes')
  await typing(hers).waitFor({ state: 'visible' })
  await his.getByRole('button', { name: 'Send' }).click()
  await typing(hers).waitFor({ state: 'hidden' })
  for (const page of [hers, his]) await messages(page).getByText('yes', { exact: true }).waitFor()
  // Sent over the socket and by REST as backup, it is one.
  await write(hers, 'good')
  for (const page of [hers, his]) {
    await messages(page).getByText('good').waitFor()
    expect(await messages(page).allTextContents()).toEqual(['are you there?', 'yes', 'good'])
  }
  const { body: list } = await request(
    server.url,
    ana,
    'GET',
    `/threads/${String(body['id'])}/messages`,
  )
  expect(list['items']).toHaveLength(3)

  const reacted = his.waitForFunction(
    `new Promise((done) => messagingClient.socket.once('reaction:received', done))`,
  )
  await hers.locator('.message').last().getByRole('button', { name: '👍' }).click()
  expect(await (await reacted).jsonValue()).toMatchObject({
    reactions: [{ emoji: '👍', userId: 'ana' }],
  })

  // The server dies and comes back, and so do they.
  await server.kill()
  for (const page of [hers, his]) await page.getByText('Disconnected', { exact: true }).waitFor()
  server = await server.restart()
  for (const page of [hers, his]) await page.getByText('Connected', { exact: true }).waitFor()
  await write(his, 'still here')
  await messages(hers).getByText('still here').waitFor()
}, 120_000)
