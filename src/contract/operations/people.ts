// People: profiles, presence, blocks.
import { z } from 'zod'
import { UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import { none, op, page, write } from '../operation.ts'
import * as users from '../user.ts'

export const peopleOperations = {
  'profile.get': op('user', 'My profile', none, users.Profile),
  'profile.update': op(
    'user',
    'Change my profile; what the token claims (name, picture) wins at its next use',
    z.object({
      name: users.Name.optional(),
      avatarUrl: users.WebAddress.nullable().optional(),
      privacy: users.Privacy.optional(),
      servicePackages: z.array(users.ServicePackage).max(50).optional(),
    }),
    users.Profile,
    write,
  ),
  'user.get': op(
    'service',
    'Somebody’s public profile',
    z.object({ userId: UserId }),
    users.PublicProfile,
  ),
  'presence.get': op(
    'service',
    'Who is there, of people who share a thread with me; anyone else is offline to me',
    z.object({ userIds: z.array(UserId).min(1).max(limits.presenceUsers) }),
    z.object({ items: z.array(users.Presence) }),
  ),
  'presence.list': op(
    'service',
    'Who is there now, of people who share a thread with me; of everybody, for admins',
    none,
    z.object({
      /** At most 100 of them. */
      items: z.array(users.Presence),
      total: z.number().int(),
    }),
  ),
  'presence.watch': op(
    'user',
    'Hear of everybody’s presence, for as long as a device of mine is there',
    none,
    z.null(),
    { role: 'admin' },
  ),
  'presence.set': op(
    'user',
    'This socket’s device is in use (online) or idle (away); away shows when every device is',
    z.object({ status: z.enum(['online', 'away']) }),
    users.Presence,
  ),
  'block.list': op('user', 'Whom I block', none, page(users.BlockedUser)),
  'block.add': op(
    'user',
    'Block: no direct messages either way, their messages elsewhere hidden from me',
    z.object({ userId: UserId, reason: z.string().trim().max(500).optional() }),
    users.Block,
    write,
  ),
  'block.remove': op('user', 'Unblock', z.object({ userId: UserId }), z.null(), write),
}
