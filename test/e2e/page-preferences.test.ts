// How somebody wants to hear of things, chosen on the page and kept by the server.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { call, startThread } from './actions.ts'
import { findings, overflow } from './findings.ts'
import { openStage } from './page-stage.ts'

describe('preferences on the page', { timeout: 90_000 }, () => {
  const { url, somebody, signIn } = openStage()

  const kept = async (id: string): Promise<unknown> =>
    call(url(), id, 'GET', '/notifications/preferences')

  test('mails, pushes, sound and mentions are kept, and shown on another device', async () => {
    const ana = somebody('ana')
    const page = await signIn(ana)
    const form = await openPreferences(page)
    await form.getByLabel('E-mails about').uncheck()
    await form.getByLabel('Notifications on the devices').uncheck()
    await form.getByLabel('A sound').uncheck()
    await form.getByLabel('Mentions').focus()
    await page.keyboard.press('Space')
    await expect
      .poll(() => kept(ana), { timeout: 10_000 })
      .toMatchObject({
        emailEnabled: false,
        pushEnabled: false,
        soundEnabled: false,
        mentionsThroughMute: true,
      })
    const other = await openPreferences(await signIn(ana))
    expect(await other.getByLabel('E-mails about').isChecked()).toBe(false)
    expect(await other.getByLabel('Mentions').isChecked()).toBe(true)
  })

  test('quiet hours on some days, by the clock of the browser', async () => {
    const ana = somebody('ana')
    const page = await signIn(ana, {
      timezoneId: 'Europe/Paris',
      reducedMotion: 'reduce',
      viewport: { width: 390, height: 800 },
    })
    const form = await openPreferences(page)
    await form.getByLabel('Quiet hours').check()
    await form.getByLabel('From').fill('21:30')
    await form.getByLabel('To', { exact: true }).fill('06:45')
    await form.getByText('By the clock of Europe/Paris.').waitFor()
    for (const day of ['Saturday', 'Sunday'])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await form.getByLabel(day).uncheck()
    const night = [{ from: '21:30', to: '06:45' }]
    await expect
      .poll(() => kept(ana), { timeout: 10_000 })
      .toMatchObject({
        quietHours: {
          zone: 'Europe/Paris',
          days: { mon: night, tue: night, wed: night, thu: night, fri: night },
        },
      })
    expect(await findings(page)).toEqual([])
    expect(await overflow(page)).toBe(0)
    await form.getByLabel('Quiet hours').uncheck()
    await expect.poll(() => kept(ana), { timeout: 10_000 }).toMatchObject({ quietHours: null })
  })

  test('of a thread: all, mentions only, nothing', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    await signIn(bo)
    const page = await signIn(ana)
    await startThread(page, bo)
    const threadId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const choice = (name: string) => page.getByRole('menuitemradio', { name })
    await page.getByRole('button', { name: 'Thread menu' }).click()
    expect(await choice('all messages').getAttribute('aria-checked')).toBe('true')
    await choice('mentions only').click()
    await expect
      .poll(() => kept(ana), { timeout: 10_000 })
      .toMatchObject({ threads: { [threadId]: 'mentions' } })
    await page.getByRole('button', { name: 'Thread menu' }).click()
    expect(await choice('mentions only').getAttribute('aria-checked')).toBe('true')
    expect(await findings(page)).toEqual([])
  })
})

/** The part of the dialog that the server keeps. */
async function openPreferences(page: Page) {
  await page.getByRole('navigation').getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Preferences' }).click()
  const form = page.getByRole('group', { name: 'On all my devices' })
  await form.and(page.locator(':enabled')).waitFor()
  return form
}
