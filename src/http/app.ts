// The HTTP door: who may come in, and where each path leads.
import { Hono } from 'hono'
import { ChatError } from '../contract/errors.ts'
import { settingsOf } from '../env.ts'
import type { Env } from '../env.ts'
import { cors } from '../identity/authenticate.ts'
import { sessionRoutes } from '../identity/session.ts'
import { answerDialect } from './dialect.ts'
import { notBanned } from './actor.ts'
import { downloadRoute, partRoute, uploadRoute } from './attachments.ts'
import { docs, openApi } from './docs.ts'
import { failure } from './failure.ts'
import { importRoute } from './import.ts'
import { nativeRoutes } from './native.ts'
import { page } from './pages.ts'
import { socketIo } from './socketio.ts'
import { unsubscribe } from './unsubscribe.ts'
import { upgradeThread, upgradeUser } from './upgrade.ts'

export type App = { Bindings: Env }

export const app = new Hono<App>()

app.onError(failure)
app.use(async (context, next) => {
  // Unsafe settings refuse every request, and say to the operator what to change.
  settingsOf(context.env)
  await next()
})
// It has its own words for CORS.
app.use(socketIo)
app.use(cors)
app.use('/v1/*', async (context, next) => {
  await next()
  if (context.res.webSocket) return
  context.header('X-Content-Type-Options', 'nosniff')
  context.header('Cache-Control', context.res.headers.get('Cache-Control') ?? 'private, no-store')
})

app.on('GET', ['/healthz', '/v1/healthz'], (context) => context.json({ ok: true }))
app.on(['GET', 'POST'], '/v1/unsubscribe', unsubscribe)
app.get('/v1/openapi.json', openApi)
app.get('/api/docs', docs)
app.use('/v1/session', notBanned)
app.route('/v1', sessionRoutes)
app.get('/v1/ws', upgradeUser)
app.get('/v1/threads/:threadId/ws', upgradeThread)
app.post('/v1/admin/import', importRoute)
app.post('/v1/attachments', uploadRoute)
app.get('/v1/attachments/:attachmentId', downloadRoute)
app.put('/v1/uploads/:uploadId/parts/:part', partRoute)
app.route('/v1', nativeRoutes)
app.all('/v1/*', () => {
  throw new ChatError('not_found', 'There is nothing at this path: see /api/docs')
})
app.use(async (context, next) => (await answerDialect(context)) ?? next())
app.all('*', page)
