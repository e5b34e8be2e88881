// A server and a browser for the tests of the page: people come in, and nothing they see complains.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { signInAs } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

/** To be called inside a `describe`: one server and one browser, with flags, for all of its tests. */
export function openStage(flags: readonly string[] = [], set: Record<string, string> = {}) {
  let server: TestServer
  let browser: Browser
  /** What a page must never say: thrown errors, and what its CSP refused. */
  let complaints: string[] = []
  let people = 0

  beforeAll(async () => {
    server = await startServer({
      set: { MAX_MESSAGES_PER_MINUTE: '0', MAX_EVENTS_PER_MINUTE: '0', ...set },
    })
    browser = await launchChromium(flags)
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    expect(complaints).toEqual([])
    complaints = []
  })

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 1000, height: 700 },
      ...options,
    })
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) complaints.push(line.text())
    })
    return page
  }

  async function signIn(
    id: string,
    { role, ...options }: BrowserContextOptions & { role?: string } = {},
  ): Promise<Page> {
    const page = await open(options)
    await page.goto(server.url)
    await signInAs(page, id, role)
    return page
  }

  return {
    url: () => server.url,
    /** Somebody whom no other test knows. */
    somebody: (name: string) => `${name}-${++people}`,
    open,
    signIn,
    kill: () => server.kill(),
    async restart() {
      server = await server.restart()
    },
  }
}
