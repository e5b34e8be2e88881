// The REST door: any operation of the table that has an address, and the cookie session of a page.
import { ChatError } from '../contract/errors.ts'
import type { Attachment } from '../contract/attachment.ts'
import type { ErrorBody } from '../contract/errors.ts'
import type { Execute, Input, Operation } from '../contract/operations.ts'
import { rest } from '../contract/rest.ts'
import type { Route } from '../contract/rest.ts'
import type { User } from '../contract/user.ts'
import { createTokens } from './token.ts'
import type { Token } from './token.ts'
import { noConnection, transfer } from './transfer.ts'
import type { Carried, Transfer } from './transfer.ts'
import { uploadFile } from './upload.ts'
import type { NamedFile, UploadOptions } from './upload.ts'

/** `csrfToken` proves that the page, not some other site, makes a request with the cookie. */
export type Session = { user: User & { role: string; tier: string }; csrfToken: string }

export type Rest = {
  /** Carries out one operation. Rejects with a `ChatError`; `unavailable` without a connection. */
  call: Execute
  /** Uploads a file, in parts where it is large. See `UploadOptions`. */
  upload(file: NamedFile, options?: UploadOptions): Promise<Attachment>
  /** The session of the cookie, or null when nobody is signed in. */
  session(): Promise<Session | null>
  signIn(token: string): Promise<Session>
  signOut(): Promise<void>
  /** A token for anybody, where the server allows it (`DEV_LOGIN`); `not_found` elsewhere. */
  devToken(sub: string, claims?: { name?: string; role?: string }): Promise<string>
}

/**
 * `token` for programs; a page has the cookie instead. `base` is the server's origin. `carrier` brings
 * files there; a page has one that says how far it is.
 */
export type RestOptions = { base?: string; token?: Token; carrier?: Transfer }

export function createRest({ base = '', token, carrier = transfer }: RestOptions = {}): Rest {
  const tokens = createTokens(token)
  let csrfToken: string | undefined

  /** Whatever the body, a token that is no longer taken is got anew, once. */
  async function ask<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send()
    } catch (error) {
      const refused = error instanceof ChatError && error.code === 'unauthenticated'
      if (!refused || !tokens.renewable) throw error
      tokens.drop()
      return send()
    }
  }

  async function headersOf(method: string): Promise<Headers> {
    const headers = new Headers()
    const token = await tokens.get()
    if (token !== undefined) headers.set('Authorization', `Bearer ${token}`)
    if (csrfToken !== undefined && method !== 'GET') headers.set('X-CSRF-Token', csrfToken)
    return headers
  }

  const askJson = <T>(method: string, path: string, body?: unknown): Promise<T> =>
    ask(async () => {
      const headers = await headersOf(method)
      if (body !== undefined) headers.set('Content-Type', 'application/json')
      const init = { method, headers, body: body === undefined ? undefined : JSON.stringify(body) }
      const response = await fetch(`${base}/v1${path}`, init).catch((cause: unknown) => {
        throw noConnection(cause)
      })
      return answerOf<T>(response)
    })

  const carry = <O extends Operation>(
    operation: O,
    input: Input<O>,
    { key, ...sent }: Pick<Carried, 'body' | 'onProgress' | 'signal'> & { key?: string },
  ): Promise<unknown> =>
    ask(async () => {
      const { method, path } = requestOf(routeOf(operation), input)
      const headers = await headersOf(method)
      if (key !== undefined) headers.set('Idempotency-Key', key)
      return answerOf(await carrier({ ...sent, method, headers, url: `${base}/v1${path}` }))
    })

  const keep = (session: Session) => {
    csrfToken = session.csrfToken
    return session
  }

  const call: Execute = (operation, input) => {
    const { method, path, body } = requestOf(routeOf(operation), input)
    return askJson(method, path, body)
  }

  return {
    call,
    upload: (file, options) => uploadFile({ call, carry }, file, options),
    session: () =>
      askJson<Session>('GET', '/session').then(keep, (error: unknown) => {
        if (error instanceof ChatError && error.code === 'unauthenticated') return null
        throw error
      }),
    signIn: async (token) => keep(await askJson<Session>('POST', '/session', { token })),
    signOut: async () => {
      await askJson<null>('DELETE', '/session')
      csrfToken = undefined
    },
    devToken: async (sub, claims) =>
      (await askJson<{ token: string }>('POST', '/dev/token', { sub, ...claims })).token,
  }
}

function routeOf(operation: Operation): Route {
  const route = rest.find((row) => row.operation === operation || row.draft === operation)
  if (route === undefined) throw new ChatError('invalid', `${operation} is asked on a socket`)
  return route
}

/** Where an operation's input goes: into the path, the query (lists as `a,b`) or the JSON body. */
export function requestOf({ method, path, body }: Route, input: object) {
  const fields = new Map(Object.entries(input).filter(([, value]) => value !== undefined))
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(fields.get(name))
    fields.delete(name)
    return encodeURIComponent(value)
  })
  const inQuery = method === 'GET' || method === 'DELETE' || body !== undefined
  if (!inQuery) return { method, path: filled, body: Object.fromEntries(fields) }
  const query = new URLSearchParams()
  for (const [name, value] of fields) query.set(name, String(value))
  return { method, path: query.size > 0 ? `${filled}?${query}` : filled, body: undefined }
}

/** Rejects with what the server refused. */
async function answerOf<T>(response: Response): Promise<T> {
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (!response.ok) throw failureOf(response, answer)
  // The contract is the server's promise; a page does not carry zod to check it again.
  return answer as T
}

function failureOf({ status, headers }: Response, answer: unknown): ChatError {
  const { error } = (answer ?? {}) as { error?: ErrorBody }
  const after = Number(headers.get('Retry-After') ?? Number.NaN)
  const wait = Number.isNaN(after) ? undefined : { retryAfter: after }
  if (error !== undefined) return new ChatError(error.code, error.message, error.details ?? wait)
  // Not ours: a proxy in between, or nothing at all.
  const code = status === 429 ? 'rate_limited' : status >= 500 ? 'unavailable' : 'internal'
  return new ChatError(code, `The server answered ${status}`, wait)
}
