// `npm run screenshots`: pictures of the page for the README, in docs. The people and words are those
// of the demo; only times differ between two runs. Needs fonts, one with emojis among them.
import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { guest, title } from '../../src/cli/demo/chat.ts'
import { attend } from '../../src/cli/demo/play.ts'
import { clientIdOf, react, seed } from '../../src/cli/demo/seed.ts'
import { call, message, signInAs, threadLink } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { startServer } from './server.ts'

const folder = fileURLToPath(new URL('../../docs/', import.meta.url))
const mostBytes = 150 * 1024
const wide = { width: 1280, height: 800 }
const narrow = { width: 390, height: 844 }
const question = 'Have you tried it with another CD?'

const server = await startServer()
const browser = await launchChromium()
const scene = await seed(server.url)
const { threadId } = scene
const clients = [...scene.people.values()].map((person) => attend(server.url, person))
try {
  await mkdir(folder, { recursive: true })
  const asked = await call(server.url, guest.id, 'POST', `/threads/${threadId}/messages`, {
    content: question,
    replyTo: scene.said.get(clientIdOf(1124)),
  })
  scene.said.set(clientIdOf(0), asked.id)
  await react(scene, { line: 0, minute: 0, by: 'tess', text: '', reactions: { '👍': ['tess'] } })

  const chat = await signIn(guest, { viewport: wide })
  await openGroup(chat)
  await picture(chat, 'chat-light')

  const dark = await signIn(guest, { viewport: wide, colorScheme: 'dark' })
  await openGroup(dark)
  await dark.getByRole('button', { name: 'Details' }).click()
  await dark.getByRole('complementary', { name: 'Details' }).waitFor()
  await picture(dark, 'chat-dark')

  const phone = await signIn(guest, { viewport: narrow })
  await openGroup(phone)
  await picture(phone, 'chat-phone')

  await chat.getByRole('textbox', { name: 'Search' }).fill('gparted')
  await chat.getByRole('listitem').filter({ hasText: 'where do I find gparted?' }).waitFor()
  await picture(chat, 'search')

  const reported = scene.said.get(clientIdOf(1109))
  await call(server.url, guest.id, 'POST', `/messages/${reported}/report`, {
    reason: 'spam',
    details: 'The same question again',
  })
  const desk = await signIn({ id: 'rob', name: 'Rob' }, { viewport: wide }, 'admin')
  await desk.goto(`${server.url}/admin`)
  await desk.getByText('The conversation around it').click()
  await picture(desk, 'desk')
} finally {
  await Promise.all(clients.map((client) => client.stop()))
  await browser.close()
  await server.stop()
}

async function signIn(
  { id, name }: { id: string; name: string },
  options: BrowserContextOptions,
  role?: string,
): Promise<Page> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
    ...options,
  })
  const page = await context.newPage()
  await page.goto(server.url)
  await page.getByLabel('Name').fill(name)
  await signInAs(page, id, role)
  return page
}

/** The group, with Devi typing in it. */
async function openGroup(page: Page): Promise<void> {
  await threadLink(page, title).click()
  await message(page, question).waitFor()
  const devi = clients.find(({ me }) => me.id === 'devi')
  // Who comes later hears only of a change.
  for (const typing of [false, true]) devi?.setTyping(threadId, typing)
  await page.getByText('Devi is typing').first().waitFor()
  await page.mouse.move(0, 0)
}

/** What is on screen, once its fonts are there. */
async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  const bytes = await page.screenshot({ caret: 'hide', animations: 'disabled' })
  if (bytes.length > mostBytes)
    throw new Error(`${name}.png has ${bytes.length} bytes: at most ${mostBytes}`)
  await writeFile(`${folder}${name}.png`, bytes)
  console.log(`${name}.png: ${Math.ceil(bytes.length / 1024)} KB`)
}
