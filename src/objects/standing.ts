// A ban reaches the sockets of one object: closed by a plain ban, told of a shadow.
import type { Actor } from '../contract/actor.ts'
import { bannedError } from '../core/moderation.ts'
import type { BanState } from '../core/moderation.ts'
import type { Sockets } from './sockets.ts'

/** `ban` null: there is none, or no longer. */
export function enforce(sockets: Sockets, userId: string, ban: BanState | null): void {
  for (const [socket, { actor }] of sockets.open()) {
    if (actor.id !== userId) continue
    if (ban && !ban.shadow) sockets.close(socket, 'banned', bannedError(ban).message)
    else if (actor.shadowUntil !== ban?.until) sockets.keep(socket, { actor: shaded(actor, ban) })
  }
}

/** The actor as a ban leaves them: the flag travels with them, so that no thread has to ask. */
export function shaded(actor: Actor, ban: BanState | null): Actor {
  return { ...actor, shadowUntil: ban?.shadow ? ban.until : undefined }
}
