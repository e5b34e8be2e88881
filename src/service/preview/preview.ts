// A link preview: from memory, or from the page itself.
import { ChatError, isChatError } from '../../contract/errors.ts'
import { limits } from '../../contract/limits.ts'
import type { NoPreview, Preview } from '../../contract/preview.ts'
import { hostAndPort, previewAddress } from '../../core/preview-address.ts'
import { settingsOf } from '../../env.ts'
import type { Env } from '../../env.ts'
import { reportFault } from '../../objects/fault.ts'
import { findPreview, findRobots, keepPreview, keepRobots } from '../../store/model/previews.ts'
import type { Found } from '../../store/model/previews.ts'
import { Unavailable, drop, follow, readStart } from './net.ts'
import type { Net } from './net.ts'
import { readPage } from './page.ts'
import { obeyRobots } from './robots.ts'
import type { RobotsBook } from './robots.ts'

/** Throws `forbidden_address` for what must not be asked, also where a page only leads there. */
export async function previewOf(env: Env, url: string): Promise<Preview | NoPreview> {
  const address = previewAddress(url, settingsOf(env).PREVIEW_ALLOW_HOSTS)
  const known = await tolerated(findPreview(env.DB, address.href, Date.now()))
  const found = known ?? (await lookAt(address, netOf(env), robotsBook(env)))
  if (!known) await tolerated(keepPreview(env.DB, address.href, found, Date.now()))
  if ('forbidden' in found) throw new ChatError('forbidden_address', found.forbidden)
  return 'preview' in found ? { url, ...found.preview } : { url, error: found.error }
}

/** Looks at a page, for as long as `net.signal` lets it. */
export async function lookAt(address: URL, net: Net, robots: RobotsBook): Promise<Found> {
  try {
    return { preview: await until(net.signal, visit(address, net, robots)) }
  } catch (error) {
    if (isChatError(error)) return { forbidden: error.message }
    if (error instanceof Unavailable) return { error: error.message }
    throw error
  }
}

async function visit(address: URL, net: Net, robots: RobotsBook) {
  const page = await follow(net, address, (next) => obeyRobots(net, robots, next))
  const { response } = page
  const type = response.headers.get('Content-Type') ?? ''
  try {
    if (!response.ok) throw new Unavailable(`the page answered ${response.status}`)
    if (!/^\s*text\/html\s*(;|$)/i.test(type)) throw new Unavailable('it is no HTML page')
  } catch (error) {
    drop(response)
    throw error
  }
  return readPage(await readStart(net, response), type, page.address, net.allowed)
}

/** A body may never end, and a network may not hear an abort: nobody waits longer than the signal. */
function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const stop = () => reject(new Unavailable('the page takes too long to answer'))
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop))
}

function netOf(env: Env): Net {
  const allowed = settingsOf(env).PREVIEW_ALLOW_HOSTS
  const signal = AbortSignal.timeout(limits.previewMs)
  return {
    allowed,
    signal,
    ask: (address, init) =>
      env.PUBLIC_NETWORK && !allowed.has(hostAndPort(address))
        ? env.PUBLIC_NETWORK.fetch(address.href, init)
        : fetch(address.href, init),
  }
}

const robotsBook = (env: Env): RobotsBook => ({
  find: (origin) => tolerated(findRobots(env.DB, origin, Date.now())),
  keep: async (origin, text) => {
    await tolerated(keepRobots(env.DB, origin, text, Date.now()))
  },
})

/** A memory that does not answer costs a second look, never the preview. */
async function tolerated<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    reportFault(error)
    return null
  }
}
