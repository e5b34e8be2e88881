// Requests as the clients of a source document make them.
import { exports } from 'cloudflare:workers'
import type { Someone } from '../integration/fixtures.ts'
import { origin } from '../integration/fixtures.ts'

export type Answer<T> = { status: number; headers: Headers; body: T }

/** One REST request of a dialect, at its own path. */
export async function request<T = Record<string, unknown>>(
  user: Someone | null,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<T>> {
  const response = await exports.default.fetch(path.startsWith('/') ? origin + path : path, {
    method,
    headers: {
      ...(user && { Authorization: `Bearer ${user.token}` }),
      ...(body !== undefined &&
        !(body instanceof FormData) && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined || body instanceof FormData ? body : JSON.stringify(body),
  })
  const text = await response.text()
  // An answer without a body is null.
  const answered = (text === '' ? null : JSON.parse(text)) as T
  return { status: response.status, headers: response.headers, body: answered }
}
