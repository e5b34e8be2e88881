// `npm start -- --demo` as a newcomer meets it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../src/contract/message.ts'
import type { Thread } from '../../src/contract/thread.ts'
import { message, signInAs, threadLink } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { Client, request, tokenOf } from './native.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

const state = mkdtempSync(join(tmpdir(), 'skein-demo-'))
let server: TestServer
let browser: Browser

beforeAll(async () => {
  server = await startServer({ state, demo: true })
  browser = await launchChromium()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  rmSync(state, { recursive: true, force: true })
})

const items = async <T>(path: string) =>
  (await request(server.url, await tokenOf('guest'), 'GET', path)).body['items'] as T[]

/** A direct thread is called as the other. */
const nameOf = ({ title, members }: Thread) =>
  title ?? members.find(({ userId }) => userId !== 'guest')?.userId ?? ''

const threads = async () =>
  new Map((await items<Thread>('/threads')).map((thread) => [nameOf(thread), thread]))

async function everyMessage(threadId: string): Promise<Message[]> {
  const all: Message[] = []
  for (;;) {
    const after = all.at(-1)?.seq ?? 0
    // oxlint-disable-next-line no-await-in-loop -- one page after the other
    const page = await items<Message>(`/threads/${threadId}/messages?after=${after}&limit=100`)
    if (page.length === 0) return all
    all.push(...page)
  }
}

/** What is said next in a thread, as the guest's device hears it. */
async function nextMessage(threadId: string): Promise<Message> {
  const client = await Client.open(server.url, await tokenOf('guest'))
  const said = await Promise.race([
    client.next((item) => item['event'] === 'message.created' && item['threadId'] === threadId),
    client.closed.then((how) => Promise.reject(new Error(`closed: ${String(how)}`))),
  ])
  await client.close()
  return said['data'] as Message
}

describe('the demo', { timeout: 120_000 }, () => {
  it('shows a guest a group with a past, and what is said in it now', async () => {
    const page = await browser.newPage()
    await page.goto(server.url)
    await signInAs(page, 'guest')
    await threadLink(page, 'Help desk').click()
    await page.waitForURL('**/threads/*')
    const threadId = new URL(page.url()).pathname.split('/').at(-1) ?? ''
    const { content } = await nextMessage(threadId)
    await message(page, content ?? '')
      .last()
      .waitFor()
    await page.close()
    expect([...(await threads()).keys()].toSorted()).toEqual(['Help desk', 'rob', 'tess'])

    const said = await everyMessage(threadId)
    expect(said.length).toBeGreaterThan(100)
    expect(new Set(said.map(({ sender }) => sender.name))).toEqual(
      new Set(['Tess', 'Odin', 'Devi', 'Rob']),
    )
    expect(said.filter(({ replyTo }) => replyTo !== null).length).toBeGreaterThan(20)
    expect(said.some(({ reactions }) => reactions.length > 0)).toBe(true)
  })

  it('goes on where it was when it is started again, and says nothing twice', async () => {
    const before = await threads()
    await server.stop()
    server = await server.restart()
    const threadId = before.get('Help desk')?.id ?? ''
    await nextMessage(threadId)
    const after = await threads()
    expect([...after.keys()].toSorted()).toEqual([...before.keys()].toSorted())
    for (const name of ['rob', 'tess'])
      expect(after.get(name)?.headSeq).toBe(before.get(name)?.headSeq)
    const ids = (await everyMessage(threadId)).map((said) => said.clientId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
