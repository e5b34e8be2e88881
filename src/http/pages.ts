// The web page and its files, with headers that let nothing run but themselves.
import type { Handler } from 'hono'
import { ChatError } from '../contract/errors.ts'
import type { App } from './app.ts'

const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' https: data: blob:",
  "media-src 'self' https: blob:",
  "connect-src 'self' ws: wss:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

/** Headers of everything a browser shows as a page of ours. */
export const pageHeaders = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'X-Frame-Options': 'DENY',
}

/** Paths without a file of their own show the page, which finds its way by the address. */
export const page: Handler<App> = async ({ req, env }) => {
  if (req.method !== 'GET' && req.method !== 'HEAD')
    throw new ChatError('not_found', 'There is nothing at this path')
  const asset = await env.ASSETS.fetch(req.raw)
  const response = new Response(asset.body, asset)
  for (const [name, value] of Object.entries(pageHeaders)) response.headers.set(name, value)
  return response
}
