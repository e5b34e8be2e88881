// What is more than words on the page: offers and requests with their answers, places, voices.
import type { BrowserContextOptions, Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { call, choose, message, startThread, threadLink } from './actions.ts'
import { findings, overflow } from './findings.ts'
import { openStage } from './page-stage.ts'

const massage = { id: 'pkg1', name: 'Massage', price: 80, currency: 'EUR', duration: 60 }
const narrow = { width: 390, height: 800 }

/** Chooses something from the menu beside the field. */
async function compose(page: Page, what: string) {
  await page.getByRole('button', { name: 'Attach something' }).click()
  await page.getByRole('menuitem', { name: what }).click()
}

const dialog = (page: Page) => page.getByRole('dialog')
const answers = (page: Page, text: string) =>
  message(page, text).locator('.card-frame').getByRole('button')
const answer = (page: Page, text: string, name: string) =>
  answers(page, text).filter({ hasText: name }).click()
const standsAs = (page: Page, text: string, state: string) =>
  message(page, text).getByText(state).waitFor()

const isFine = async (page: Page) =>
  expect([await findings(page), await overflow(page)]).toEqual([[], 0])

async function offer(page: Page, note: string) {
  await compose(page, 'Offer a service')
  await dialog(page).getByLabel('A word with it').fill(note)
  await dialog(page).getByRole('button', { name: 'Send' }).click()
}

type Stage = ReturnType<typeof openStage>

/** Two people in a thread; the first has a service to offer. */
async function aPairIn({ url, somebody, signIn }: Stage, options: BrowserContextOptions = {}) {
  const [ana, bo] = [somebody('ana'), somebody('bo')]
  const [hers, his] = [await signIn(ana, options), await signIn(bo, options)]
  await call(url(), ana, 'PATCH', '/me', { servicePackages: [massage] })
  await startThread(hers, bo)
  await threadLink(his, ana).click()
  await his.getByLabel('Message', { exact: true }).waitFor()
  return { ana, bo, hers, his }
}

describe('cards on the page', { timeout: 90_000 }, () => {
  const stage = openStage()
  const { url, somebody, signIn } = stage
  const aPair = (options?: BrowserContextOptions) => aPairIn(stage, options)

  test('an offer is sent, accepted by the other one, and seen as accepted', async () => {
    const { bo, hers, his } = await aPair()
    await compose(hers, 'Offer a service')
    expect(await dialog(hers).getByLabel('Service').locator('option').allTextContents()).toEqual([
      'Massage · €80.00 · 60 min',
    ])
    await hers.keyboard.press('Escape')
    await offer(hers, 'For you')
    await standsAs(hers, 'For you', 'Open until')
    expect(await answers(hers, 'For you').allTextContents()).toEqual(['Withdraw'])
    await standsAs(his, 'For you', 'Open until')
    await message(his, 'For you').getByText('€80.00 · 60 min').waitFor()
    expect(await answers(his, 'For you').allTextContents()).toEqual(['Accept', 'Decline'])
    await answer(his, 'For you', 'Accept')
    await standsAs(his, 'For you', 'Accepted by you')
    await standsAs(hers, 'For you', `Accepted by ${bo}`)
    expect(await answers(hers, 'For you').count()).toBe(0)
    expect(await answers(his, 'For you').count()).toBe(0)
  })

  test('an offer may be declined, or taken back while it is open; a copy of one has no answers', async () => {
    const { ana, bo, hers, his } = await aPair()
    await offer(hers, 'The first')
    await standsAs(his, 'The first', 'Open until')
    await answer(his, 'The first', 'Decline')
    await standsAs(hers, 'The first', `Declined by ${bo}`)
    await offer(hers, 'The second')
    await standsAs(his, 'The second', 'Open until')
    await answer(hers, 'The second', 'Withdraw')
    await standsAs(his, 'The second', `Withdrawn by ${ana}`)
    await offer(hers, 'The third')
    await standsAs(his, 'The third', 'Open until')
    await choose(his, 'The third', 'Forward')
    await dialog(his).getByLabel(ana).check()
    await dialog(his).getByRole('button', { name: 'Forward' }).click()
    const copy = message(his, 'Forwarded from').filter({ hasText: 'The third' })
    await copy.getByText('€80.00').waitFor()
    expect(await copy.getByText('Open until').count()).toBe(0)
  })

  test('an answer that is refused says why, beside its button', async () => {
    const { ana, bo, hers, his } = await aPair()
    await offer(hers, 'For you')
    await standsAs(his, 'For you', 'Open until')
    await call(url(), ana, 'PUT', `/blocks/${bo}`)
    await answer(his, 'For you', 'Accept')
    const alert = message(his, 'For you').getByRole('alert')
    await alert.filter({ hasText: 'That did not work: ' }).waitFor()
    await call(url(), ana, 'DELETE', `/blocks/${bo}`)
    await answer(his, 'For you', 'Accept')
    await standsAs(hers, 'For you', `Accepted by ${bo}`)
    expect(await alert.count()).toBe(0)
  })

  test('a booking is asked for from whose service it is, and nobody else can answer', async () => {
    const [ana, bo, cy] = [somebody('ana'), somebody('bo'), somebody('cy')]
    const participants = [ana, cy]
    await call(url(), ana, 'PATCH', '/me', { servicePackages: [massage] })
    await call(url(), bo, 'POST', '/threads', { participants, title: 'Spa' })
    const [hers, his, theirs] = [await signIn(ana), await signIn(bo), await signIn(cy)]
    for (const page of [hers, his, theirs])
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await threadLink(page, 'Spa').click()
    await his.getByRole('button', { name: 'Attach something' }).click()
    await his.getByRole('menuitem', { name: 'Ask for a booking' }).waitFor()
    // He has nothing to offer.
    expect(await his.getByRole('menuitem', { name: 'Offer a service' }).count()).toBe(0)
    await his.getByRole('menuitem', { name: 'Ask for a booking' }).click()
    await dialog(his).getByLabel('Day').fill('2031-02-15')
    await dialog(his).getByLabel('Time').fill('14:30')
    await dialog(his).getByRole('button', { name: 'Send' }).click()
    const text = 'I would like to book: Massage'
    for (const page of [hers, his, theirs])
      // oxlint-disable-next-line no-await-in-loop -- as above
      await message(page, text).getByText('February 15, 2031, 14:30').waitFor()
    expect(await answers(theirs, text).count()).toBe(0)
    expect(await answers(his, text).allTextContents()).toEqual(['Withdraw'])
    await answer(hers, text, 'Accept')
    for (const page of [his, theirs])
      // oxlint-disable-next-line no-await-in-loop -- as above
      await standsAs(page, text, `Accepted by ${ana}`)
  })

  test('a location is found, shown to its sender, and sent as a card with a link to a map', async () => {
    const geolocation = { latitude: 48.137154, longitude: 11.576124, accuracy: 12 }
    const { hers, his } = await aPair({ geolocation, permissions: ['geolocation'] })
    const asked: string[] = []
    for (const page of [hers, his])
      page.on('request', (request) => asked.push(new URL(request.url()).host))
    await compose(hers, 'Send my location')
    await dialog(hers).getByText('48.137154, 11.576124 (within 12 metres)').waitFor()
    await dialog(hers).getByRole('button', { name: 'Send' }).click()
    const link = message(his, 'My location').getByRole('link', { name: 'Open the map' })
    await link.waitFor()
    await message(his, '48.137154, 11.576124').waitFor()
    expect(await link.getAttribute('href')).toBe(
      'https://www.openstreetmap.org/?mlat=48.137154&mlon=11.576124#map=16/48.137154/11.576124',
    )
    expect(await link.getAttribute('rel')).toContain('noopener')
    // Nothing of the map is loaded.
    expect([...new Set(asked)]).toEqual([new URL(url()).host])
  })

  test('a location that is refused says what to do, and is found when it is allowed', async () => {
    const { hers } = await aPair({ geolocation: { latitude: 1.5, longitude: 2.5 } })
    await compose(hers, 'Send my location')
    const alert = dialog(hers).getByRole('alert')
    await alert.filter({ hasText: 'Allow it in the settings of this site' }).waitFor()
    await hers.context().grantPermissions(['geolocation'])
    await dialog(hers).getByRole('button', { name: 'Try again' }).click()
    await dialog(hers).getByText('1.5, 2.5').waitFor()
    await dialog(hers).getByRole('button', { name: 'Cancel' }).click()
    await dialog(hers).waitFor({ state: 'hidden' })
    expect(await message(hers, 'My location').count()).toBe(0)
  })

  test('a part of the page that cannot be fetched says so, and is fetched when there is a connection', async () => {
    const { hers } = await aPair({
      ...{ geolocation: { latitude: 1.5, longitude: 2.5 }, permissions: ['geolocation'] },
    })
    await hers.context().setOffline(true)
    await compose(hers, 'Send my location')
    await hers.getByText('That did not work: There is no connection').waitFor()
    await hers.context().setOffline(false)
    await compose(hers, 'Send my location')
    await dialog(hers).getByText('1.5, 2.5').waitFor()
    await hers.keyboard.press('Escape')
    // Of another release than the page, or lost on the way.
    await hers.route('**/assets/voice-recorder*', (route) => route.abort())
    await hers.getByRole('button', { name: 'Record a voice message' }).click()
    await hers.getByText('a part of the page is missing').waitFor()
    await hers.getByLabel('Message', { exact: true }).fill('In writing, then')
    await hers.keyboard.press('Enter')
    await message(hers, 'In writing, then').waitFor()
  })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`nothing of it is hard to read or cut off on a small screen, in the ${colorScheme} theme`, async () => {
      const { hers, his } = await aPair({
        ...{ viewport: narrow, colorScheme, reducedMotion: 'reduce' },
        ...{ geolocation: { latitude: 1.5, longitude: 2.5 }, permissions: ['geolocation'] },
      })
      await hers.getByRole('button', { name: 'Attach something' }).click()
      await hers.getByRole('menuitem', { name: 'Offer a service' }).waitFor()
      await isFine(hers)
      await hers.keyboard.press('Escape')
      await compose(hers, 'Send my location')
      await dialog(hers).getByText('1.5, 2.5').waitFor()
      await isFine(hers)
      await dialog(hers).getByRole('button', { name: 'Send' }).click()
      await compose(hers, 'Offer a service')
      await dialog(hers).getByLabel('Service').waitFor()
      await isFine(hers)
      await dialog(hers).getByRole('button', { name: 'Send' }).click()
      await answers(his, 'I offer: Massage').first().waitFor()
      await isFine(his)
      await answer(his, 'I offer: Massage', 'Accept')
      await standsAs(his, 'I offer: Massage', 'Accepted by you')
      await isFine(his)
      await compose(his, 'Ask for a booking')
      await dialog(his).getByLabel('Day').waitFor()
      await isFine(his)
    })
})

/** A microphone that beeps, and a browser that lets everybody have it, or nobody. */
const beeping = '--use-fake-device-for-media-stream'
const allowed = '--use-fake-ui-for-media-stream'

const record = (page: Page) => page.getByRole('button', { name: 'Record a voice message' })
const recorder = (page: Page) => page.getByRole('group', { name: 'Voice message' }).last()
const voice = (page: Page) => page.locator('article').getByRole('group', { name: 'Voice message' })

/** Begins to record, and resolves when something was heard. */
async function beginToSpeak(page: Page) {
  await record(page).click()
  const loudness = recorder(page).getByRole('meter', { name: 'Loudness' })
  await expect
    .poll(async () => Number(await loudness.getAttribute('aria-valuenow')), { timeout: 20_000 })
    .toBeGreaterThan(0)
  await recorder(page).getByRole('timer').waitFor()
}

/** How high the bars of its shape are that can be seen. */
const bars = (page: Page) =>
  voice(page)
    .locator('.wave i')
    .evaluateAll((all) =>
      all
        .map((bar) => bar.getBoundingClientRect())
        .filter(({ width }) => width >= 1)
        .map(({ height }) => height),
    )

describe('voice messages on the page', { timeout: 90_000 }, () => {
  const stage = openStage([beeping, allowed])
  const { url, somebody, signIn } = stage

  test('are recorded, sent, and heard by the other one', async () => {
    const { hers, his } = await aPairIn(stage)
    /** Sounds that were fetched whole, to be looked through. */
    const fetched: string[] = []
    for (const page of [hers, his])
      page.on('request', (request) => {
        const { pathname } = new URL(request.url())
        if (request.resourceType() === 'fetch' && pathname.startsWith('/v1/attachments/'))
          fetched.push(pathname)
      })
    await beginToSpeak(hers)
    await recorder(hers).getByRole('button', { name: 'Send' }).click()
    for (const page of [hers, his]) {
      /* oxlint-disable no-await-in-loop -- one after the other */
      await voice(page).waitFor()
      // Its shape is that of a sound, not the flat line of one that is not known.
      await expect.poll(async () => Math.max(...(await bars(page)))).toBeGreaterThan(20)
      /* oxlint-enable no-await-in-loop */
    }
    // It came with its shape.
    expect(fetched).toEqual([])
    await his.getByRole('navigation', { name: 'Threads' }).getByText('Voice message').waitFor()
    const heard = await voice(his)
      .locator('audio')
      .evaluateHandle((audio: HTMLAudioElement) => ({
        ended: new Promise<number>((resolve) => {
          audio.addEventListener('ended', () => resolve(audio.currentTime))
        }),
      }))
    await voice(his).getByRole('button', { name: 'Play' }).click()
    expect(await heard.evaluate(({ ended }) => ended)).toBeGreaterThan(0)
    await voice(his).getByRole('button', { name: 'Play' }).waitFor()
    // The field is there again, and has the focus.
    await hers.keyboard.type('And a word')
    await hers.keyboard.press('Enter')
    await message(his, 'And a word').waitFor()
  })

  test('are thrown away when one wants it, with the keyboard too', async () => {
    const { hers } = await aPairIn(stage)
    await beginToSpeak(hers)
    await recorder(hers).getByRole('button', { name: 'Cancel' }).click()
    await record(hers).waitFor()
    await beginToSpeak(hers)
    await hers.keyboard.press('Escape')
    await record(hers).waitFor()
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    await hers.route('**/v1/attachments', async (route) => {
      await held
      await route.abort()
    })
    await beginToSpeak(hers)
    await recorder(hers).getByRole('button', { name: 'Send' }).click()
    await message(hers, 'Voice message').getByRole('button', { name: 'Cancel' }).click()
    await record(hers).waitFor()
    await hers.getByLabel('Message', { exact: true }).fill('Nothing was said')
    await hers.keyboard.press('Enter')
    await message(hers, 'Nothing was said').waitFor()
    expect(await hers.locator('article').count()).toBe(1)
    release()
  })

  test('are sent though their thread is left before they are there', async () => {
    const { ana, bo, hers, his } = await aPairIn(stage)
    await startThread(hers, somebody('cy'))
    await threadLink(hers, bo).click()
    await beginToSpeak(hers)
    const held = Promise.withResolvers<void>()
    await hers.route('**/v1/attachments', async (route) => {
      await held.promise
      await route.continue()
    })
    await recorder(hers).getByRole('button', { name: 'Send' }).click()
    await hers.getByRole('progressbar', { name: 'voice.webm is being uploaded' }).waitFor()
    await threadLink(hers, 'cy').click()
    await hers.getByText('This is the beginning.').waitFor()
    held.resolve()
    await voice(his).waitFor()
    expect(await threadLink(his, ana).count()).toBe(1)
  })

  for (const colorScheme of ['light', 'dark'] as const)
    test(`are easy to see and use on a small screen, in the ${colorScheme} theme`, async () => {
      const [ana, bo] = [somebody('ana'), somebody('bo')]
      const { id } = await call(url(), ana, 'POST', '/threads', { participants: [bo] })
      const look = { viewport: narrow, colorScheme, reducedMotion: 'reduce' } as const
      const page = await signIn(ana, look)
      await page.goto(`${url()}/threads/${id}`)
      await record(page).waitFor()
      await isFine(page)
      await beginToSpeak(page)
      await isFine(page)
      await recorder(page).getByRole('button', { name: 'Send' }).click()
      await voice(page).waitFor()
      await isFine(page)
    })
})

describe('a microphone that is refused', { timeout: 90_000 }, () => {
  const stage = openStage([beeping, `${allowed}=deny`])

  test('says what to do, and writing goes on', async () => {
    const { hers, his } = await aPairIn(stage, { viewport: narrow })
    await record(hers).click()
    const alert = recorder(hers).getByRole('alert')
    await alert.filter({ hasText: 'Allow the microphone in the settings of this site' }).waitFor()
    await isFine(hers)
    await recorder(hers).getByRole('button', { name: 'Try again' }).click()
    await alert.waitFor()
    await recorder(hers).getByRole('button', { name: 'Cancel' }).click()
    await hers.getByLabel('Message', { exact: true }).fill('In writing, then')
    await hers.keyboard.press('Enter')
    await message(his, 'In writing, then').waitFor()
  })
})
