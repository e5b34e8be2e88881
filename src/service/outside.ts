// Asking an address that somebody gave us, which may not lie in a network of ours.
import { isChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import { hostAndPort, previewAddress } from '../core/preview-address.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'

/** Nothing was asked, and why not; or nobody answered, and why; or an answer. */
export type Outside = { forbidden: string } | { unreachable: string } | { response: Response }

/** Throws `forbidden_address` or `invalid` for an address that must not be asked, saying why. */
export const outsideAddress = (env: Env, url: string): URL =>
  previewAddress(url, settingsOf(env).OUTSIDE_ALLOW_HOSTS)

/** One request, in the time there is for it. Redirects are answers like others: nobody follows them. */
export async function askOutside(env: Env, url: string, init: RequestInit): Promise<Outside> {
  const allowed = settingsOf(env).OUTSIDE_ALLOW_HOSTS
  let address: URL
  try {
    address = outsideAddress(env, url)
  } catch (error) {
    if (isChatError(error)) return { forbidden: error.message }
    throw error
  }
  const how = {
    ...init,
    redirect: 'manual' as const,
    signal: AbortSignal.timeout(limits.deliveryMs),
  }
  try {
    const response =
      env.PUBLIC_NETWORK && !allowed.has(hostAndPort(address))
        ? await env.PUBLIC_NETWORK.fetch(address.href, how)
        : await fetch(address.href, how)
    return { response }
  } catch {
    // Why a network failed is the operator's matter, and stands in the platform's own logs.
    return { unreachable: 'there was no answer' }
  }
}
