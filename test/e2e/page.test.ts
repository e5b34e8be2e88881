// The web page as people use it: two of them, in a real browser, against a real server.
import { describe, expect, test } from 'vitest'
import { call, message, startThread, threadLink, write } from './actions.ts'
import { openStage } from './page-stage.ts'

const patience = { timeout: 90_000 }

describe('the page', patience, () => {
  const { url, somebody, signIn, kill, restart } = openStage()

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
    await message(hers, 'Hello').getByLabel('Read').waitFor()

    await message(his, 'Hello').hover()
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
    await second.goto(url())
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

    await kill()
    await hers.getByText('No connection').waitFor()
    await write(hers, 'After the fall')
    await restart()
    await message(his, 'After the fall').waitFor()
    expect(await message(his, 'Kept').count()).toBe(1)
    expect(await message(hers, 'After the fall').count()).toBe(1)
  })

  test('a thread opens where reading goes on, and shows what is before when one scrolls', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(url(), ana, 'POST', '/threads', { participants: [bo] })
    for (let n = 1; n <= 120; n++)
      // oxlint-disable-next-line no-await-in-loop -- in this order
      await call(url(), ana, 'POST', `/threads/${thread.id}/messages`, { content: `Number ${n}` })
    await call(url(), bo, 'POST', `/threads/${thread.id}/read`, { seq: 20 })

    const his = await signIn(bo)
    await threadLink(his, ana).click()
    await his.getByText('New messages', { exact: true }).waitFor()
    await his.getByText('Number 21', { exact: true }).waitFor()
    await threadLink(his, ana).getByText('100 unread').waitFor()
    expect(await message(his, 'Number 120').count()).toBe(0)
    await his.getByRole('button', { name: 'To the newest message' }).click()
    await message(his, 'Number 120').waitFor()
    await threadLink(his, ana).getByText('unread').waitFor({ state: 'hidden' })

    await his.reload()
    await message(his, 'Number 120').waitFor()
    expect(await his.getByText('Number 1', { exact: true }).count()).toBe(0)
    const seen = new Set<number>()
    await his.getByRole('region', { name: 'Messages' }).hover()
    while (!seen.has(1)) {
      // oxlint-disable-next-line no-await-in-loop -- one screen after the other
      for (const text of await his.locator('article .content').allInnerTexts())
        seen.add(Number(text.replace('Number ', '')))
      // oxlint-disable-next-line no-await-in-loop -- as above
      await his.mouse.wheel(0, -250)
    }
    const numbers = [...seen].toSorted((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
    await his.getByText('This is the beginning.').waitFor()
  })

  test('edits, deletions, reactions and formatted text show as they happen', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(url(), ana, 'POST', '/threads', { participants: [bo] })
    const path = `/threads/${thread.id}/messages`
    const first = await call(url(), ana, 'POST', path, { content: '<b>not bold</b>' })
    const second = await call(url(), ana, 'POST', path, { content: 'Regretted' })
    await call(url(), ana, 'POST', path, {
      content: '<b>bold</b><script>x</script>',
      format: 'html',
    })
    const his = await signIn(bo)
    await threadLink(his, ana).click()
    await his.getByText('<b>not bold</b>').waitFor()
    await his.locator('article b', { hasText: 'bold' }).waitFor()

    await call(url(), ana, 'PATCH', `/messages/${first.id}`, { content: 'Better' })
    await message(his, 'Better').getByText('edited').waitFor()
    await call(url(), ana, 'DELETE', `/messages/${second.id}`)
    await his.getByText('This message was deleted.').waitFor()
    expect(await message(his, 'Regretted').count()).toBe(0)
    await call(url(), bo, 'PUT', `/messages/${first.id}/reactions/${encodeURIComponent('👍')}`)
    await message(his, 'Better').getByText('👍 1').waitFor()
  })

  test('a message that is refused says so, and can be sent again', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const hers = await signIn(ana)
    await startThread(hers, bo)
    await call(url(), bo, 'PUT', `/blocks/${ana}`)
    await write(hers, 'Let me explain')
    const failed = message(hers, 'Not sent')
    await failed.waitFor()
    await call(url(), bo, 'DELETE', `/blocks/${ana}`)
    await failed.getByRole('button', { name: 'Try again' }).click()
    await message(hers, 'Let me explain')
      .getByLabel(/Sent|Delivered/)
      .waitFor()
    expect(await message(hers, 'Let me explain').count()).toBe(1)
  })

  test('on a small screen one part shows at a time, and nothing is cut off', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const hers = await signIn(ana, { viewport: { width: 390, height: 800 } })
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
    await hers.getByRole('navigation').getByRole('button', { name: 'More' }).click()
    await hers.getByRole('menuitem', { name: 'Sign out' }).click()
    await hers.getByLabel('Sign in as').waitFor()
    await hers.reload()
    await hers.getByLabel('Sign in as').waitFor()
  })

  test('a thread that is not mine does not exist', async () => {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const thread = await call(url(), ana, 'POST', '/threads', { participants: [bo] })
    const page = await signIn(somebody('cy'))
    await page.goto(`${url()}/threads/${thread.id}`)
    await page.getByText('There is no such thread').waitFor()
  })
})
