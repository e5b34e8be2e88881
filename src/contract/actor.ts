// Who asks: made by the identity check from a token's claims, carried to every object.
import { z } from 'zod'
import { UserId } from './ids.ts'

/**
 * `role` is the application's own word; only `moderator` and `admin` give rights. `name`,
 * `avatarUrl` and `email` are null where the token does not say. `expiresAt` is the token's, in
 * ms since 1970, null for one that does not expire. `shadowUntil`: their sends are shown to nobody
 * else until then (ms); said by their own object, never by a token.
 */
export const Actor = z.object({
  id: UserId,
  name: z.string().nullable(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  avatarUrl: z.string().nullable(),
  email: z.string().nullable(),
  role: z.string(),
  tier: z.string(),
  expiresAt: z.number().nullable(),
  shadowUntil: z.number().optional(),
})
export type Actor = z.infer<typeof Actor>

/** Through what an operation came in. A dialect is a view, not a door: it has these two as well. */
export type Door = 'rest' | 'socket'

export const isAdmin = (actor: Pick<Actor, 'role'>) => actor.role === 'admin'
/** Moderators and admins. */
export const isModerator = (actor: Pick<Actor, 'role'>) =>
  actor.role === 'moderator' || isAdmin(actor)
