// WebSocket upgrades: checked here, accepted by the object that will hold the socket.
import type { Handler } from 'hono'
import { ChatError } from '../contract/errors.ts'
import { isUpgrade } from '../identity/authenticate.ts'
import { ACTOR_HEADER } from '../objects/sockets.ts'
import { threadStub, userStub } from '../objects/stubs.ts'
import { knownActor } from './actor.ts'
import type { App } from './app.ts'
import type { Actor } from '../contract/actor.ts'

/** All threads of a user on one socket. */
export const upgradeUser: Handler<App> = async ({ req, env }) => {
  const actor = await knownActor(requireUpgrade(req.raw), env)
  return userStub(env, actor.id).fetch(withActor(req.raw, actor))
}

/** One thread. Whoever is no member learns nothing of it. */
export const upgradeThread: Handler<App> = async ({ req, env }) => {
  const actor = await knownActor(requireUpgrade(req.raw), env)
  const response = await threadStub(env, req.param('threadId') ?? '').fetch(
    withActor(req.raw, actor),
  )
  if (response.status === 404) throw new ChatError('not_found', 'there is no such thread')
  return response
}

function requireUpgrade(request: Request): Request {
  if (isUpgrade(request)) return request
  throw new ChatError('invalid', 'this path is a WebSocket: connect with an Upgrade header')
}

function withActor(request: Request, actor: Actor): Request {
  const headers = new Headers(request.headers)
  // Frames are small and go to many: compressing each for each socket is what would slow an object.
  headers.delete('Sec-WebSocket-Extensions')
  headers.set(ACTOR_HEADER, encodeURIComponent(JSON.stringify(actor)))
  return new Request(request, { headers })
}
