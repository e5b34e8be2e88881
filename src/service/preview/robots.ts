// robots.txt: asked for like a page, kept with its host, obeyed.
import robotsParser from 'robots-parser'
import { limits } from '../../contract/limits.ts'
import { AGENT, Unavailable, drop, follow, readStart } from './net.ts'
import type { Net } from './net.ts'

/** The robots.txt files that are known, by origin. */
export type RobotsBook = {
  find: (origin: string) => Promise<string | null>
  keep: (origin: string, text: string) => Promise<void>
}

/** Throws `Unavailable` for a page that its host does not want to be visited. */
export async function obeyRobots(net: Net, book: RobotsBook, address: URL): Promise<void> {
  const known = await book.find(address.origin)
  const text = known ?? (await askRobots(net, address))
  if (known === null) await book.keep(address.origin, text)
  if (!allows(text, address)) throw new Unavailable('its robots.txt does not allow a preview')
}

/** RFC 9309, 2.3.1: a host without the file allows everything, one that fails nothing. */
async function askRobots(net: Net, address: URL): Promise<string> {
  const { response } = await follow(net, new URL('/robots.txt', address), async () => {})
  if (response.status >= 400 && response.status < 500) {
    drop(response)
    return ''
  }
  if (!response.ok) {
    drop(response)
    throw new Unavailable('its robots.txt cannot be had')
  }
  return new TextDecoder().decode(await readStart(net, response))
}

/**
 * Matching a pattern costs its length times that of the address. A file made to cost seconds allows
 * nothing: previews are looked up where a thread's messages are.
 */
function allows(text: string, address: URL): boolean {
  const wild = text.split(/[\r\n]+/).filter((line) => line.includes('*'))
  const length = wild.reduce((sum, line) => sum + line.length, 0)
  if (length * address.href.length > limits.robotsSteps) return false
  const robots = robotsParser(new URL('/robots.txt', address).href, text)
  return robots.isAllowed(address.href, AGENT) !== false
}
