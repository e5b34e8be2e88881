// Who may act on whom, and what an act needs: the moderators' part of the policy.
import { isAdmin, isModerator } from '../contract/actor.ts'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { UNTIL_LIFTED, untilOf } from '../contract/moderation.ts'
import type { ReportAction, ReportStatus } from '../contract/report.ts'

/** Which acts have an end, and whom they are against. */
const actions: Record<ReportAction, { ends: boolean }> = {
  delete_message: { ends: false },
  warn: { ends: false },
  mute_member: { ends: true },
  ban_member: { ends: true },
  ban_user: { ends: true },
  shadow_ban: { ends: true },
}

/** Nobody acts on themselves, and only admins on those who moderate. */
export function requireSanction(
  actor: Pick<Actor, 'id' | 'role'>,
  target: { id: string; role: string | null },
): void {
  if (actor.id === target.id)
    throw new ChatError('invalid', 'userId: you cannot do this to yourself')
  if (target.role !== null && isModerator({ role: target.role }) && !isAdmin(actor))
    throw new ChatError('forbidden', 'only admins may act on moderators and admins')
}

/** When an act ends (ms). An end in the past is a mistake of whoever wrote it. */
export function endOf(until: string | undefined, now: number): number {
  if (until === undefined) return UNTIL_LIFTED
  const end = Date.parse(until)
  if (!(end > now)) throw new ChatError('invalid', 'until: must be in the future')
  return Math.min(end, UNTIL_LIFTED)
}

/** A decision must say one thing: an action goes with `reviewed`, an end with an action that has one. */
export function requireDecision({
  status,
  action,
  until,
}: {
  status: ReportStatus
  action?: ReportAction | undefined
  until?: string | undefined
}): void {
  if (action !== undefined && status !== 'reviewed')
    throw new ChatError('invalid', 'action: goes with the status reviewed')
  if (until !== undefined && (action === undefined || !actions[action].ends))
    throw new ChatError('invalid', 'until: goes with a mute or a ban')
}

/** A ban as its owner's object keeps it; times are ms. */
export type BanState = {
  reason: string | null
  until: number
  shadow: boolean
  since: number
  by: string
}

/** What holds now: a ban that has ended is none. */
export const holding = (ban: BanState | null, now: number): BanState | null =>
  ban !== null && ban.until > now ? ban : null

/** How someone who is banned is told. */
export function bannedError(ban: Pick<BanState, 'until' | 'reason'>): ChatError {
  const until = untilOf(ban.until)
  const end = until === null ? '' : ` until ${until}`
  return new ChatError('banned', `you are banned${end}`, { until, reason: ban.reason })
}

export function silencedError(until: number): ChatError {
  const end = untilOf(until)
  const message = `you are muted in this thread${end === null ? '' : ` until ${end}`}`
  return new ChatError('forbidden', message, { until: end })
}
