// Link previews over REST: what a page says of itself, and what is remembered of it.
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { limits } from '../../src/contract/limits.ts'
import type { NoPreview, Preview } from '../../src/contract/preview.ts'
import { call, refusal, signIn } from './fixtures.ts'
import { aPage, aWeb, answers } from './web.ts'

const me = await signIn('Reader')
const preview = async (url: unknown) =>
  call<Preview & NoPreview>(me, 'POST', '/previews', { url }, { Cookie: 'skein=1' })

afterEach(() => {
  vi.unstubAllGlobals()
})

let hosts = 0
/** A host for each test: what one test made us remember is nothing to the others. */
const aHost = () => `https://host-${++hosts}.example`

const nothing = { title: null, description: null, image: null, siteName: null, favicon: null }

/** Makes what is remembered older. */
const later = async (ms: number) => {
  for (const table of ['link_previews', 'link_robots'])
    await env.DB.prepare(`UPDATE ${table} SET expires_at = expires_at - ?`).bind(ms).run()
}

/** How many previews are remembered. */
const left = async () =>
  (await env.DB.prepare('SELECT count(*) AS n FROM link_previews').first<{ n: number }>())?.n ?? 0

/** A page whose characters are bytes. */
const latin = (head: string, type: string) => () =>
  new Response(
    Uint8Array.from(head, (letter) => letter.charCodeAt(0)),
    {
      headers: { 'Content-Type': type },
    },
  )

describe('a preview', () => {
  test('is what the page says in Open Graph', async () => {
    const host = aHost()
    const web = aWeb({
      [`${host}/a?b=1`]: aPage(`
        <title>Not this</title>
        <meta property="og:title" content="Ann &amp; Ben&#39;s">
        <meta property="og:description" content="Two  words
 and a &lt;tag&gt;">
        <meta property="og:image" content="/img/1.png?a=1&amp;b=2">
        <meta property="og:site_name" content="Site">
        <link rel="shortcut icon" href="icons/f.ico">`),
    })
    const url = `${host}/a?b=1#part`
    const { status, body } = await preview(url)
    expect([status, body]).toEqual([
      200,
      {
        url,
        title: "Ann & Ben's",
        description: 'Two words and a <tag>',
        image: `${host}/img/1.png?a=1&b=2`,
        siteName: 'Site',
        favicon: `${host}/icons/f.ico`,
      },
    ])
    expect(web.asked).toEqual([`${host}/robots.txt`, `${host}/a?b=1`])
  })

  test.each([
    ['<meta name="twitter:title" content="T"><title>x</title>', { title: 'T' }],
    ['<title>Plain &eacute; title</title><svg><title>no</title></svg>', { title: 'Plain é title' }],
    ['<TITLE>\n  a\n b </TITLE>', { title: 'a b' }],
    ['<META NAME="Description" CONTENT="D">', { description: 'D' }],
    ['<meta name="og:title" content="by name">', { title: 'by name' }],
    ['<meta property="og:title" content=""><title>t</title>', { title: 't' }],
    [
      '<meta name="twitter:image:src" content="//cdn.example/i.png">',
      { image: 'https://cdn.example/i.png' },
    ],
    [
      '<base href="https://base.example/x/"><link rel="icon" href="i.svg">',
      { favicon: 'https://base.example/x/i.svg' },
    ],
    [
      '<link rel="apple-touch-icon" href="/a.png"><link rel="icon" href="/b.png">',
      { favicon: '/b.png' },
    ],
    ['<link rel="apple-touch-icon" href="/a.png">', { favicon: '/a.png' }],
    ['<link rel="stylesheet" href="/a.css">', {}],
    ['<meta property="og:image" content="javascript:alert(1)">', {}],
    ['<meta property="og:image" content="data:image/png;base64,AA">', {}],
    ['<meta property="og:image" content="http://192.168.1.1/reboot">', {}],
    ['<meta property="og:image" content="http://user:pw@a.example/">', {}],
    ['<title>a\u0000b\u202Ec\u0007d</title>', { title: 'a bc d' }],
    [`<title>${'😀'.repeat(400)}</title>`, { title: `${'😀'.repeat(299)}…` }],
    ['<title></title>', {}],
    ['', {}],
  ])('of %j', async (head, said) => {
    const host = aHost()
    aWeb({ [`${host}/`]: aPage(head) })
    const { body } = await preview(host)
    const favicon = 'favicon' in said && said.favicon?.startsWith('/') ? host + said.favicon : null
    expect(body).toEqual({ url: host, ...nothing, ...said, ...(favicon && { favicon }) })
  })
})

describe('the request for a page', () => {
  test('is the same for everybody: it names Skein and holds nothing of the asker', async () => {
    const host = aHost()
    const web = aWeb({ [`${host}/`]: aPage('<title>t</title>') })
    await preview(host)
    expect(web.headers.length).toBe(2)
    for (const headers of web.headers) {
      expect(headers['user-agent']).toContain('Skein')
      expect(Object.keys(headers).toSorted()).toEqual(['accept', 'user-agent'])
    }
  })

  test('needs somebody who is signed in', async () => {
    const web = aWeb({})
    const answer = await call(null, 'POST', '/previews', { url: aHost() })
    expect([refusal(answer), web.asked]).toEqual([[401, 'unauthenticated'], []])
  })
})

describe('a long page', () => {
  test('is read to 512 KB and no further', async () => {
    const host = aHost()
    let sent = 0
    let cancelled = false
    aWeb({
      [`${host}/`]: () => {
        const first = `<title>t</title><!--${'x'.repeat(1000)}`
        const body = new ReadableStream<Uint8Array>({
          pull: (controller) => {
            const part = new TextEncoder().encode(sent === 0 ? first : 'y'.repeat(10_000))
            sent += part.length
            controller.enqueue(part)
          },
          cancel: () => {
            cancelled = true
          },
        })
        return new Response(body, { headers: { 'Content-Type': 'text/html' } })
      },
    })
    expect((await preview(host)).body.title).toBe('t')
    expect(cancelled).toBe(true)
    expect(sent).toBeLessThan(limits.previewBytes + 50_000)
  })

  test('says nothing with what comes after', async () => {
    const host = aHost()
    const filler = `<!--${'x'.repeat(limits.previewBytes)}-->`
    aWeb({ [`${host}/`]: aPage(`${filler}<title>late</title>`) })
    expect((await preview(host)).body).toEqual({ url: host, ...nothing })
  })

  test('in another encoding is read in it', async () => {
    const [host, other] = [aHost(), aHost()]
    aWeb({
      [`${host}/`]: latin('<title>caf\u00e9</title>', 'text/html; charset=ISO-8859-1'),
      [`${other}/`]: latin('<meta charset="windows-1252"><title>\u0080</title>', 'text/html'),
    })
    expect((await preview(host)).body.title).toBe('café')
    expect((await preview(other)).body.title).toBe('€')
  })
})

describe('memory', () => {
  test('keeps a page for 30 days, under its normalised address', async () => {
    const host = aHost()
    const web = aWeb({ [`${host}/a?b`]: aPage('<title>one</title>') })
    const written = [`${host}/a?b`, `${host.toUpperCase()}:443/a?b#x`, `${host}./a?b`]
    for (const url of written) {
      const { body } = await preview(url)
      expect(body).toEqual({ url, ...nothing, title: 'one' })
    }
    expect(web.asked.length).toBe(2)
    await later(limits.previewKeptMs - 60_000)
    await preview(`${host}/a?b`)
    expect(web.asked.length).toBe(2)
    await later(120_000)
    const again = aWeb({ [`${host}/a?b`]: aPage('<title>two</title>') })
    expect((await preview(`${host}/a?b`)).body.title).toBe('two')
    expect(again.asked).toEqual([`${host}/robots.txt`, `${host}/a?b`])
  })

  test('keeps a failure for ten minutes', async () => {
    const host = aHost()
    const web = aWeb({ [`${host}/`]: answers(500) })
    for (const _ of [1, 2]) expect((await preview(host)).body.error).toBe('the page answered 500')
    expect(web.asked.length).toBe(2)
    await later(limits.previewFailureKeptMs + 1)
    aWeb({ [`${host}/`]: aPage('<title>back</title>') })
    expect((await preview(host)).body.title).toBe('back')
  })

  test('lets go of what has expired', async () => {
    const host = aHost()
    aWeb({ [`${host}/`]: aPage('<title>t</title>') })
    await preview(host)
    await later(2 * limits.previewKeptMs)
    const before = await left()
    await preview(aHost())
    expect(await left()).toBe(Math.max(0, before - limits.previewsSwept) + 1)
  })

  test('that does not answer costs a second look, not the preview', async () => {
    const host = aHost()
    aWeb({ [`${host}/`]: aPage('<title>t</title>') })
    vi.spyOn(console, 'error').mockImplementation(() => {})
    await env.DB.exec('ALTER TABLE link_previews RENAME TO away')
    const { body } = await preview(host)
    await env.DB.exec('ALTER TABLE away RENAME TO link_previews')
    expect(body.title).toBe('t')
  })
})
