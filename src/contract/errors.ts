// Every error Skein can answer: one row per code is the whole story.

/**
 * `status` is the HTTP status, `retry` says whether the same request may succeed later, `close` is
 * the WebSocket close code when the error ends a socket: 45xx means do not come back, 44xx (and
 * 1011) means come back with back-off.
 */
export const errors = {
  invalid: { status: 400, retry: false, close: 4500 },
  unauthenticated: { status: 401, retry: false, close: 4501 },
  forbidden: { status: 403, retry: false, close: 4502 },
  blocked: { status: 403, retry: false, close: 4502 },
  banned: { status: 403, retry: false, close: 4503 },
  not_found: { status: 404, retry: false, close: 4504 },
  method_not_allowed: { status: 405, retry: false, close: 4500 },
  idempotency_mismatch: { status: 409, retry: false, close: 4500 },
  conflict: { status: 409, retry: false, close: 4500 },
  too_large: { status: 413, retry: false, close: 4413 },
  unsupported_type: { status: 415, retry: false, close: 4500 },
  forbidden_address: { status: 422, retry: false, close: 4500 },
  /** `details` has the score and its reasons. */
  spam: { status: 422, retry: false, close: 4500 },
  rate_limited: { status: 429, retry: true, close: 4429 },
  internal: { status: 500, retry: true, close: 1011 },
  unavailable: { status: 503, retry: true, close: 4430 },
} as const

export type ErrorCode = keyof typeof errors

export const errorCodes = Object.keys(errors) as [ErrorCode, ...ErrorCode[]]

/** What a client sees of an error, on every door. `requestId` is added by the REST door. */
export type ErrorBody = { code: ErrorCode; message: string; details?: unknown }

/** The one error class. Throw it anywhere; the doors turn it into their own shape. */
export class ChatError extends Error {
  readonly code: ErrorCode
  readonly details: unknown

  constructor(code: ErrorCode, message: string, details?: unknown) {
    super(message)
    this.name = 'ChatError'
    this.code = code
    this.details = details
  }
}

/**
 * The body of any thrown value. What is not a `ChatError` becomes `internal` without a word of its
 * own message: stack traces and driver texts never leave the server.
 */
export function errorBody(thrown: unknown): ErrorBody {
  if (!isChatError(thrown)) return { code: 'internal', message: 'Something went wrong on our side' }
  const { code, message, details } = thrown
  return details === undefined ? { code, message } : { code, message, details }
}

/** True for a `ChatError`, also one that crossed an RPC boundary and lost its class on the way. */
export function isChatError(thrown: unknown): thrown is ChatError {
  return (
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    Object.hasOwn(errors, thrown.code) &&
    thrown.name === 'ChatError'
  )
}
