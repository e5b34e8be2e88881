// The page in a real browser: how soon there is a list, and how soon what somebody does is seen while
// fifty messages a second come into the thread that they look at.
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { signInAs, threadLink } from '../../e2e/actions.ts'
import { launchChromium } from '../../e2e/chromium.ts'
import { drive } from '../load/drive.ts'
import { call } from '../load/http.ts'
import { percentile } from '../load/numbers.ts'
import { pool } from '../load/pool.ts'
import type { Member } from '../peers/peer.ts'
import type { Skein } from '../peers/skein.ts'
import { quiet } from './scenario.ts'
import type { Bench, Scenario, Unit } from './scenario.ts'

const title = 'the page, 50 messages a second in a thread of 1,000'
const history = 1_000
const writers = 10
const sendsAtOnce = 20
const perSecond = 50
const otherThreads = 20
/** Between two key strokes. */
const keyMs = 60
/** What is not told was seen sooner. */
const leastMs = 16
const looked = 'What is said here, is it read?'

declare global {
  interface Performance {
    /** https://developer.mozilla.org/docs/Web/API/Performance/interactionCount */
    readonly interactionCount: number
  }
  interface PerformanceEventTiming {
    readonly interactionId: number
  }
  /** The longest of each interaction, in ms. */
  var interactions: Map<number, number>
}

export const page: Scenario = {
  name: 'page',
  title,
  run: async (bench) => {
    const skein = await bench.skein()
    if (!skein) return
    const browser = await launchChromium()
    try {
      for (let turn = 0; turn < bench.rounds; turn++) await measure(bench, skein, browser, turn)
    } finally {
      await browser.close()
    }
  },
}

async function measure(bench: Bench, skein: Skein, browser: Browser, turn: number) {
  const record = (name: string, unit: Unit, value: number) =>
    bench.record(title, 'skein', { name, unit, value })
  const reader = `page-reader-${turn}`
  const { lively, members } = await aLife(bench, skein, reader)
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  try {
    const page = await context.newPage()
    await page.goto(skein.child.url)
    await signInAs(page, reader)
    await page.close()
    await quiet([skein.child])

    const load = await firstLoad(context, skein.child.url)
    record('first load, compressed script', 'bytes', load.bytes)
    record('first load, until the list is shown', 'ms', load.ms)

    for (const [slower, told] of [
      [1, ''],
      [4, ', 4 times slower'],
    ] as const) {
      const talk = talking(bench, members, `while ${slower}`)
      const address = `${skein.child.url}/threads/${lively}`
      const durations = await use(context, { address, slower, start: talk.start }).finally(talk.end)
      record(`messages meanwhile${told}`, 'msg/s', await talk.end())
      record(`interactions${told}`, 'times', durations.length)
      record(`interaction to next paint, p50${told}`, 'ms', percentile(durations, 0.5))
      record(`interaction to next paint, p98${told}`, 'ms', percentile(durations, 0.98))
      record(`interaction to next paint, worst${told}`, 'ms', durations.at(-1) ?? NaN)
    }
  } finally {
    await context.close()
    for (const member of members) member.close()
  }
}

/** A thread with a history, which the reader has read, among others; and who will write in it. */
async function aLife(bench: Bench, skein: Skein, reader: string) {
  const people = Array.from({ length: writers }, (_, index) => `${reader}-${index}`)
  const ask = async <T>(userId: string, path: string, body: object) =>
    call<T>(await skein.as(userId, 'POST', path, body))
  await pool(Array(otherThreads).keys(), sendsAtOnce, async (index) => {
    const made = { type: 'group', title: `Quiet ${index}`, participants: people.slice(0, 3) }
    const { id } = await ask<{ id: string }>(reader, '/threads', made)
    for (let n = 1; n <= 10; n++)
      await ask(reader, `/threads/${id}/messages`, { content: `Number ${n} of few` })
  })
  const made = { type: 'group', title: 'Lively', participants: people }
  const { id: lively } = await ask<{ id: string }>(reader, '/threads', made)
  const ears = { heard: () => undefined, fault: (what: string) => bench.fault(title, what) }
  const members = await pool(people, writers, (userId) => skein.join(lively, userId, ears))
  let sent = 0
  const lane = async () => {
    await members[sent++ % writers]?.send(aMessage(`before ${sent}`))
  }
  await drive(Array(sendsAtOnce).fill(lane), { count: history })
  await ask(reader, `/threads/${lively}/read`, {})
  return { lively, members }
}

/** As long as people write: a word, a line, a paragraph. */
function aMessage(name: string) {
  const words = 'the quick brown fox jumps over it and https://example.com/is where it lands. '
  const length = [8, 40, 100, 300][name.length % 4] ?? 40
  return { clientId: name, content: `${name} ${words.repeat(4).slice(0, length)}` }
}

/** Everybody in turn, as a clock beats and not as answers come. `end` tells how many a second it was. */
function talking(bench: Bench, members: Member[], name: string) {
  const answers: Promise<unknown>[] = []
  let begin = 0
  let seconds: number | undefined
  let timer: NodeJS.Timeout | undefined
  const fault = (error: unknown) => bench.fault(title, `send: ${error}`)
  const beat = () => {
    for (const due = ((performance.now() - begin) / 1000) * perSecond; answers.length < due;) {
      const member = members[answers.length % members.length]
      answers.push(
        member?.send(aMessage(`${name} ${answers.length}`)).catch(fault) ?? Promise.resolve(),
      )
    }
  }
  return {
    start: () => {
      begin = performance.now()
      timer = setInterval(beat, 1000 / perSecond)
    },
    end: async () => {
      clearInterval(timer)
      seconds ??= (performance.now() - begin) / 1000
      await Promise.all(answers)
      return answers.length / seconds
    },
  }
}

/** With nothing in the browser's cache, by somebody who is signed in. */
async function firstLoad(context: BrowserContext, url: string) {
  const page = await context.newPage()
  const cache = await context.newCDPSession(page)
  await cache.send('Network.setCacheDisabled', { cacheDisabled: true })
  const scripts: Promise<Buffer>[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response.body())
  })
  await page.goto(url, { waitUntil: 'commit' })
  const shown = await page.waitForFunction(
    () => document.querySelector('.thread-link') !== null && performance.now(),
  )
  const ms = Number(await shown.jsonValue())
  await page.waitForLoadState('networkidle')
  const sizes = (await Promise.all(scripts)).map((script) => gzipSync(script).length)
  await page.close()
  return { ms, bytes: sizes.reduce((sum, size) => sum + size, 0) }
}

/** `slower`: how many times slower the page's processor is. */
type Use = { address: string; slower: number; start(): void }

/** Does what people do, and tells how long each of it took to be seen, sorted. */
async function use(context: BrowserContext, how: Use): Promise<number[]> {
  const page = await context.newPage()
  const devTools = await context.newCDPSession(page)
  await page.addInitScript(watch, leastMs)
  await page.goto(how.address)
  const field = page.getByLabel('Message', { exact: true })
  await field.waitFor()
  const timeline = page.getByRole('region', { name: 'Messages' })
  await timeline.locator('article').first().waitFor()
  // All of the history is in the page, as it is for somebody who looked for something.
  const top = page.getByText('This is the beginning.')
  while ((await top.count()) === 0) {
    await timeline.evaluate((element) => element.scrollTo(0, 0))
    await wait(50)
  }
  await timeline.press('End')
  await page.evaluate(() => interactions.clear())
  const before = await page.evaluate(() => performance.interactionCount)

  await devTools.send('Emulation.setCPUThrottlingRate', { rate: how.slower })
  how.start()
  await wait(1_000)
  await field.pressSequentially(looked, { delay: keyMs })
  await field.press('Enter')
  for (const name of ['Thread menu', 'Emoji', 'Details', 'Details']) {
    await page.locator('main, .details').getByRole('button', { name }).first().click()
    await wait(300)
    await page.keyboard.press('Escape')
  }
  await scroll(page)
  for (const name of ['Quiet 3', 'Lively', 'Quiet 7', 'Lively']) {
    await threadLink(page, name).click()
    await page.getByRole('heading', { name }).waitFor()
    await wait(500)
  }
  await field.pressSequentially(looked, { delay: keyMs })
  await field.press('Enter')
  await timeline.click({ position: { x: 5, y: 5 } })
  await timeline.press('ArrowUp')
  await timeline.press('End')
  await timeline
    .getByText(/^while \d+/)
    .last()
    .waitFor()

  const told = await page.evaluate(() => [...interactions.values()])
  const done = (await page.evaluate(() => performance.interactionCount)) - before
  await page.close()
  const unseen = Array<number>(Math.max(0, done - told.length)).fill(leastMs)
  return [...unseen, ...told].toSorted((a, b) => a - b)
}

/** With the wheel, which is no interaction, and with keys, which are. */
async function scroll(page: Page) {
  const timeline = page.getByRole('region', { name: 'Messages' })
  await timeline.hover()
  for (let turn = 0; turn < 10; turn++) {
    await page.mouse.wheel(0, -600)
    await wait(60)
  }
  await timeline.focus()
  for (const key of ['PageUp', 'PageUp', 'PageDown', 'Home', 'PageDown', 'End']) {
    await page.keyboard.press(key)
    await wait(200)
  }
}

/** Runs in the page: https://web.dev/articles/inp tells what is counted. */
function watch(durationThreshold: number) {
  globalThis.interactions = new Map()
  const observer = new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries() as PerformanceEventTiming[])
      if (interactionId > 0)
        interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) ?? 0))
  })
  observer.observe({ type: 'event', durationThreshold, buffered: true } as PerformanceObserverInit)
}
