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
  const headers = new Headers({ 'X-Request-Id': requestId })
  if (body.code === 'rate_limited') {
    const { retryAfter = 60, limit = 0 } = (body.details ?? {}) as Record<string, number>
    headers.set('Retry-After', String(retryAfter))
    headers.set('RateLimit-Limit', String(limit))
    headers.set('RateLimit-Remaining', '0')
    headers.set('RateLimit-Reset', String(retryAfter))
  }
  return Response.json(
    { error: { ...body, requestId } },
    { status: errors[body.code].status, headers },
  )
}
