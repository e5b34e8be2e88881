// What people do with the page, and what they look at.
import type { Page } from 'playwright-core'

/** Signs somebody in on the page that is open, as anybody they like. */
export async function signInAs(page: Page, id: string, role = 'user'): Promise<void> {
  await page.getByLabel('Sign in as').fill(id)
  await page.getByLabel('Role').selectOption(role)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: id }).waitFor()
}

/** Starts a thread with others and resolves when it is on screen. */
export async function startThread(page: Page, ...others: string[]): Promise<void> {
  await page.getByRole('button', { name: 'New thread' }).click()
  await page.getByLabel('With').fill(others.join(', '))
  await page.getByRole('button', { name: 'Start' }).click()
  await page.waitForURL('**/threads/*')
}

export async function write(page: Page, content: string): Promise<void> {
  await page.getByLabel('Message', { exact: true }).fill(content)
  await page.keyboard.press('Enter')
}

/** The messages on screen that hold a text. */
export const message = (page: Page, text: string) =>
  page.locator('article').filter({ hasText: text })

/** Does something with a message, as the menu beside it calls it. */
export async function choose(page: Page, text: string, what: string): Promise<void> {
  const chosen = message(page, text).last()
  await chosen.hover()
  await chosen.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: what, exact: true }).click()
}

/** The thread in the list that is called so. */
export const threadLink = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Threads' }).getByRole('link', { name })

/** The same server as a program uses it: one request of somebody, its answer as JSON. */
export async function call(
  url: string,
  id: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ id: string }> {
  const { token } = (await json(`${url}/v1/dev/token`, 'POST', {}, { sub: id })) as {
    token: string
  }
  const headers = { Authorization: `Bearer ${token}` }
  return (await json(`${url}/v1${path}`, method, headers, body)) as { id: string }
}

async function json(url: string, method: string, headers: object, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
  return response.status === 204 ? null : response.json()
}
