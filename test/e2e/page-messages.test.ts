// What people do with messages and threads on the page, each seen by the other one.
import { describe, expect, test } from 'vitest'
import { call, choose, message, startThread, threadLink, write } from './actions.ts'
import { openStage } from './page-stage.ts'

describe('messages on the page', { timeout: 90_000 }, () => {
  const { url, somebody, open, signIn } = openStage()

  /** Two people who look at their thread. */
  async function aPair() {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo)
    await threadLink(his, ana).click()
    await his.getByLabel('Message', { exact: true }).waitFor()
    return { ana, bo, hers, his }
  }

  test('react, edit with its history, and delete', async () => {
    const { hers, his } = await aPair()
    await write(hers, 'Lunch at one?')
    await message(his, 'Lunch').hover()
    await message(his, 'Lunch').getByRole('button', { name: 'React' }).click()
    await his.getByRole('dialog', { name: 'React' }).getByText('🎉').click()
    const hersReaction = message(hers, 'Lunch').getByRole('button', { name: '🎉 1' })
    await hersReaction.click()
    await message(his, 'Lunch').getByRole('button', { name: '🎉 2' }).click()
    await hersReaction.waitFor()

    await hers.getByLabel('Message', { exact: true }).press('ArrowUp')
    await write(hers, 'Lunch at two?')
    await message(his, 'Lunch at two?').getByText('(edited)').click()
    await his.getByRole('dialog').getByText('Lunch at one?').waitFor()
    await his.keyboard.press('Escape')

    await choose(hers, 'Lunch', 'Delete for everyone')
    await hers.getByRole('dialog').getByRole('button', { name: 'Delete for everyone' }).click()
    await message(his, 'This message was deleted.').waitFor()
    await write(his, 'Never mind')
    await choose(hers, 'Never mind', 'Delete for me')
    await message(hers, 'Never mind').waitFor({ state: 'hidden' })
    expect(await message(his, 'Never mind').count()).toBe(1)
  })

  test('reply and go to what is answered, however far above it is', async () => {
    const { ana, bo, hers, his } = await aPair()
    const threadId = new URL(hers.url()).pathname.split('/').at(-1) ?? ''
    await write(hers, 'The first of many')
    await message(his, 'The first').waitFor()
    for (let n = 1; n <= 80; n++)
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await call(url(), ana, 'POST', `/threads/${threadId}/messages`, { content: `Number ${n}` })
    await message(his, 'Number 80').waitFor()
    // Whoever comes back to what they read begins at its end.
    const unread = async () =>
      ((await call(url(), bo, 'GET', `/threads/${threadId}`)) as { unread?: number }).unread
    await expect.poll(unread, { timeout: 20_000 }).toBe(0)
    const page = await signIn(bo)
    await page.goto(`${url()}/threads/${threadId}`)
    await message(page, 'Number 80').waitFor()
    const path = `/v1/threads/${threadId}/messages?after=0&limit=1`
    const first = await page.evaluate(
      async (path) => ((await (await fetch(path)).json()) as { items: { id: string }[] }).items[0],
      path,
    )
    const reply = { content: 'About the first', replyTo: first?.id }
    await call(url(), bo, 'POST', `/threads/${threadId}/messages`, reply)
    const answer = message(page, 'About the first')
    expect(await page.getByText('Number 1', { exact: true }).count()).toBe(0)
    await answer.getByRole('button', { name: 'The first of many' }).click()
    await page.locator('article.lit', { hasText: 'The first of many' }).waitFor()
    await page.getByText('Number 1', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'To the newest message' }).click()
    await answer.waitFor()
  })

  test('search marks what it found, and goes there', async () => {
    const { hers, his } = await aPair()
    await write(hers, 'The crémant is in the cellar')
    await write(hers, 'Glasses are upstairs')
    await message(his, 'upstairs').waitFor()
    await his.keyboard.press('Control+k')
    await his.keyboard.type('cremant')
    const hit = his.getByRole('navigation').getByRole('link').filter({ hasText: 'cellar' })
    // The search index follows within two seconds.
    await expect
      .poll(
        async () => {
          await his.getByRole('textbox', { name: 'Search' }).fill('')
          await his.getByRole('textbox', { name: 'Search' }).fill('cremant')
          await his
            .getByRole('status')
            .filter({ hasText: /message|found/ })
            .first()
            .waitFor()
          return hit.count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    expect(await hit.locator('mark').innerText()).toBe('crémant')
    await hit.click()
    await his.locator('article.lit', { hasText: 'crémant' }).waitFor()
    await his.getByRole('button', { name: 'Leave the search' }).click()
    await his.getByText('Archived').waitFor()
  })

  test('a group: its members, roles and name, mentions, and forwarding to it', async () => {
    const [ana, bo, cy] = [somebody('ana'), somebody('bo'), somebody('cy')]
    const hers = await signIn(ana)
    await hers.getByRole('button', { name: 'New thread' }).click()
    await hers.getByLabel('With').fill(bo)
    await hers.getByLabel('Title').fill('Picnic')
    await hers.getByRole('button', { name: 'Start' }).click()
    await hers.getByRole('heading', { name: 'Picnic' }).waitFor()
    await hers.getByRole('button', { name: 'Details' }).click()
    const details = hers.getByRole('complementary', { name: 'Details' })
    await details.getByLabel('Add somebody').fill(cy)
    await details.getByRole('button', { name: 'Add' }).click()
    await details.getByLabel(`Role of ${cy}`).selectOption('admin')
    await details.getByLabel('Title').fill('Picnic by the lake')
    await details.getByRole('button', { name: 'Save' }).click()
    await hers.getByRole('heading', { name: 'Picnic by the lake' }).waitFor()

    const his = await signIn(bo)
    await threadLink(his, 'Picnic by the lake').click()
    await hers.getByLabel('Message', { exact: true }).pressSequentially(`Hi @${bo.slice(0, 4)}`)
    await hers.getByRole('option', { name: bo }).waitFor()
    await hers.keyboard.press('Tab')
    await hers.keyboard.type('bring bread')
    await hers.keyboard.press('Enter')
    expect(await message(his, 'bring bread').locator('.mention.me').innerText()).toBe(`@${bo}`)

    await details.getByRole('button', { name: `Remove ${bo}` }).click()
    await threadLink(his, 'Picnic by the lake').waitFor({ state: 'hidden' })
    const third = await signIn(cy)
    await startThread(third, ana)
    await write(third, 'Rain from four')
    await choose(third, 'Rain', 'Forward')
    await third.getByLabel('Picnic by the lake').check()
    await third.getByRole('dialog').getByRole('button', { name: 'Forward' }).click()
    await message(hers, 'Rain').getByText(`Forwarded from ${cy}`).waitFor()
  })

  test('pin, mute, archive, mark as unread, block: each in the list at once', async () => {
    const { ana, bo, hers, his } = await aPair()
    await write(hers, 'Hello')
    await message(his, 'Hello').waitFor()
    const item = threadLink(his, ana)
    const menu = async (what: string) => {
      await his.getByRole('button', { name: 'Thread menu' }).click()
      await his.getByRole('menuitem', { name: what, exact: true }).click()
    }
    await menu('Pin')
    await item.getByText('Pinned').waitFor()
    await menu('Mute for an hour')
    await item.getByText('Muted').waitFor()
    await menu('Unmute')
    await item.getByText('Muted').waitFor({ state: 'hidden' })
    await menu('Mark as unread')
    await item.getByText('1 unread').waitFor()
    await item.click()
    await menu('Archive')
    await item.waitFor({ state: 'hidden' })
    await his.getByText('Archived').click()
    await item.click()
    await menu('Block')
    await his.getByRole('dialog').getByRole('button', { name: 'Block' }).click()
    await write(hers, 'Are you there?')
    await message(hers, 'Not sent').waitFor()
    await his.getByRole('navigation').getByRole('button', { name: 'More' }).click()
    await his.getByRole('menuitem', { name: 'Preferences' }).click()
    await his.getByRole('dialog').getByRole('button', { name: 'Unblock' }).click()
    await message(hers, 'Not sent').getByRole('button', { name: 'Try again' }).click()
    await message(his, 'Are you there?').waitFor()
    expect(bo).not.toBe(ana)
  })

  test('what was written offline outlives its tab, and goes out in order', async () => {
    const { bo, hers, his } = await aPair()
    const address = his.url()
    const context = his.context()
    await context.setOffline(true)
    await his.getByText('No connection').waitFor()
    for (const text of ['One', 'Two', 'Three']) {
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await write(his, text)
      // oxlint-disable-next-line no-await-in-loop -- as above
      await message(his, text).waitFor()
    }
    await his.getByText('3 messages wait').waitFor()
    await his.close()
    await context.setOffline(false)
    const again = await context.newPage()
    await again.goto(address)
    await message(hers, 'Three').waitFor()
    expect(await hers.locator('article .content').allInnerTexts()).toEqual(['One', 'Two', 'Three'])
    await message(again, 'Three')
      .getByLabel(/Sent|Delivered|Read/)
      .waitFor()
    expect(await again.getByText('sending').count()).toBe(0)
    expect(bo).not.toBe('')
  })

  test('by keyboard alone, and in French', async () => {
    const { bo, hers } = await aPair()
    await write(hers, 'Above')
    await write(hers, 'Below')
    await message(hers, 'Below')
      .getByLabel(/Sent|Delivered|Read/)
      .waitFor()
    // Past the emoji and the files, to the messages.
    await hers.keyboard.press('Shift+Tab')
    await hers.keyboard.press('Shift+Tab')
    await hers.keyboard.press('Shift+Tab')
    await hers.keyboard.press('ArrowUp')
    await hers.keyboard.press('ArrowUp')
    await hers.keyboard.press('Tab')
    await hers.keyboard.press('Tab')
    await hers.keyboard.press('Enter')
    await hers.getByText(/^Reply to/).waitFor()
    await hers.keyboard.type('By keyboard')
    await hers.keyboard.press('Enter')
    expect(await message(hers, 'By keyboard').locator('blockquote').innerText()).toContain('Above')

    const french = await open({ locale: 'fr-FR' })
    await french.goto(url())
    await french.getByLabel('Se connecter en tant que').fill(bo)
    await french.getByRole('button', { name: 'Se connecter' }).click()
    await french.getByRole('navigation', { name: 'Conversations' }).getByText('Above').waitFor({
      state: 'hidden',
    })
    expect(await french.evaluate(() => document.documentElement.lang)).toBe('fr')
  })
})
