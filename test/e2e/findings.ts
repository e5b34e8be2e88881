// What is wrong with a page for some of its readers: what axe finds, and what a narrow screen cuts off.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds serious on the page as it stands. */
export async function findings(page: Page): Promise<string[]> {
  // A page's CSP keeps scripts of others out; this is no script of the page.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    type Axe = { run(): Promise<{ violations: Violation[] }> }
    type Violation = { id: string; impact: string; nodes: { html: string }[] }
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

/** How many pixels wider than the screen it is. */
export const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
