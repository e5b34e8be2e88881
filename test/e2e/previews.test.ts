// Previews through the server as it is started: a real page, on an address that is allowed.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Client, request, tokenOf } from './native.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

const asked: string[] = []
const headers: Record<string, unknown>[] = []
const pages = createServer((ask, answer) => {
  asked.push(ask.url ?? '')
  headers.push(ask.headers)
  if (ask.url === '/robots.txt') answer.end('User-agent: *\nDisallow: /private')
  else if (ask.url === '/moved') answer.writeHead(302, { Location: '/page' }).end()
  else if (ask.url === '/inside') answer.writeHead(302, { Location: other }).end()
  else if (ask.url === '/endless') {
    answer.writeHead(200, { 'Content-Type': 'text/html' })
    const more = () => answer.write(`<title>long</title>${'x'.repeat(64_000)}`, more)
    answer.on('error', () => undefined) // it is cut off: that is the point
    more()
  } else {
    answer.setHeader('Content-Type', 'text/html; charset=utf-8')
    answer.end('<title>Page</title><meta property="og:image" content="/i.png">')
  }
})
const closed = createServer((_, answer) => {
  asked.push('the other port')
  answer.end()
})
let server: TestServer
let base: string
let other: string
let token: string

const listen = async (http: typeof pages) => {
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return `127.0.0.1:${(http.address() as AddressInfo).port}`
}

beforeAll(async () => {
  const pair = await listen(pages)
  base = `http://${pair}`
  other = `http://${await listen(closed)}`
  server = await startServer({ set: { PREVIEW_ALLOW_HOSTS: pair } })
  token = await tokenOf('ann')
})

afterAll(async () => {
  await server.stop()
  for (const http of [pages, closed]) {
    http.closeAllConnections()
    http.close()
  }
})

const preview = (url: string) => request(server.url, token, 'POST', '/previews', { url })
const said = (url: string) => ({
  ...{ url, title: 'Page', description: null, siteName: null, favicon: null },
  image: `${base}/i.png`,
})

describe('a page on an allowed address', () => {
  test('is asked for once, and says no more than it must of whom it is for', async () => {
    const url = `${base}/moved`
    expect(await preview(url)).toEqual({ status: 200, body: said(url) })
    expect(await preview(url)).toEqual({ status: 200, body: said(url) })
    expect(asked).toEqual(['/robots.txt', '/moved', '/page'])
    for (const each of headers) {
      expect(each['user-agent']).toContain('Skein')
      expect([each['authorization'], each['cookie']]).toEqual([undefined, undefined])
    }
  })

  test('is left alone where its robots.txt says so', async () => {
    const { status, body } = await preview(`${base}/private/1`)
    expect([status, typeof body['error']]).toEqual([200, 'string'])
    expect(asked).not.toContain('/private/1')
  })

  test('that never ends is cut off', async () => {
    const { body } = await preview(`${base}/endless`)
    expect(body).toMatchObject({ title: 'long' })
  })
})

test('no other private address is asked for, not even by a redirect', async () => {
  const { port } = new URL(other)
  const urls = [other, `http://localhost:${port}/`, `http://2130706433:${port}/`, `${base}/inside`]
  for (const url of urls) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const { status, body } = await preview(url)
    expect([url, status, body['error']]).toEqual([
      url,
      422,
      expect.objectContaining({ code: 'forbidden_address' }),
    ])
  }
  expect(asked).not.toContain('the other port')
})

test('a message with a link gets its preview by an event', async () => {
  const thread = await request(server.url, token, 'POST', '/threads', { participants: ['ben'] })
  const threadId = thread.body['id'] as string
  const ben = await Client.open(server.url, await tokenOf('ben'))
  const url = `${base}/message`
  const sent = await request(server.url, token, 'POST', `/threads/${threadId}/messages`, {
    content: `look at ${url}!`,
  })
  expect([sent.status, sent.body['preview']]).toEqual([201, null])
  const { data } = await ben.next((item) => item['event'] === 'message.updated')
  expect(data).toMatchObject({ id: sent.body['id'], preview: said(url), editedAt: null })
  await ben.close()
})
