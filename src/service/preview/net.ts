// Asking the web for one thing: every address checked, a few redirects, a few bytes, a few seconds.
import { limits } from '../../contract/limits.ts'
import { previewAddress } from '../../core/preview-address.ts'

/** How robots.txt files know us. */
export const AGENT = 'Skein'

/** `ask` sends one request; `allowed` may be asked although private; `signal` ends all of it. */
export type Net = {
  ask: (address: URL, init: RequestInit) => Promise<Response>
  allowed: ReadonlySet<string>
  signal: AbortSignal
}

/** A page that cannot be had, and why, for people to read. */
export class Unavailable extends Error {}

/**
 * Asks for an address and those it redirects to; `admit` may stop it before each. Nothing of whoever
 * wants the preview goes along: the request is the same for everybody.
 */
export async function follow(
  net: Net,
  start: URL,
  admit: (address: URL) => Promise<void>,
): Promise<{ response: Response; address: URL }> {
  let address = start
  for (let left = limits.previewRedirects; left >= 0; left--) {
    // Each step is known only from the one before it.
    // oxlint-disable-next-line no-await-in-loop
    await admit(address)
    // oxlint-disable-next-line no-await-in-loop
    const response = await send(net, address)
    const location = response.headers.get('Location')
    if (response.status < 300 || response.status > 399 || location === null)
      return { response, address }
    drop(response)
    if (!URL.canParse(location, address.href))
      throw new Unavailable('the page redirects to what is no address')
    address = previewAddress(new URL(location, address).href, net.allowed)
  }
  throw new Unavailable(`the page redirects more than ${limits.previewRedirects} times`)
}

async function send({ ask, signal }: Net, address: URL): Promise<Response> {
  try {
    return await ask(address, {
      redirect: 'manual',
      signal,
      headers: {
        'User-Agent': `${AGENT}/1.0 (link preview)`,
        Accept: 'text/html, */*;q=0.1',
      },
    })
  } catch {
    // Why a network failed is the operator's matter, not the asker's.
    throw new Unavailable('the page cannot be reached')
  }
}

/** The first bytes of an answer; what comes after the limit is not waited for. */
export async function readStart({ signal }: Net, response: Response): Promise<Uint8Array> {
  const reader = response.body?.getReader()
  const parts: Uint8Array[] = []
  let room = limits.previewBytes
  if (!reader) return new Uint8Array()
  const stop = () => {
    reader.cancel().catch(() => undefined) // a body that broke is over, too
  }
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop)
  try {
    while (room > 0) {
      // oxlint-disable-next-line no-await-in-loop -- a stream is read part after part
      const { done, value } = await reader.read()
      if (done) break
      const part = value.subarray(0, room)
      parts.push(part)
      room -= part.length
    }
  } catch {
    throw new Unavailable('the page broke off')
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

/** Ends an answer that is not read. */
export function drop(response: Response): void {
  response.body?.cancel().catch(() => undefined) // it may have broken already
}
