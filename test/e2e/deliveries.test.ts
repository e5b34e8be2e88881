// From a send to a webhook and a mail at servers on this machine, as `npm start` brings them there;
// dead letters on the desk, and a server that is killed on the way.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signInAs } from './actions.ts'
import { launchChromium } from './chromium.ts'
import { request, tokenOf } from './native.ts'
import { startServer } from './server.ts'
import type { TestServer } from './server.ts'

type Taken = { path: string; headers: IncomingHttpHeaders; body: string }

const fine = (_path: string) => 200

/** Somebody outside: keeps what it is sent, and answers as it was told to. */
function recorder() {
  const taken: Taken[] = []
  const waiting: (() => void)[] = []
  let answer = fine
  const server: Server = createServer((asked, response) => {
    const chunks: Buffer[] = []
    asked.on('data', (chunk: Buffer) => chunks.push(chunk))
    asked.on('end', () => {
      const { url: path = '', headers } = asked
      taken.push({ path, headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(answer(path)).end('{}')
      for (const look of waiting.splice(0)) look()
    })
  })
  const at = async (path: string, count: number): Promise<Taken[]> => {
    const found = taken.filter((one) => one.path === path)
    if (found.length >= count) return found
    await new Promise<void>((resolve) => waiting.push(resolve))
    return at(path, count)
  }
  return {
    server,
    at,
    answering(next: typeof answer) {
      answer = next
    },
  }
}

describe('what is sent out', { timeout: 90_000 }, () => {
  const outside = recorder()
  let host: string
  let server: TestServer
  let browser: Browser

  beforeAll(async () => {
    outside.server.listen(0, '127.0.0.1')
    await once(outside.server, 'listening')
    host = `127.0.0.1:${(outside.server.address() as AddressInfo).port}`
    server = await startServer({
      set: {
        ...{ WEBHOOKS: 'true', OUTSIDE_ALLOW_HOSTS: host, RETRY_PAUSES: '0,0,0' },
        ...{ EMAIL_ENABLED: 'true', EMAIL_DIGEST_MINUTES: '0', POSTMARK_API_KEY: 'key' },
        POSTMARK_URL: `http://${host}/postmark`,
      },
    })
    browser = await launchChromium()
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    outside.server.close()
  })

  const ask = async (token: string, method: string, path: string, body?: object) =>
    (await request(server.url, token, method, path, body)).body

  async function aWebhook(path: string) {
    const admin = await tokenOf('root', { role: 'admin' })
    const terms = { url: `http://${host}${path}`, events: ['MessageSent'] }
    return (await ask(admin, 'POST', '/admin/webhooks', terms)) as { id: string; secret: string }
  }

  async function say(content: string) {
    const ann = await tokenOf('ann', { name: 'Ann' })
    const { id } = await ask(ann, 'POST', '/threads', { participants: ['ben'] })
    return ask(ann, 'POST', `/threads/${String(id)}/messages`, { content })
  }

  test('a webhook and a mail come, the webhook with a good signature', async () => {
    const ben = await tokenOf('ben', { name: 'Ben', email: 'ben@mail.example' })
    await ask(ben, 'GET', '/me')
    const { id, secret } = await aWebhook('/hook')
    const message = await say('Hello, outside')
    const [hook] = await outside.at('/hook', 1)
    const { headers = {}, body = '' } = hook ?? {}
    const event = new Webhook(secret).verify(body, headers as Record<string, string>)
    expect(event).toMatchObject({ type: 'MessageSent', data: { messageId: message['id'] } })
    const [mail] = await outside.at('/postmark/email', 1)
    expect(JSON.parse(mail?.body ?? '')).toMatchObject({
      To: 'ben@mail.example',
      Subject: '1 new message from Ann',
      TextBody: expect.stringContaining('Ann: Hello, outside'),
    })
    await ask(await tokenOf('root', { role: 'admin' }), 'DELETE', `/admin/webhooks/${id}`)
  })

  test('what nobody takes is a dead letter on the desk, and is sent again from there', async () => {
    const { id, secret } = await aWebhook('/broken')
    outside.answering((path) => (path === '/broken' ? 500 : 200))
    await say('Nobody takes this')
    await outside.at('/broken', 4)
    const page = await (await browser.newContext()).newPage()
    page.setDefaultTimeout(20_000)
    await page.goto(server.url)
    await signInAs(page, 'desk', 'admin')
    const row = page.getByRole('row').filter({ hasText: id })
    await expect
      .poll(
        async () => {
          await page.goto(`${server.url}/admin/deliveries`)
          await page.locator('table[aria-busy="false"]').waitFor()
          return row.count()
        },
        { timeout: 20_000 },
      )
      .toBe(1)
    await row.getByText('the answer was 500').waitFor()
    outside.answering(fine)
    await row.getByRole('button', { name: 'Send again' }).click()
    await row.waitFor({ state: 'hidden' })
    const all = await outside.at('/broken', 5)
    const { headers = {}, body = '' } = all[4] ?? {}
    expect(() => new Webhook(secret).verify(body, headers as Record<string, string>)).not.toThrow()
    expect(new Set(all.map((one) => one.headers['webhook-id'])).size).toBe(1)
    await ask(await tokenOf('root', { role: 'admin' }), 'DELETE', `/admin/webhooks/${id}`)
  })

  test('what was said before the server was killed is sent after it is back', async () => {
    await aWebhook('/later')
    const message = await say('Said, then killed')
    await server.kill()
    server = await server.restart()
    // The thread's alarm brings it; whoever looks at the thread wakes it too.
    await ask(await tokenOf('ann'), 'GET', `/messages/${String(message['id'])}`)
    const [hook] = await outside.at('/later', 1)
    expect(JSON.parse(hook?.body ?? '')).toMatchObject({ data: { messageId: message['id'] } })
  })
})
