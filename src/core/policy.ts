// The one policy: who may do what in a thread, for every door.
import { isAdmin } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import type { OperationAt } from '../contract/operations.ts'
import type { Role, ThreadType } from '../contract/thread.ts'

const ranks: Record<Role, number> = { owner: 3, admin: 2, member: 1, guest: 0 }

/** The least role for each operation of a thread. Whoever is not a member sees no thread at all. */
const least: Record<OperationAt<'thread'>, Role> = {
  'thread.get': 'guest',
  'thread.facts': 'guest',
  'thread.update': 'admin',
  'thread.leave': 'guest',
  'thread.hide': 'guest',
  'thread.archive': 'guest',
  'thread.unarchive': 'guest',
  'thread.pin': 'guest',
  'thread.unpin': 'guest',
  'thread.mute': 'guest',
  'thread.unmute': 'guest',
  'thread.read': 'guest',
  'thread.delivered': 'guest',
  'thread.unread': 'guest',
  'thread.sync': 'guest',
  'typing.set': 'guest',
  'viewing.set': 'guest',
  'member.list': 'guest',
  'member.add': 'admin',
  'member.update': 'admin',
  'member.remove': 'admin',
  'message.send': 'guest',
  'message.list': 'guest',
  'message.get': 'guest',
  'message.pick': 'guest',
  'message.facts': 'guest',
  'message.edit': 'guest',
  'message.delete': 'guest',
  'message.history': 'guest',
  'message.receipts': 'guest',
  'message.read': 'guest',
  'proposal.accept': 'member',
  'proposal.decline': 'member',
  'proposal.withdraw': 'guest',
  'receipt.list': 'guest',
  'attachment.list': 'guest',
  'reaction.list': 'guest',
  'reaction.add': 'guest',
  'reaction.remove': 'guest',
  'reaction.clear': 'guest',
}

/** Throws `forbidden` for a member whose role is too low. The two of a direct thread are equals. */
export function requireRole(operation: OperationAt<'thread'>, role: Role, type: ThreadType): void {
  if (type === 'direct' && operation === 'thread.update') return
  requireRank(role, least[operation])
}

/** Throws `forbidden` for a role below another. */
export function requireRank(role: Role, lowest: Role): void {
  if (ranks[role] < ranks[lowest])
    throw new ChatError('forbidden', `only ${lowest}s of this thread and above may do this`)
}

/** Membership of a direct thread never changes; elsewhere a role may be given by its equals and above. */
export function requireGrant(mine: Role, role: Role, type: ThreadType): void {
  if (type === 'direct')
    throw new ChatError('conflict', 'a direct thread has two members: create a group instead')
  if (ranks[role] > ranks[mine])
    throw new ChatError('forbidden', `you are ${mine} here and cannot make somebody ${role}`)
}

/**
 * What somebody becomes who asks for the support thread of a subject: admins come in as such, and
 * one customer does. Null for another one. `members` are all who ever were in it.
 */
export function deskRole(asker: { role: string }, members: { role: Role }[]): Role | null {
  if (isAdmin(asker)) return 'admin'
  return members.every(({ role }) => role === 'admin') ? 'member' : null
}

/** Nobody changes or removes someone above themselves. */
export function requireAbove(mine: Role, theirs: Role): void {
  if (ranks[theirs] > ranks[mine])
    throw new ChatError(
      'forbidden',
      `you are ${mine} here and cannot change a member who is ${theirs}`,
    )
}

/** Who takes over when the last owner leaves: the highest role, then the longest there. */
export function successor<M extends { role: Role; joined_at: number }>(
  members: M[],
): M | undefined {
  if (members.some((member) => member.role === 'owner')) return undefined
  return members.toSorted((a, b) => ranks[b.role] - ranks[a.role] || a.joined_at - b.joined_at)[0]
}

/** Whether somebody may call everyone: owners and admins always, members of a small thread, no guest. */
export const mayCallEveryone = (role: Role, members: number) =>
  ranks[role] >= (members <= limits.everyoneMembers ? ranks.member : ranks.admin)

/** Throws `forbidden` for a member who may not call everyone. */
export function requireCallEveryone(role: Role, members: number): void {
  if (!mayCallEveryone(role, members))
    throw new ChatError(
      'forbidden',
      `everyone: only owners and admins call everyone here; members do where there are at most ${limits.everyoneMembers}`,
    )
}

/** Authors delete their own message; owners and admins delete anyone's. */
export function mayDeleteForAll(role: Role, own: boolean, type: ThreadType): boolean {
  return own || (type !== 'direct' && ranks[role] >= ranks.admin)
}
