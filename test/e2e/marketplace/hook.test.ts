// The marketplace document's React hook (seed 002), as printed, in a real browser on a page of the
// server's own origin.
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { request, tokenOf } from '../native.ts'
import { startServer } from '../server.ts'
import type { TestServer } from '../server.ts'

let server: TestServer
let browser: Browser
let script: string

/** A page that shows what the hook knows, and does what the hook offers. */
const app = `
  import { createElement as h } from 'react'
  import { createRoot } from 'react-dom/client'
  import { useMessaging } from './use-messaging.txt'
  function Chat({ token, conversationId }) {
    const { socket, messages, typingUsers, ...does } = useMessaging(token)
    Object.assign(window, { socket, ...does })
    return h('div', null,
      h('ul', { id: 'messages' }, messages.map((one) => h('li', { key: one._id }, one.content))),
      h('p', { id: 'typing' }, [...typingUsers].join()))
  }
  window.start = (props) => createRoot(document.getElementById('root')).render(h(Chat, props))
`

beforeAll(async () => {
  server = await startServer({ dialect: 'marketplace' })
  browser = await launchChromium()
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: import.meta.dirname, loader: 'js' },
    loader: { '.txt': 'ts' },
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

async function open(token: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage()
  page.setDefaultTimeout(20_000)
  // An address of the server's own that is no page: what is shown there has its origin, and no CSP.
  await page.goto(`${server.url}/healthz`)
  await page.setContent('<div id="root"></div>')
  await page.addScriptTag({ content: script })
  await page.evaluate(`start(${JSON.stringify({ token })})`)
  await page.waitForFunction('window.socket?.connected')
  return page
}

test('React Hook Example', async () => {
  const tokens = [await tokenOf('anna', { name: 'Anna' }), await tokenOf('ben', { name: 'Ben' })]
  const [anna = '', ben = ''] = tokens
  const { body } = await request(server.url, anna, 'POST', '/threads', { participants: ['ben'] })
  const id = JSON.stringify(body['id'])
  const [hers, his] = [await open(anna), await open(ben)]
  for (const page of [hers, his])
    await page.evaluate(`socket.emitWithAck('join_conversation', { conversationId: ${id} })`)
  await hers.evaluate(`startTyping(${id})`)
  await his.locator('#typing', { hasText: 'anna' }).waitFor()
  await hers.evaluate(`stopTyping(${id})`)
  await his.waitForFunction(`document.getElementById('typing').textContent === ''`)
  await hers.evaluate(`sendMessage(${id}, 'Hello!')`)
  for (const page of [hers, his]) {
    await page.locator('#messages li', { hasText: 'Hello!' }).waitFor()
    expect(await page.locator('#messages li').allTextContents()).toEqual(['Hello!'])
  }
})
