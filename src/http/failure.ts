// Any thrown value → one JSON answer. Nothing of its stack or of a driver's words leaves the server.
import type { ErrorHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { ChatError, errorBody, errors, isChatError } from '../contract/errors.ts'
import type { ErrorBody } from '../contract/errors.ts'
import { reportFault } from '../objects/fault.ts'
import type { App } from './app.ts'

export const failure: ErrorHandler<App> = (thrown) => {
  const malformed = thrown instanceof HTTPException && thrown.status === 400
  const error = malformed ? new ChatError('invalid', 'the request is malformed') : thrown
  if (!isChatError(error)) reportFault(error)
  return errorResponse(errorBody(error))
}

/** `{ error: { code, message, details?, requestId } }`, with the headers a 429 owes its client. */
export function errorResponse(body: ErrorBody): Response {
  const requestId = crypto.randomUUID()
  return Response.json(
    { error: { ...body, requestId } },
    {
      status: errors[body.code].status,
      headers: { 'X-Request-Id': requestId, ...rateHeaders(body) },
    },
  )
}

/** The headers that a 429 owes its client. */
export function rateHeaders({ code, details }: ErrorBody): Record<string, string> {
  if (code !== 'rate_limited') return {}
  const { retryAfter = 60, limit = 0 } = (details ?? {}) as Record<string, number>
  return {
    'Retry-After': String(retryAfter),
    'RateLimit-Limit': String(limit),
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': String(retryAfter),
  }
}
