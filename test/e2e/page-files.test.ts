// Files on the page: chosen, pasted, dropped, on their way, refused, and shown to the other one.
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { documents, media, pictures } from '../integration/files.ts'
import { message, startThread, threadLink, write } from './actions.ts'
import { openStage } from './page-stage.ts'

const named = (name: string, bytes: Uint8Array, mimeType = '') => ({
  ...{ name, mimeType, buffer: Buffer.from(bytes) },
})

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

describe('files on the page', { timeout: 90_000 }, () => {
  const { somebody, signIn, kill, restart } = openStage()

  async function aPair() {
    const [ana, bo] = [somebody('ana'), somebody('bo')]
    const [hers, his] = [await signIn(ana), await signIn(bo)]
    await startThread(hers, bo)
    await threadLink(his, ana).click()
    await his.getByLabel('Message', { exact: true }).waitFor()
    return { hers, his }
  }

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
    const network = await hers.context().newCDPSession(hers)
    const slow = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
      })
    await slow(2_000_000)
    // Over the limit of one request: it goes in two parts.
    const large = new Uint8Array(12_000_000).fill(46)
    await chooser(hers).setInputFiles([named('large.txt', large), named('second.txt', large)])
    const bar = chosen(hers, 'large.txt').getByRole('progressbar')
    await bar.waitFor()
    await hers.getByRole('button', { name: 'Do not attach second.txt' }).click()
    await chosen(hers, 'second.txt').waitFor({ state: 'hidden' })
    const share = () => bar.evaluate((shown: HTMLProgressElement) => shown.value)
    await expect.poll(share, { timeout: 20_000 }).toBeGreaterThan(0.1)
    // It goes as soon as its file is there.
    await send(hers)
    expect(await hers.getByRole('button', { name: 'Send' }).getAttribute('aria-busy')).toBe('true')
    await slow(-1)
    const link = his.getByRole('link', { name: 'Download large.txt' })
    await link.waitFor()
    const size = await his.evaluate(
      async (at) => (await (await fetch(at)).blob()).size,
      (await link.getAttribute('href')) ?? '',
    )
    expect(size).toBe(large.length)
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

  test('are tried again after the server was gone', async () => {
    const { hers } = await aPair()
    await kill()
    await chooser(hers).setInputFiles([named('red.png', pictures.png)])
    await chosen(hers, 'red.png').getByRole('alert').waitFor()
    await restart()
    await chosen(hers, 'red.png').getByRole('button', { name: 'Try again' }).click()
    for (const role of ['alert', 'progressbar'] as const)
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await chosen(hers, 'red.png').getByRole(role).waitFor({ state: 'hidden' })
    await write(hers, 'Here it is')
    await message(hers, 'Here it is').locator('img').waitFor()
  })
})
