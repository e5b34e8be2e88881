// The moderation desk: from a report on the page to what the moderators do about it.
import { describe, expect, test } from 'vitest'
import { call, choose, message, startThread, threadLink, write } from './actions.ts'
import { openStage } from './page-stage.ts'

describe('the moderation desk', { timeout: 90_000 }, () => {
  const { url, somebody, signIn } = openStage()

  test('a reported message is seen in its conversation, deleted, and written down', async () => {
    const [ana, bo, mod] = [somebody('ana'), somebody('bo'), somebody('mod')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo)
    await threadLink(his, ana).click()
    await write(hers, 'Good morning')
    await write(hers, 'You are a fool')
    await message(his, 'a fool').waitFor()
    await choose(his, 'a fool', 'Report')
    const dialog = his.getByRole('dialog', { name: 'Report' })
    await dialog.getByLabel('Reason').selectOption('harassment')
    await dialog.getByLabel('What should moderators know?').fill('Every day')
    await dialog.getByRole('button', { name: 'Report' }).click()
    await his.getByText('Moderators will look at it').waitFor()

    const desk = await signIn(mod, { role: 'moderator' })
    await desk.getByRole('button', { name: 'More' }).click()
    await desk.getByRole('menuitem', { name: 'Moderation desk' }).click()
    const report = desk.locator('.report', { hasText: 'Every day' })
    await report.getByText('You are a fool').first().waitFor()
    await report.getByText('The conversation around it').click()
    await report.getByText('Good morning').waitFor()
    expect(await desk.getByRole('link', { name: 'Broadcast' }).count()).toBe(0)
    await report.getByLabel('Decision').selectOption('delete_message')
    await report.getByLabel('Note for the log').fill('Rule 3')
    await report.getByRole('button', { name: 'Done' }).click()
    await report.waitFor({ state: 'hidden' })
    await message(his, 'This message was deleted.').waitFor()
    expect(await message(hers, 'a fool').count()).toBe(0)

    await desk.getByRole('link', { name: 'Audit log' }).click()
    const line = desk.getByRole('row').filter({ hasText: 'message.delete' })
    await line.filter({ hasText: 'Rule 3' }).first().waitFor()
  })

  test('an admin bans and lifts, sees what goes on, and speaks to everybody', async () => {
    const [bo, admin] = [somebody('bo'), somebody('admin')]
    const his = await signIn(bo)
    const desk = await signIn(admin, { role: 'admin' })
    await desk.goto(`${url()}/admin/users`)
    await desk.getByLabel('Search').fill(bo)
    await desk.getByRole('button', { name: `Ban ${bo}` }).click()
    await desk.getByLabel('Reason').fill('Spam')
    await desk.getByRole('dialog').getByRole('button', { name: 'Ban' }).click()
    await his.getByRole('alert').filter({ hasText: 'You are signed out' }).waitFor()
    await desk.getByRole('button', { name: `Lift the ban ${bo}` }).click()
    await desk.getByRole('button', { name: `Ban ${bo}` }).waitFor()
    await his.reload()
    await his.getByRole('navigation', { name: 'Threads' }).waitFor()

    await desk.getByRole('link', { name: 'Metrics' }).click()
    await desk.getByRole('heading', { name: 'People online' }).waitFor()
    expect(await desk.getByRole('img', { name: /while this page is open/ }).count()).toBe(6)

    await desk.getByRole('link', { name: 'Broadcast' }).click()
    await desk.getByLabel('Title').fill('Maintenance')
    await desk.getByLabel('Message').fill('Back at noon')
    await desk.getByRole('button', { name: 'Say it' }).click()
    await desk.getByText(/^Said to \d+ connection/).waitFor()
    await his.getByText('Back at noon').waitFor()
  })

  test('is closed to everybody else, and to what an admin alone may see', async () => {
    const [ana, mod] = [somebody('ana'), somebody('mod')]
    const hers = await signIn(ana)
    await hers.goto(`${url()}/admin`)
    await hers.getByText('The desk is for moderators and admins.').waitFor()
    const desk = await signIn(mod, { role: 'moderator' })
    await desk.goto(`${url()}/admin/users`)
    await desk.getByRole('heading', { name: 'Reports' }).waitFor()
    await expect(call(url(), ana, 'GET', '/admin/reports')).rejects.toThrow('403')
  })
})
