// The one thread of a subject is asked for by people who are not in it: some of them come in.
import { ChatError } from '../../contract/errors.ts'
import { deskRole } from '../../core/policy.ts'
import { claimed } from '../../store/log/rows.ts'
import type { MemberRow } from '../../store/log/rows.ts'
import { join } from './members.ts'
import type { Turn } from './turn.ts'

/** Throws `forbidden` for who does not. */
export function comeIn(turn: Turn): MemberRow {
  const { log, actor } = turn
  const role = log.thread.type === 'support' && deskRole(actor, [...log.members.values()])
  if (!role) throw new ChatError('forbidden', 'this thread is somebody else’s')
  const person = claimed(actor, log.members.get(actor.id))
  join(turn, [{ userId: actor.id, role, person }])
  const me = log.member(actor.id)
  if (!me) throw new Error('somebody who just came in is not there')
  return me
}
