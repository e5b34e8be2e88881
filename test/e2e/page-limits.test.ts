// What a page says of somebody who is too fast, and of a session that is taken no longer.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { message, signInAs, startThread, threadLink, write } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

describe('a page', { timeout: 120_000 }, () => {
  let state: string
  let server: TestServer
  let browser: Browser

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'skein-limits-'))
    server = await startServer({ state, set: { MAX_MESSAGES_PER_MINUTE: '2' } })
    browser = await launchChromium()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    await rm(state, { recursive: true, force: true })
  })

  async function open(id: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(30_000)
    await page.goto(server.url)
    await signInAs(page, id)
    return page
  }

  test('says that one is too fast, keeps what was written, and goes on', async () => {
    const [hers, his] = [await open('ann'), await open('ben')]
    await startThread(hers, 'ben')
    for (const content of ['One', 'Two', 'Three']) await write(hers, content)
    await hers.getByText(/You are fast: the next message goes out in \d+ s/).waitFor()
    await message(hers, 'Three').waitFor()
    await threadLink(his, 'ann').click()
    await message(his, 'Two').waitFor()
    await write(his, 'Not so fast')
    await message(hers, 'Not so fast').waitFor()
    expect(await message(his, 'Three').count()).toBe(0)
  })

  test('says that its session is over, and lets one in again', async () => {
    const page = await open('cy')
    const port = Number(new URL(server.url).port)
    await server.stop()
    server = await startServer({ state, port, set: { JWT_SECRET: 'x'.repeat(32) } })
    await page.getByText(/You are signed out/).waitFor()
    await page.getByRole('button', { name: 'Sign in' }).click()
    await signInAs(page, 'cy')
  })
})
