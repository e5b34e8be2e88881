// What previews ask of the web: private addresses never, robots.txt first, nothing for long.
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { NoPreview, Preview } from '../../src/contract/preview.ts'
import type { Env } from '../../src/env.ts'
import { lookAt, previewOf } from '../../src/service/preview/preview.ts'
import { call, refusal, signIn } from './fixtures.ts'
import { aPage, aWeb, answers, redirectTo } from './web.ts'

const me = await signIn('Reader')
const preview = async (url: unknown) =>
  call<Preview & NoPreview>(me, 'POST', '/previews', { url }, { Cookie: 'skein=1' })

afterEach(() => {
  vi.unstubAllGlobals()
})

let hosts = 0
/** A host for each test: what one test made us remember is nothing to the others. */
const aHost = () => `https://asked-${++hosts}.example`

describe('nothing is asked for', () => {
  test.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://10.1.2.3/',
    'http://192.168.0.1:8080/',
    'http://169.254.169.254/latest/meta-data/',
    'http://metadata.google.internal/',
    'http://localhost:8787/',
    'http://localhost./',
    'http://x.localhost/',
    'http://printer.local/',
    'http://user:pw@example.com/',
    'file:///etc/passwd',
    'ftp://example.com/',
  ])('%j', async (url) => {
    const web = aWeb({})
    expect(refusal(await preview(url))).toEqual([422, 'forbidden_address'])
    expect(web.asked).toEqual([])
  })

  test.each([undefined, '', 7, 'no address', '/path', `https://a.example/${'x'.repeat(2048)}`])(
    'what is no address: %j',
    async (url) => {
      const web = aWeb({})
      expect(refusal(await preview(url))).toEqual([400, 'invalid'])
      expect(web.asked).toEqual([])
    },
  )
})

test('a network without private addresses is asked, where the host gives one', async () => {
  const [host, allowed] = [aHost(), 'http://127.0.0.1:1234']
  const web = aWeb({ [`${allowed}/`]: aPage('<title>mine</title>') })
  const asked: string[] = []
  const network = {
    fetch: async (url: string) => {
      asked.push(url)
      return aPage('<title>public</title>')({ url } as Request)
    },
  }
  const given = { ...env, PUBLIC_NETWORK: network, PREVIEW_ALLOW_HOSTS: '127.0.0.1:1234' }
  // Of a Fetcher, previews use `fetch` alone.
  const hosted = given as unknown as Env
  expect(await previewOf(hosted, host)).toMatchObject({ title: 'public' })
  expect([asked, web.asked]).toEqual([[`${host}/robots.txt`, `${host}/`], []])
  expect(await previewOf(hosted, allowed)).toMatchObject({ title: 'mine' })
  expect(web.asked).toEqual([`${allowed}/robots.txt`, `${allowed}/`])
})

describe('a redirect', () => {
  test('is followed, and what the page says is read where it is', async () => {
    const [host, other] = [aHost(), aHost()]
    const web = aWeb({
      [`${host}/a`]: redirectTo('/b', 301),
      [`${host}/b`]: redirectTo(`${other}/dir/c`, 307),
      [`${other}/dir/c`]: aPage('<title>There</title><link rel="icon" href="i.png">'),
    })
    const { body } = await preview(`${host}/a`)
    expect(body).toMatchObject({ url: `${host}/a`, title: 'There', favicon: `${other}/dir/i.png` })
    expect(web.asked).toEqual([
      ...[`${host}/robots.txt`, `${host}/a`, `${host}/b`],
      ...[`${other}/robots.txt`, `${other}/dir/c`],
    ])
  })

  test('is followed five times', async () => {
    const host = aHost()
    const steps = (from: number) =>
      Array.from({ length: 5 }, (_, n) => [`${host}/${from + n}`, redirectTo(`/${from + n + 1}`)])
    const web = aWeb({
      ...Object.fromEntries(steps(0)),
      [`${host}/5`]: aPage('<title>End</title>'),
      ...Object.fromEntries(steps(10)),
      [`${host}/15`]: redirectTo('/16'),
      [`${host}/16`]: aPage('<title>Too far</title>'),
    })
    expect((await preview(`${host}/0`)).body.title).toBe('End')
    const { status, body } = await preview(`${host}/10`)
    expect([status, body]).toEqual([
      200,
      { url: `${host}/10`, error: 'the page redirects more than 5 times' },
    ])
    expect(web.asked).not.toContain(`${host}/16`)
  })

  test('in a circle ends', async () => {
    const host = aHost()
    const web = aWeb({ [`${host}/a`]: redirectTo('/b'), [`${host}/b`]: redirectTo('/a') })
    expect((await preview(`${host}/a`)).body.error).toContain('redirects')
    expect(web.asked.length).toBe(7)
  })

  test.each([
    'http://127.0.0.1/',
    'http://2130706433:80/',
    '//localhost/',
    'http://[::ffff:169.254.169.254]/',
    'http://metadata.google.internal/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://u:p@example.com/',
  ])('to %j is not followed', async (location) => {
    const host = aHost()
    const web = aWeb({ [`${host}/`]: redirectTo(location) })
    expect(refusal(await preview(host))).toEqual([422, 'forbidden_address'])
    expect(refusal(await preview(host))).toEqual([422, 'forbidden_address'])
    expect(web.asked).toEqual([`${host}/robots.txt`, `${host}/`])
  })

  test('to what is no address is the end', async () => {
    const host = aHost()
    aWeb({ [`${host}/`]: redirectTo('http://256.256.256.256/') })
    expect((await preview(host)).body.error).toContain('redirects')
  })
})

describe('robots.txt', () => {
  test.each([
    ['User-agent: *\nDisallow: /', false],
    ['User-agent: Skein\nDisallow: /', false],
    ['User-agent: skein\nDisallow: /page', false],
    ['User-agent: *\nDisallow: /*?x=', false],
    ['User-agent: Other\nDisallow: /', true],
    ['User-agent: *\nDisallow: /\n\nUser-agent: Skein\nAllow: /', true],
    ['User-agent: *\nDisallow: /\nAllow: /page', true],
    ['User-agent: *\nDisallow:', true],
    ['<html>no robots here</html>', true],
    ['', true],
  ])('%j', async (text, allowed) => {
    const host = aHost()
    const page = `${host}/page?x=1`
    const web = aWeb({
      [`${host}/robots.txt`]: answers(200, text),
      [page]: aPage('<title>t</title>'),
    })
    const { status, body } = await preview(page)
    expect(status).toBe(200)
    if (allowed) expect(body.title).toBe('t')
    else expect(body).toEqual({ url: page, error: 'its robots.txt does not allow a preview' })
    expect(web.asked.includes(page)).toBe(allowed)
  })

  test.each([
    [answers(404), true],
    [answers(403), true],
    [answers(500), false],
    [redirectTo('http://127.0.0.1/robots.txt'), false],
    [
      () => {
        throw new TypeError('no network')
      },
      false,
    ],
  ])('that cannot be had (%#)', async (answer, allowed) => {
    const host = aHost()
    const web = aWeb({ [`${host}/robots.txt`]: answer, [`${host}/`]: aPage('<title>t</title>') })
    await preview(host)
    expect(web.asked.includes(`${host}/`)).toBe(allowed)
    expect(web.asked).not.toContain('http://127.0.0.1/robots.txt')
  })

  test('is asked for once for all pages of its host, also where redirects lead', async () => {
    const [host, other] = [aHost(), aHost()]
    const web = aWeb({
      [`${other}/robots.txt`]: answers(200, 'User-agent: *\nDisallow: /secret'),
      [`${host}/1`]: redirectTo(`${other}/secret`),
      [`${host}/2`]: redirectTo(`${other}/open`),
      [`${other}/open`]: aPage('<title>open</title>'),
      [`${other}/secret`]: aPage('<title>secret</title>'),
    })
    expect((await preview(`${host}/1`)).body.error).toContain('robots.txt')
    expect((await preview(`${host}/2`)).body.title).toBe('open')
    expect(web.asked).toEqual([
      ...[`${host}/robots.txt`, `${host}/1`, `${other}/robots.txt`],
      ...[`${host}/2`, `${other}/open`],
    ])
  })

  test('made to cost seconds allows nothing', async () => {
    const host = aHost()
    const page = `${host}/${'a'.repeat(1500)}`
    aWeb({
      [`${host}/robots.txt`]: answers(200, `User-agent: *\nDisallow: /${'*a'.repeat(100_000)}b`),
      [page]: aPage('<title>t</title>'),
    })
    expect((await preview(page)).body.error).toContain('robots.txt')
  })
})

describe('a page that cannot be had', () => {
  test.each([
    ['it is no HTML page', aPage('<title>t</title>', 'application/pdf')],
    ['it is no HTML page', aPage('<title>t</title>', 'text/html-but-not')],
    ['it is no HTML page', aPage('<title>t</title>', 'image/svg+xml')],
    ['the page answered 404', answers(404)],
    ['the page answered 500', answers(500)],
    [
      'the page cannot be reached',
      () => {
        throw new TypeError('connection refused at 10.0.0.1')
      },
    ],
    [
      'the page broke off',
      () =>
        new Response(
          new ReadableStream({ pull: (controller) => controller.error(new Error('cut')) }),
          { headers: { 'Content-Type': 'text/html' } },
        ),
    ],
  ])('says why: %s', async (error, page) => {
    const host = aHost()
    aWeb({ [`${host}/`]: page })
    const { status, body } = await preview(host)
    expect([status, body]).toEqual([200, { url: host, error }])
  })

  test('is over when its time is, however long its body goes on', async () => {
    const limit = new AbortController()
    const host = aHost()
    const book = { find: async () => '', keep: async () => {} }
    let cancelled = false
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new TextEncoder().encode('<title>never done</title>'))
        limit.abort()
        return new Promise(() => {})
      },
      cancel: () => {
        cancelled = true
      },
    })
    const ask = async () => new Response(endless, { headers: { 'Content-Type': 'text/html' } })
    const net = { ask, allowed: new Set<string>(), signal: limit.signal }
    const found = await lookAt(new URL(host), net, book)
    expect(found).toEqual({ error: 'the page takes too long to answer' })
    expect(cancelled).toBe(true)
  })

  test('is over when its time is, also where nothing ever answers', async () => {
    const limit = new AbortController()
    const book = { find: async () => '', keep: async () => {} }
    const ask = () => {
      limit.abort()
      return new Promise<Response>(() => {})
    }
    const net = { ask, allowed: new Set<string>(), signal: limit.signal }
    const found = await lookAt(new URL(aHost()), net, book)
    expect(found).toEqual({ error: 'the page takes too long to answer' })
  })
})
