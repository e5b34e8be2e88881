// How the page is for everybody: assistive technology, both themes, small screens, slow networks.
import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { call, message, threadLink } from './actions.ts'
import { findings, overflow } from './findings.ts'
import { openStage } from './page-stage.ts'

const assets = fileURLToPath(new URL('../../dist/web/assets', import.meta.url))
const wide = { width: 1280, height: 800 }
/** What moves is judged where it arrives. */
const reducedMotion = 'reduce'
const narrow = { width: 390, height: 800 }

describe('the looks of the page', { timeout: 120_000 }, () => {
  const { url, somebody, open, signIn } = openStage()

  /** A person with a conversation that has a bit of everything. */
  async function aScene() {
    const [ana, bo, cy] = [somebody('ana'), somebody('bo'), somebody('cy')]
    const participants = [bo, cy]
    const thread = await call(url(), ana, 'POST', '/threads', { participants, title: 'Everything' })
    const path = `/threads/${thread.id}/messages`
    const say = (who: string, content: string, more = {}) =>
      call(url(), who, 'POST', path, { content, ...more })
    const first = await say(ana, 'Where do we meet?')
    await say(bo, `@${ana} at the station: http://127.0.0.1:9/station`, {
      replyTo: first.id,
      mentions: [ana],
    })
    await call(url(), bo, 'PUT', `/messages/${first.id}/reactions/${encodeURIComponent('👍')}`)
    await call(url(), ana, 'PATCH', `/messages/${first.id}`, { content: 'Where shall we meet?' })
    const gone = await say(cy, 'Nowhere')
    await call(url(), cy, 'DELETE', `/messages/${gone.id}`)
    await say(cy, '<p>By the <b>clock</b></p>', { format: 'html' })
    await say(bo, 'A walk', {
      kind: 'location',
      metadata: { latitude: 48.14, longitude: 11.58, address: 'By the river' },
    })
    await call(url(), ana, 'POST', '/threads', { participants: [bo] })
    return { ana, bo, thread: thread.id }
  }

  /** Somebody with a conversation of years. */
  async function aLongThread(title: string, length: number): Promise<Page> {
    const page = await signIn(somebody('admin'), { role: 'admin' })
    const lines = Array.from({ length }, (_, index) => ({
      log: title,
      line: index + 1,
      at: new Date(Date.UTC(2024, 0, 1) + index * 3_600_000).toISOString(),
      nick: index % 3 === 0 ? 'cy' : 'bo',
      text: `Number ${index + 1}`,
    }))
    const body = lines.map((line) => JSON.stringify(line)).join('\n')
    const answered = await page.evaluate(async (body) => {
      const { csrfToken } = (await (await fetch('/v1/session')).json()) as { csrfToken: string }
      const headers = { 'Content-Type': 'application/x-ndjson', 'X-CSRF-Token': csrfToken }
      return (await fetch('/v1/admin/import', { method: 'POST', headers, body })).status
    }, body)
    expect(answered).toBe(200)
    await threadLink(page, title).click()
    return page
  }

  for (const colorScheme of ['light', 'dark'] as const)
    test(`no screen has a serious finding, in the ${colorScheme} theme`, async () => {
      const { ana, thread } = await aScene()
      const nobody = await open({ colorScheme, reducedMotion })
      await nobody.goto(url())
      await nobody.getByLabel('Sign in as').waitFor()
      expect(await findings(nobody)).toEqual([])

      const page = await signIn(ana, { colorScheme, reducedMotion, viewport: wide })
      await threadLink(page, 'Everything').waitFor()
      expect(await findings(page)).toEqual([])
      await threadLink(page, 'Everything').click()
      await message(page, 'A walk').waitFor()
      await page.getByRole('button', { name: 'Details' }).click()
      expect(await findings(page)).toEqual([])
      await message(page, 'By the clock').hover()
      await message(page, 'By the clock').getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'Forward' }).waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('menuitem', { name: 'Forward' }).click()
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('textbox', { name: 'Search' }).fill('clock')
      await page
        .getByRole('status')
        .filter({ hasText: /message|found/ })
        .first()
        .waitFor()
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'New thread' }).click()
      expect(await findings(page)).toEqual([])
      await page.keyboard.press('Escape')
      await page.getByRole('navigation').getByRole('button', { name: 'More' }).click()
      await page.getByRole('menuitem', { name: 'Preferences' }).click()
      await page.getByText('Nobody.').waitFor()
      expect(await findings(page)).toEqual([])
      expect(thread).not.toBe('')
    })

  test('no part of the desk has a serious finding, in either theme, wide or narrow', async () => {
    const { ana, bo, thread } = await aScene()
    const said = await call(url(), bo, 'POST', `/threads/${thread}/messages`, { content: 'Rude' })
    await call(url(), ana, 'POST', `/messages/${said.id}/report`, { reason: 'spam' })
    const page = await signIn(somebody('admin'), { role: 'admin', reducedMotion, viewport: wide })
    const marks = {
      reports: 'Decision',
      audit: 'report.view',
      users: 'Banned only',
      metrics: 'Typing now',
      deliveries: 'Nothing of this kind.',
      broadcast: 'Say it',
    }
    for (const [part, mark] of Object.entries(marks))
      for (const [viewport, colorScheme] of [
        [wide, 'light'],
        [narrow, 'dark'],
      ] as const) {
        /* oxlint-disable no-await-in-loop -- one screen after the other */
        await page.setViewportSize(viewport)
        await page.emulateMedia({ colorScheme })
        await page.goto(`${url()}/admin/${part}`)
        await page.getByText(mark).first().waitFor()
        expect([part, await findings(page)]).toEqual([part, []])
        expect([part, await overflow(page)]).toEqual([part, 0])
        /* oxlint-enable no-await-in-loop */
      }
  })

  test('on a small screen everything can be reached, in either direction of writing', async () => {
    const { ana, thread } = await aScene()
    const page = await signIn(ana, {
      viewport: narrow,
      reducedMotion,
      hasTouch: true,
      isMobile: true,
    })
    await threadLink(page, 'Everything').waitFor()
    expect(await overflow(page)).toBe(0)
    for (const direction of ['ltr', 'rtl']) {
      /* oxlint-disable no-await-in-loop -- one direction after the other */
      await page.goto(`${url()}/threads/${thread}`)
      await page.evaluate((dir) => {
        document.documentElement.dir = dir
      }, direction)
      await message(page, 'A walk').waitFor()
      expect(await overflow(page)).toBe(0)
      await message(page, 'By the clock').tap()
      await message(page, 'By the clock').getByRole('button', { name: 'Reply' }).tap()
      await page.getByText(/^Reply to/).waitFor()
      const box = await page.getByRole('button', { name: 'Send' }).boundingBox()
      expect(box && box.x >= 0 && box.x + box.width <= narrow.width).toBe(true)
      expect(await findings(page)).toEqual([])
      await page.getByRole('button', { name: 'Details' }).tap()
      await page.getByRole('complementary', { name: 'Details' }).waitFor()
      expect(await overflow(page)).toBe(0)
      /* oxlint-enable no-await-in-loop */
    }
  })

  test('10,000 messages are scrolled to their beginning, with few of them in the document', async () => {
    const page = await aLongThread('Years', 10_000)
    const address = page.url()
    await message(page, 'Number 10000').waitFor()
    const timeline = page.getByRole('region', { name: 'Messages' })
    const top = page.getByText('This is the beginning.')
    let most = 0
    while ((await top.count()) === 0) {
      /* oxlint-disable no-await-in-loop -- one page after the other */
      await timeline.evaluate((element) => element.scrollTo(0, 0))
      most = Math.max(most, await page.locator('article').count())
      /* oxlint-enable no-await-in-loop */
    }
    await page.getByText('Number 1', { exact: true }).waitFor()
    expect(most).toBeLessThan(60)
    await timeline.press('End')
    await message(page, 'Number 10000').waitFor()
    await page.goto(`${address}?at=5000`)
    await page.locator('article.lit', { hasText: 'Number 5000' }).waitFor()
  })

  test('a thread opens where reading goes on, although what was said before is still fetched', async () => {
    const page = await aLongThread('Months', 200)
    const thread = new URL(page.url()).pathname
    await message(page, 'Number 200').waitFor()
    await page.goto(url())
    await threadLink(page, 'Months').waitFor()
    await call(url(), 'bo', 'POST', `${thread}/messages`, { content: 'What is new' })
    await threadLink(page, 'Months').click()
    await message(page, 'What is new').waitFor()
    // Where it ends up, the newest is in sight, and counts as read.
    await page.getByRole('button', { name: 'To the newest' }).waitFor({ state: 'hidden' })
    await threadLink(page, 'Months').and(page.locator(':not(.waiting)')).waitFor()
  })

  test('a theme and a language that were chosen stay', async () => {
    const page = await signIn(somebody('ana'))
    await page.getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Preferences' }).click()
    const ground = () =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const light = await ground()
    await page.getByLabel('Dark').check()
    expect(await ground()).not.toBe(light)
    await page.getByLabel('Language').selectOption('fr')
    await page.getByRole('heading', { name: 'Préférences' }).waitFor()
    await page.reload()
    await page.getByRole('navigation', { name: 'Conversations' }).waitFor()
    expect(await ground()).not.toBe(light)
  })

  test('the first load is under 150 KB of compressed script, and brings no part of the desk', async () => {
    const loaded: string[] = []
    const page = await open()
    page.on('request', (request) => loaded.push(new URL(request.url()).pathname))
    await page.goto(url())
    await page.getByLabel('Sign in as').waitFor()
    const sizeOf = (name: string) => gzipSync(readFileSync(`${assets}/${name}`)).length
    const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'))
    const first = scripts.filter((name) => loaded.includes(`/assets/${name}`))
    const size = first.reduce((sum, name) => sum + sizeOf(name), 0)
    console.log(`first load: ${(size / 1024).toFixed(1)} KB of compressed script`)
    expect(first.length).toBeGreaterThan(0)
    expect(first.length).toBeLessThan(scripts.length)
    expect(size).toBeLessThan(150 * 1024)
  })
})
