// The link in a mail that ends them: a page asks once more, a mail program does not (RFC 8058).
import type { Handler } from 'hono'
import { html } from 'hono/html'
import { ChatError } from '../contract/errors.ts'
import { UserId } from '../contract/ids.ts'
import { userStub } from '../objects/stubs.ts'
import type { App } from './app.ts'
import { pageHeaders } from './pages.ts'

export const unsubscribe: Handler<App> = async ({ req, env }) => {
  const user = UserId.safeParse(req.query('user'))
  const token = req.query('token') ?? ''
  if (req.method === 'GET')
    return shown(
      html`<form method="post">
        <p>No more mails about messages?</p>
        <button>No more mails</button>
      </form>`,
    )
  const known = user.success && (await userStub(env, user.data).unsubscribe(token))
  if (!known) throw new ChatError('forbidden', 'this link was not made here')
  return shown(html`<p>There will be no more mails. They can be had again in the preferences.</p>`)
}

const shown = async (body: ReturnType<typeof html>) =>
  new Response(String(await html`<!doctype html><title>Mails</title>${body}`), {
    headers: { 'Content-Type': 'text/html; charset=utf-8', ...pageHeaders },
  })
