// Files on the page: chosen, pasted, dropped, on their way, refused, and shown to the other one.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { documents, media, pictures } from '../integration/files.ts'
import { choose, message, startThread, threadLink, write } from './actions.ts'
import { findings, overflow } from './findings.ts'
import { openStage } from './page-stage.ts'

const named = (name: string, bytes: Uint8Array, mimeType = '') => ({
  ...{ name, mimeType, buffer: Buffer.from(bytes) },
})

const text = (length: number, letter: string) =>
  named(`${letter}.txt`, new TextEncoder().encode(letter.repeat(length)))

const chooser = (page: Page) => page.locator('input[type=file]')
const chosen = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Files' }).getByRole('listitem').filter({ hasText: name })
const send = (page: Page) => page.getByRole('button', { name: 'Send' }).click()

/** What a browser gets that opens a file: its bytes, as it got them. */
const bytesAt = (page: Page, url: string) =>
  page.evaluate(async (at) => [...new Uint8Array(await (await fetch(at)).arrayBuffer())], url)

/** What a person holds who pastes or drops a picture. */
const transfer = (page: Page, name: string) =>
  page.evaluateHandle(
    ([bytes, called]) => {
      const data = new DataTransfer()
      data.items.add(new File([new Uint8Array(bytes)], called, { type: 'image/png' }))
      return data
    },
    [[...pictures.png], name] as const,
  )

const isFine = async (page: Page) =>
  expect([await findings(page), await overflow(page)]).toEqual([[], 0])

/** What is written in the messages on screen, the first word of each. */
const told = (page: Page) => page.locator('article .content').allInnerTexts()

async function aPairIn(
  { somebody, signIn }: ReturnType<typeof openStage>,
  options: BrowserContextOptions = {},
) {
  const [ana, bo] = [somebody('ana'), somebody('bo')]
  const [hers, his] = [await signIn(ana, options), await signIn(bo)]
  await startThread(hers, bo)
  await threadLink(his, ana).click()
  await his.getByLabel('Message', { exact: true }).waitFor()
  return { hers, his }
}

/** How many messages the browser holds for another run of the page. */
const kept = (page: Page) =>
  page.evaluate(async () => {
    // oxlint-disable-next-line unicorn/consistent-function-scoping -- it runs in the page
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.addEventListener('success', () => resolve(request.result))
      })
    const [{ name = '' } = {}] = await indexedDB.databases()
    const database = await settled(indexedDB.open(name))
    const count = await settled(database.transaction('outbox').objectStore('outbox').count())
    database.close()
    return count
  })

/** How fast a page sends, in bytes of a second; -1 is as fast as it can. */
async function slowed(page: Page) {
  const network = await page.context().newCDPSession(page)
  return (uploadThroughput: number) =>
    network.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
    })
}

/** Over the limit of one request: it goes in two parts. */
const large = new Uint8Array(12_000_000).fill(46)

describe('files on the page', { timeout: 90_000 }, () => {
  const stage = openStage()
  const { kill, restart } = stage
  const aPair = (options?: BrowserContextOptions) => aPairIn(stage, options)

  test('of each family go with a message, are shown as what they are, and come back byte for byte', async () => {
    const { hers, his } = await aPair()
    const { webm: film, mp3: sound } = media
    await chooser(hers).setInputFiles([
      named('red.png', pictures.png),
      named('clip.webm', film),
      named('song.mp3', sound),
      named('terms <1>.pdf', documents.pdf),
    ])
    await hers.getByLabel('Message', { exact: true }).fill('See these')
    await send(hers)
    const got = message(his, 'See these')
    const expected = [
      ['src', got.locator('img'), pictures.png],
      ['src', got.locator('video'), film],
      ['src', got.locator('audio'), sound],
      ['href', got.getByRole('link', { name: /^Download terms/ }), documents.pdf],
    ] as const
    for (const [attribute, shown, bytes] of expected) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await shown.waitFor()
      // oxlint-disable-next-line no-await-in-loop -- as above
      const url = (await shown.getAttribute(attribute)) ?? ''
      const whole = url.replace(/\?.*/, '')
      // oxlint-disable-next-line no-await-in-loop -- as above
      expect(await bytesAt(his, whole)).toEqual([...bytes])
    }
    expect(await got.locator('img').getAttribute('alt')).toBe('red.png')
    await expect
      .poll(() => got.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBeGreaterThan(0)
  })

  test('alone, without a word; the list says their names', async () => {
    const { hers, his } = await aPair()
    await chooser(hers).setInputFiles([named('red.png', pictures.png)])
    await chosen(hers, 'red.png').waitFor()
    await send(hers)
    await his.locator('article img[alt="red.png"]').waitFor()
    await his.getByRole('navigation', { name: 'Threads' }).getByText('red.png').waitFor()
  })

  test('may be pasted and dropped', async () => {
    const { hers, his } = await aPair()
    const pasted = await transfer(hers, 'pasted.png')
    await hers
      .getByLabel('Message', { exact: true })
      .evaluate(
        (field, clipboardData) =>
          field.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
          ),
        pasted,
      )
    await chosen(hers, 'pasted.png').waitFor()
    const dataTransfer = await transfer(hers, 'dropped.png')
    await hers.dispatchEvent('main.thread', 'dragover', { dataTransfer })
    await hers.getByText('Drop files here to attach them.').waitFor()
    await hers.dispatchEvent('main.thread', 'drop', { dataTransfer })
    await chosen(hers, 'dropped.png').waitFor()
    await write(hers, 'Two of them')
    await message(his, 'Two of them').waitFor()
    expect(await message(his, 'Two of them').locator('img').count()).toBe(2)
  })

  test('show how far they are, may be given up, and large ones go in parts', async () => {
    const { hers, his } = await aPair()
    const slow = await slowed(hers)
    await slow(2_000_000)
    await chooser(hers).setInputFiles([named('large.txt', large), named('second.txt', large)])
    const bar = chosen(hers, 'large.txt').getByRole('progressbar')
    await bar.waitFor()
    await hers.getByRole('button', { name: 'Do not attach second.txt' }).click()
    await chosen(hers, 'second.txt').waitFor({ state: 'hidden' })
    const share = () => bar.evaluate((shown: HTMLProgressElement) => shown.value)
    await expect.poll(share, { timeout: 20_000 }).toBeGreaterThan(0.1)
    // It goes as soon as its file is there, which goes on where it was; one writes on meanwhile.
    await send(hers)
    await write(hers, 'It is a large one')
    const onTheWay = message(hers, 'large.txt').getByRole('progressbar')
    expect(await onTheWay.evaluate((shown: HTMLProgressElement) => shown.value)).toBeGreaterThan(
      0.1,
    )
    expect(await his.locator('article').count()).toBe(0)
    await slow(-1)
    const link = his.getByRole('link', { name: 'Download large.txt' })
    await link.waitFor()
    const size = await his.evaluate(
      async (at) => (await (await fetch(at)).blob()).size,
      (await link.getAttribute('href')) ?? '',
    )
    expect(size).toBe(large.length)
    await message(his, 'It is a large one').waitFor()
    expect(await his.locator('article').first().getByRole('link').count()).toBe(1)
  })

  test('may be given up after their message was sent', async () => {
    const { hers, his } = await aPair()
    const slow = await slowed(hers)
    await slow(100_000)
    await chooser(hers).setInputFiles([named('large.txt', large)])
    await write(hers, 'By mistake')
    await message(hers, 'By mistake').getByRole('button', { name: 'Cancel' }).click()
    await slow(-1)
    await write(hers, 'On purpose')
    await message(his, 'On purpose').waitFor()
    expect(await told(his)).toEqual(['On purpose'])
    expect(await told(hers)).toEqual(['On purpose'])
  })

  test('that are refused say why, and the message goes without them', async () => {
    const { hers, his } = await aPair()
    const exe = new Uint8Array([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, ...new Uint8Array(200)])
    await chooser(hers).setInputFiles([
      named('photo.png', exe, 'image/png'),
      named('empty.txt', new Uint8Array()),
      named('red.png', pictures.png),
    ])
    for (const name of ['photo.png', 'empty.txt'])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await chosen(hers, name)
        .getByRole('alert')
        .filter({ hasText: /Not attached: .+/ })
        .waitFor()
    await chosen(hers, 'red.png').getByRole('progressbar').waitFor({ state: 'hidden' })
    await write(hers, 'Only one of them')
    await message(his, 'Only one of them').locator('img').waitFor()
    expect(await message(his, 'Only one of them').locator('.files > *').count()).toBe(1)
  })

  test('wait for a server that is gone', async () => {
    const { hers, his } = await aPair()
    await kill()
    await chooser(hers).setInputFiles([named('red.png', pictures.png)])
    const bar = chosen(hers, 'red.png').getByRole('progressbar')
    await bar.waitFor()
    await restart()
    await bar.waitFor({ state: 'hidden' })
    expect(await chosen(hers, 'red.png').getByRole('alert').count()).toBe(0)
    await write(hers, 'Here it is')
    await message(his, 'Here it is').locator('img').waitFor()
  })

  test('outlive a server and their tab: they arrive once, in the order of writing', async () => {
    const { hers, his } = await aPair()
    const address = hers.url()
    await kill()
    await hers.getByText('No connection').waitFor()
    await write(hers, 'Before')
    await chooser(hers).setInputFiles([named('red.png', pictures.png), named('large.txt', large)])
    await write(hers, 'With files')
    await message(hers, 'With files').getByText('red.png').waitFor()
    await write(hers, 'After')
    await hers.getByText('3 messages wait').waitFor()
    await expect.poll(() => kept(hers)).toBe(3)
    await hers.close()
    await restart()
    const again = await hers.context().newPage()
    await again.goto(address)
    await message(his, 'After').waitFor({ timeout: 40_000 })
    for (const page of [his, again]) {
      /* oxlint-disable no-await-in-loop -- one after the other */
      await message(page, 'After').waitFor()
      expect(await told(page)).toEqual(['Before', 'With files', 'After'])
      const shown = message(page, 'With files')
      expect(await shown.getByRole('img', { name: 'red.png' }).count()).toBe(1)
      expect(await shown.getByRole('link', { name: 'Download large.txt' }).count()).toBe(1)
      /* oxlint-enable no-await-in-loop */
    }
  })

  test('go on after a reload where they were', async () => {
    const { hers, his } = await aPair()
    const parts: string[] = []
    hers.on('requestfinished', (request) => {
      if (request.method() === 'PUT') parts.push(request.url().replace(/.*\//, ''))
    })
    const slow = await slowed(hers)
    await slow(3_000_000)
    await chooser(hers).setInputFiles([named('large.txt', large)])
    await write(hers, 'A large one')
    await expect.poll(() => parts, { timeout: 20_000 }).toEqual(['1'])
    await hers.reload()
    await message(hers, 'A large one').waitFor()
    await slow(-1)
    await message(his, 'A large one').getByRole('link', { name: 'Download large.txt' }).waitFor()
    expect(parts).toEqual(['1', '2'])
    expect(await his.locator('article').count()).toBe(1)
  })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`are easy to see and use on a small screen, in the ${colorScheme} theme`, async () => {
      const look = { colorScheme, reducedMotion: 'reduce' } as const
      const { hers } = await aPair({ viewport: { width: 390, height: 800 }, ...look })
      const slow = await slowed(hers)
      await slow(50_000)
      await chooser(hers).setInputFiles([
        named('empty.txt', new Uint8Array()),
        named(`${'very '.repeat(20)}large.txt`, large),
      ])
      await chosen(hers, 'empty.txt').getByRole('alert').waitFor()
      await chosen(hers, 'large.txt').getByRole('progressbar').waitFor()
      await isFine(hers)
      await send(hers)
      await message(hers, 'large.txt').getByRole('progressbar').waitFor()
      await isFine(hers)
      await message(hers, 'large.txt').getByRole('button', { name: 'Cancel' }).click()
      await slow(-1)
      const { webm: film, mp3: sound } = media
      await chooser(hers).setInputFiles([
        named('red.png', pictures.png),
        named('clip.webm', film),
        named('song.mp3', sound),
        named('terms.pdf', documents.pdf),
      ])
      await write(hers, 'See these')
      await message(hers, 'See these').getByRole('link', { name: 'Download terms.pdf' }).waitFor()
      await isFine(hers)
    })
})

describe('files that are too much', { timeout: 90_000 }, () => {
  const stage = openStage([], { MAX_FILE_SIZE: '1000', MAX_STORAGE: '2500' })
  test('say that one is too large, and the message goes without it', async () => {
    const { hers, his } = await aPairIn(stage)
    await chooser(hers).setInputFiles([text(1001, 'a'), text(900, 'b')])
    const refusal = 'Not attached: a file has at most 1000 bytes'
    await chosen(hers, 'a.txt').getByRole('alert').filter({ hasText: refusal }).waitFor()
    await chosen(hers, 'b.txt').getByRole('progressbar').waitFor({ state: 'hidden' })
    await isFine(hers)
    await write(hers, 'Only one')
    const got = message(his, 'Only one')
    await got.getByRole('link', { name: 'Download b.txt' }).waitFor()
    expect(await got.getByRole('link').count()).toBe(1)
  })

  test('say that there is no room, and what to do; then they go', async () => {
    const { hers, his } = await aPairIn(stage)
    await chooser(hers).setInputFiles([text(900, 'a'), text(900, 'b')])
    await write(hers, 'The first')
    await message(his, 'The first').getByRole('link', { name: 'Download b.txt' }).waitFor()
    await hers.route('**/v1/attachments', async (route) => {
      // Said to be sent before the server could refuse it: its message says so then.
      await message(hers, 'One more').waitFor()
      await route.continue()
    })
    await chooser(hers).setInputFiles([text(901, 'c')])
    await write(hers, 'One more')
    const failed = message(hers, 'One more')
    await failed
      .getByRole('alert')
      .filter({ hasText: /Not sent: c\.txt: there is room for 700 bytes: delete messages/ })
      .waitFor()
    await isFine(hers)
    await write(hers, 'Writing goes on')
    await message(his, 'Writing goes on').waitFor()
    await hers.unroute('**/v1/attachments')
    await choose(hers, 'The first', 'Delete for everyone')
    await hers.getByRole('dialog').getByRole('button', { name: 'Delete for everyone' }).click()
    await message(hers, 'This message was deleted.').waitFor()
    const again = failed.getByRole('button', { name: 'Try again' })
    const tryAgain = async () => {
      // What was deleted is erased a moment later.
      if (await again.isVisible()) await again.click()
      return message(his, 'One more').count()
    }
    await expect.poll(tryAgain, { timeout: 20_000, interval: 500 }).toBe(1)
    await message(his, 'One more').getByRole('link', { name: 'Download c.txt' }).waitFor()
    expect(await message(hers, 'One more').count()).toBe(1)
  })
})
