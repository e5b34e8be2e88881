// One request that carries a file. How far it is only a browser can say, see browser.ts.
import { ChatError } from '../contract/errors.ts'

export type Carried = {
  method: string
  url: string
  headers: Headers
  body: Blob | FormData
  /** What share of the body is out, 0 to 1. */
  onProgress?(share: number): void
  signal?: AbortSignal
}

/** Rejects with `unavailable` without a connection, and with the signal's reason when it aborts. */
export type Transfer = (carried: Carried) => Promise<Response>

export const noConnection = (cause?: unknown) =>
  new ChatError('unavailable', 'There is no connection', { cause })

export const transfer: Transfer = ({ url, method, headers, body, signal }) =>
  fetch(url, { method, headers, body, ...(signal && { signal }) }).catch((cause: unknown) => {
    signal?.throwIfAborted()
    throw noConnection(cause)
  })
