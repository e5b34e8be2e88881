// Socket.IO's requests, at `/socket.io/` of every dialect.
import type { MiddlewareHandler } from 'hono'
import { dialectOf } from '../dialects/all.ts'
import { settingsOf } from '../env.ts'
import { allowedOrigin } from '../identity/authenticate.ts'
import { cookieAbused } from '../identity/handshake.ts'
import { enter } from '../socketio/door.ts'
import { refuse } from '../socketio/refusal.ts'
import type { App } from './app.ts'

export const socketIo: MiddlewareHandler<App> = async ({ req, env }, next) => {
  const settings = settingsOf(env)
  const chosen = dialectOf(new URL(req.url), settings.DIALECT_HOSTS, settings.ROOT_DIALECT)
  if (chosen?.path !== '/socket.io/' && chosen?.path !== '/socket.io') return next()
  if (cookieAbused(req.raw, settings)) return refuse('origin')
  return enter(req.raw, {
    sessions: env.CONNECTION,
    allowed: () => allowedOrigin(req.raw, settings),
  })
}
