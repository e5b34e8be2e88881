// The web page as people use it: two of them, in a real browser, against a real server.
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { call, message, signInAs, startThread, threadLink, write } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

const patience = { timeout: 90_000 }

describe('the page', patience, () => {
  let server: TestServer
  let browser: Browser
  /** What a page must never say: thrown errors, and what its CSP refused. */
  let complaints: string[] = []
  let people = 0

  beforeAll(async () => {
    server = await startServer({
      set: { MAX_MESSAGES_PER_MINUTE: '0', MAX_EVENTS_PER_MINUTE: '0' },
    })
    browser = await launchChromium()
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

  /** Somebody whom no other test knows. */
  const somebody = (name: string) => `${name}-${++people}`

  async function open(size = { width: 1000, height: 700 }): Promise<Page> {
    const context = await browser.newContext({ viewport: size })
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (line) => {
      if (line.text().includes('Content Security Policy')) complaints.push(line.text())
    })
    return page
  }

  async function signIn(id: string, size?: { width: number; height: number }): Promise<Page> {
    const page = await open(size)
    await page.goto(server.url)
    await signInAs(page, id)
    return page
  }

  test('two people write to each other and see it at once', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo)
    await threadLink(his, ana).click()

    await hers.getByLabel('Message', { exact: true }).pressSequentially('Hello')
    await his.getByText(`${ana} is typing`).waitFor()
    await hers.keyboard.press('Enter')
    await message(his, 'Hello').waitFor()
    await his.getByText(`${ana} is typing`).waitFor({ state: 'hidden' })
    await hers.getByText('Read', { exact: true }).waitFor()

    await message(his, 'Hello').getByRole('button', { name: 'Reply' }).click()
    await write(his, 'Hello yourself')
    const answer = message(hers, 'Hello yourself')
    await answer.waitFor()
    expect(await answer.locator('blockquote').innerText()).toContain('Hello')
    expect(await message(hers, 'sending').count()).toBe(0)
  })

  test('what is unread is counted until it was seen, in every tab', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const his = await signIn(bo)
    const second = await his.context().newPage()
    await second.goto(server.url)
    const hers = await signIn(ana)
    await startThread(hers, bo)
    await write(hers, 'One')
    await write(hers, 'Two')
    await threadLink(his, ana).getByText('2 unread').waitFor()
    await threadLink(his, ana).getByText('Two').waitFor()
    await threadLink(second, ana).getByText('2 unread').waitFor()
    await expect.poll(() => second.title()).toBe('(2) Skein')
    await threadLink(his, ana).click()
    await message(his, 'Two').waitFor()
    await his.getByText('unread').waitFor({ state: 'hidden' })
    await second.getByText('unread').waitFor({ state: 'hidden' })
    await his.reload()
    await message(his, 'Two').waitFor()
    expect(await his.getByText('unread').count()).toBe(0)
  })

  test('what was missed offline arrives, and what was written offline is sent', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo)
    await write(hers, 'Before')
    await threadLink(his, ana).click()
    await message(his, 'Before').waitFor()

    await his.context().setOffline(true)
    await his.getByText('No connection').waitFor()
    await write(hers, 'Missed')
    await message(hers, 'Missed').waitFor()
    await write(his, 'From the tunnel')
    await message(his, 'sending').waitFor()
    expect(await message(his, 'Missed').count()).toBe(0)

    await his.context().setOffline(false)
    await message(his, 'Missed').waitFor()
    await message(hers, 'From the tunnel').waitFor()
    await his.getByText('No connection').waitFor({ state: 'hidden' })
    await message(his, 'sending').waitFor({ state: 'hidden' })
    expect(await message(his, 'From the tunnel').count()).toBe(1)
  })

  test('a server that was killed and comes back is where it was', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo)
    await threadLink(his, ana).click()
    await write(hers, 'Kept')
    await message(his, 'Kept').waitFor()

    await server.kill()
    await hers.getByText('No connection').waitFor()
    await write(hers, 'After the fall')
    server = await server.restart()
    await message(his, 'After the fall').waitFor()
    expect(await message(his, 'Kept').count()).toBe(1)
    expect(await message(hers, 'After the fall').count()).toBe(1)
  })

  test('earlier messages are loaded, and stay in order', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(server.url, ana, 'POST', '/threads', { participants: [bo] })
    for (let n = 1; n <= 70; n++)
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await call(server.url, ana, 'POST', `/threads/${thread.id}/messages`, {
        content: `Number ${n}`,
      })
    const his = await signIn(bo)
    await threadLink(his, ana).click()
    await message(his, 'Number 70').waitFor()
    expect(await message(his, 'Number 1').count()).toBeLessThan(11)
    await his.getByRole('button', { name: 'Load earlier' }).click()
    await his.getByText('Number 1', { exact: true }).waitFor()
    await his.getByRole('button', { name: 'Load earlier' }).waitFor({ state: 'hidden' })
    const said = await his.locator('article .content').allInnerTexts()
    expect(said).toEqual(Array.from({ length: 70 }, (_, index) => `Number ${index + 1}`))
  })

  test('edits, deletions, reactions and formatted text show as they happen', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(server.url, ana, 'POST', '/threads', { participants: [bo] })
    const path = `/threads/${thread.id}/messages`
    const first = await call(server.url, ana, 'POST', path, { content: '<b>not bold</b>' })
    const second = await call(server.url, ana, 'POST', path, { content: 'Regretted' })
    await call(server.url, ana, 'POST', path, {
      content: '<b>bold</b><script>x</script>',
      format: 'html',
    })
    const his = await signIn(bo)
    await threadLink(his, ana).click()
    await his.getByText('<b>not bold</b>').waitFor()
    await his.locator('article b', { hasText: 'bold' }).waitFor()

    await call(server.url, ana, 'PATCH', `/messages/${first.id}`, { content: 'Better' })
    await message(his, 'Better').getByText('edited').waitFor()
    await call(server.url, ana, 'DELETE', `/messages/${second.id}`)
    await his.getByText('This message was deleted.').waitFor()
    expect(await message(his, 'Regretted').count()).toBe(0)
    await call(server.url, bo, 'PUT', `/messages/${first.id}/reactions/${encodeURIComponent('👍')}`)
    await message(his, 'Better').getByText('👍 1').waitFor()
  })

  test('a message that is refused says so, and can be sent again', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const hers = await signIn(ana)
    await startThread(hers, bo)
    await call(server.url, bo, 'PUT', `/blocks/${ana}`)
    await write(hers, 'Let me explain')
    const failed = message(hers, 'Not sent')
    await failed.waitFor()
    await call(server.url, bo, 'DELETE', `/blocks/${ana}`)
    await failed.getByRole('button', { name: 'Try again' }).click()
    await hers.getByText('Sent', { exact: true }).or(hers.getByText('Delivered')).waitFor()
    expect(await message(hers, 'Let me explain').count()).toBe(1)
  })

  test('on a small screen one part shows at a time, and nothing is cut off', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const hers = await signIn(ana, { width: 390, height: 800 })
    await startThread(hers, bo)
    await write(hers, 'w'.repeat(300))
    await message(hers, 'www').waitFor()
    const width = () => hers.evaluate(() => document.documentElement.scrollWidth)
    expect(await width()).toBe(390)
    expect(await hers.getByRole('navigation', { name: 'Threads' }).isVisible()).toBe(false)
    await hers.getByRole('link', { name: 'All threads' }).click()
    await threadLink(hers, bo).waitFor()
    expect(await width()).toBe(390)
    await hers.goBack()
    await message(hers, 'www').waitFor()
  })

  test('one stays signed in over a reload, and signs out for good', async () => {
    const hers = await signIn(somebody('ana'))
    await hers.reload()
    await hers.getByRole('button', { name: 'Sign out' }).click()
    await hers.getByLabel('Sign in as').waitFor()
    await hers.reload()
    await hers.getByLabel('Sign in as').waitFor()
  })

  test('a thread that is not mine does not exist', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(server.url, ana, 'POST', '/threads', { participants: [bo] })
    const page = await signIn(somebody('cy'))
    await page.goto(`${server.url}/threads/${thread.id}`)
    await page.getByText('There is no such thread').waitFor()
  })
})
