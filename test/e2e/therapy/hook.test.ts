// The therapy document's React hook and component (seed 003), as printed, in a real browser on a page
// of the server's own origin.
import { build } from 'esbuild'
import type { Plugin } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { request, tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'

let server: TestServer
let browser: Browser
let script: string

const app = `
  import { createElement as h } from 'react'
  import { createRoot } from 'react-dom/client'
  import { ChatInterface } from './chat-interface.txt'
  window.start = (conversationId) =>
    createRoot(document.getElementById('root')).render(h(ChatInterface, { conversationId }))
`

/** Where the document's files stand, and who signs the page in. */
const surroundings: Plugin = {
  name: 'surroundings',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/useMessaging$/ }, () => ({
      path: `${import.meta.dirname}/use-messaging.txt`,
    }))
    onResolve({ filter: /^@clerk\/nextjs$/ }, ({ path }) => ({ path, namespace: 'provider' }))
    onLoad({ filter: /.*/, namespace: 'provider' }, () => ({
      contents: 'export const useAuth = () => ({ getToken: async () => window.token })',
    }))
  },
}

beforeAll(async () => {
  server = await startServer({ dialect: 'therapy' })
  browser = await launchChromium()
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: import.meta.dirname, loader: 'js' },
    loader: { '.txt': 'tsx' },
    plugins: [surroundings],
    bundle: true,
    write: false,
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  script = outputFiles[0]?.text ?? ''
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

async function open(token: string, conversationId: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(20_000)
  // An address of the server's own that is no page: what is shown there has its origin, and no CSP.
  await page.goto(`${server.url}/healthz`)
  await page.setContent('<div id="root"></div>')
  await page.addScriptTag({ content: script })
  const connected = page.waitForEvent('console', (said) =>
    said.text().startsWith('Connected to messaging:'),
  )
  await page.evaluate(`window.token = ${JSON.stringify(token)}`)
  await page.evaluate(`start(${JSON.stringify(conversationId)})`)
  await connected
  return page
}

test('React Hooks Example and React Component Example', async () => {
  const john = await tokenOf('john', { first_name: 'John', last_name: 'Doe' })
  const jane = await tokenOf('jane', { first_name: 'Jane', last_name: 'Smith' })
  const { body } = await request(server.url, john, 'POST', '/threads', { participants: ['jane'] })
  const id = String(body['id'])
  const [his, hers] = [await open(john, id), await open(jane, id)]
  await his.getByPlaceholder('Type a message...').fill('Hello, Jane')
  await his.getByRole('button', { name: 'Send' }).click()
  for (const page of [his, hers]) {
    await page.locator('.message', { hasText: 'Hello, Jane' }).waitFor()
    expect(await page.locator('.message').allTextContents()).toEqual(['John:Hello, Jane'])
  }
})
