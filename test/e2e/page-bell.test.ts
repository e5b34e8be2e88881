// The bell: what waits, counted and listed as it comes; and messages that call me.
import { describe, expect, test } from 'vitest'
import { call, message, startThread, threadLink, write } from './actions.ts'
import { findings } from './findings.ts'
import { openStage } from './page-stage.ts'

describe('the bell of the page', { timeout: 90_000 }, () => {
  const { url, somebody, signIn } = openStage()

  test('counts what comes, lists it, and leads to it', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(url(), bo, 'POST', '/threads', {
      participants: [ana],
      title: 'Picnic',
    })
    const say = (content: string, more = {}) =>
      call(url(), bo, 'POST', `/threads/${thread.id}/messages`, { content, ...more })
    const page = await signIn(ana, { reducedMotion: 'reduce' })
    await threadLink(page, 'Picnic').waitFor()
    const bell = (count?: number) =>
      page.getByRole('button', {
        name: count === undefined ? 'Notifications' : `Notifications: ${count} unread`,
        exact: true,
      })
    await bell().waitFor()
    await say('Who brings bread?')
    await bell(1).waitFor()
    await say(`@${ana} you?`, { mentions: [ana] })
    await bell(1).click()
    const panel = page.getByRole('dialog', { name: 'Notifications' })
    const first = panel.getByRole('listitem').filter({ hasText: 'Picnic' })
    await first.getByText('2 messages').waitFor()
    await first.getByText('you were mentioned').waitFor()
    expect(await findings(page)).toEqual([])

    await say('Or cheese?')
    await first.getByText('3 messages').waitFor()
    await first.getByRole('button', { name: 'Mark as read' }).click()
    await bell().and(page.locator('.bell')).waitFor()
    await first.getByRole('button', { name: 'Mark as read' }).waitFor({ state: 'hidden' })
    await say('Or wine?')
    await bell(1).waitFor()
    await first.getByRole('button', { name: /Picnic/ }).click()
    await page.locator('article.lit', { hasText: 'Or wine?' }).waitFor()
    await bell().waitFor()
  })

  test('what is removed is gone, on every device', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const [page, other] = [await signIn(ana), await signIn(ana)]
    await call(url(), bo, 'POST', '/threads', { participants: [ana], title: 'Lunch' }).then(
      ({ id }) => call(url(), bo, 'POST', `/threads/${id}/messages`, { content: 'At one?' }),
    )
    for (const each of [page, other]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await each.getByRole('button', { name: 'Notifications: 1 unread' }).click()
      // oxlint-disable-next-line no-await-in-loop -- as above
      await each.getByRole('dialog').getByText('At one?').waitFor()
    }
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    for (const each of [page, other])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await each.getByText('Nothing has happened yet.').waitFor()
  })

  test('everybody is called by whoever may, and sees that it is meant for them', async () => {
    const [ana, bo, cy] = [somebody('ana'), somebody('bo'), somebody('cy')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo, cy)
    await threadLink(his, ana).click()
    await hers.getByLabel('Message', { exact: true }).pressSequentially('Bread, @al')
    await hers.getByRole('option', { name: 'everybody here' }).waitFor()
    expect(await findings(hers)).toEqual([])
    await hers.keyboard.press('Tab')
    await hers.keyboard.type('please')
    await hers.keyboard.press('Enter')
    const called = message(his, 'Bread, @all please')
    await called.locator('.mention.me').waitFor()
    expect(await called.and(his.locator('.calls')).count()).toBe(1)
    expect(await message(hers, 'Bread, @all').and(hers.locator('.calls')).count()).toBe(0)
    await write(his, `@${ana} I have some`)
    await message(hers, 'I have some').and(hers.locator('.calls')).waitFor()
    await write(his, 'The @alligator ate it')
    const last = message(hers, 'alligator')
    await last.waitFor()
    expect(await last.and(hers.locator('.calls')).count()).toBe(0)
    expect(await findings(hers)).toEqual([])
  })
})
