// Reports and what is done about them. Every act is written to the audit log before it is done.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import { jurisdictionOf, messagePlace } from '../contract/ids.ts'
import { limits } from '../contract/limits.ts'
import { untilOf } from '../contract/moderation.ts'
import type { Ban, Sanction } from '../contract/moderation.ts'
import type { Parsed } from '../contract/operations.ts'
import type { OwnReport, Report, ReportInContext } from '../contract/report.ts'
import { endOf, requireDecision, requireSanction } from '../core/moderation.ts'
import type { BanState } from '../core/moderation.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { moderationStub, threadStub, userStub } from '../objects/stubs.ts'
import type { ThreadAct } from '../objects/thread/moderate.ts'
import type { NewEntry } from '../store/moderation/desk.ts'
import type { Handlers } from './handlers.ts'

type Operations =
  | 'message.report'
  | 'report.list'
  | 'report.get'
  | 'report.review'
  | 'member.silence'
  | 'member.unsilence'
  | 'member.ban'
  | 'member.unban'
  | 'admin.ban'
  | 'admin.unban'
  | 'admin.audit'

export const moderationHandlers: Pick<Handlers, Operations> = {
  'message.report': reportMessage,

  'report.list': async (env, actor, { cursor, limit, ...filter }) => {
    const before = placeOf(cursor)
    const found = await moderationStub(env).reports(filter, { before, limit: limit + 1 })
    const items = await inContext(env, actor, found.slice(0, limit))
    return { ok: { items, nextCursor: nextOf(found, limit) } }
  },

  'report.get': async (env, actor, { reportId }) => {
    const [ok] = await inContext(env, actor, [await findReport(env, reportId)])
    if (!ok) throw new ChatError('not_found', 'there is no such report')
    return { ok }
  },

  'report.review': review,

  'member.silence': (env, actor, input) => sanction(env, actor, 'member.silence', input),
  'member.ban': (env, actor, input) => sanction(env, actor, 'member.ban', input),
  'member.unsilence': async (env, actor, { threadId, userId }) => {
    await actInThread(env, actor, threadId, { act: 'member.unsilence', userId }, { as: 'member' })
    return { ok: null }
  },
  'member.unban': async (env, actor, { threadId, userId }) => {
    await actInThread(env, actor, threadId, { act: 'member.unban', userId }, { as: 'member' })
    return { ok: null }
  },

  'admin.ban': async (env, actor, { userId, until, reason = null, shadow }) => {
    const ban = await banUser(env, actor, userId, { until, reason, shadow })
    return { ok: ban }
  },

  'admin.unban': async (env, actor, { userId, reason = null }) => {
    const user = userStub(env, userId)
    const { role, ban } = await user.standing()
    requireSanction(actor, { id: userId, role })
    if (!ban) return { ok: null }
    const before = banOf(userId, ban)
    const entry = { actorId: actor.id, act: 'user.unban', userId, reason, before } as const
    await audited(env, entry, () => user.setBan(null))
    await everywhere(user.settle())
    return { ok: null }
  },

  'admin.audit': async (env, _actor, { cursor, limit, ...filter }) => {
    const before = placeOf(cursor)
    const found = await moderationStub(env).audit(filter, { before, limit: limit + 1 })
    return { ok: { items: found.slice(0, limit), nextCursor: nextOf(found, limit) } }
  },
}

async function reportMessage(
  env: Env,
  actor: Actor,
  { messageId, reason, details }: Parsed<'message.report'>,
) {
  const place = messagePlace(messageId)
  const message = place && (await threadStub(env, place.threadId).shownTo(actor.id, messageId))
  if (!place || !message) throw new ChatError('not_found', 'there is no such message')
  const { threadId } = place
  if (message.sender.id === actor.id)
    throw new ChatError('invalid', 'messageId: this is your own message')
  const { report, repeated } = await moderationStub(env).report({
    messageId,
    threadId,
    reporterId: actor.id,
    senderId: message.sender.id,
    reason,
    details: details ?? null,
    // The desk is in one place: words that must stay in a jurisdiction do not go there.
    content: jurisdictionOf(threadId) === null ? message.content : null,
  })
  return repeated ? { ok: ownReport(report), repeated: true as const } : { ok: ownReport(report) }
}

/** What the moderators wrote is theirs. */
const ownReport = (report: Report): OwnReport => ({
  id: report.id,
  messageId: report.messageId,
  threadId: report.threadId,
  reason: report.reason,
  details: report.details,
  status: report.status,
  createdAt: report.createdAt,
})

async function findReport(env: Env, reportId: string): Promise<Report> {
  const report = await moderationStub(env).find(reportId)
  if (!report) throw new ChatError('not_found', 'there is no such report')
  return report
}

/** Other people's words are shown for a report alone, and each look is written down first. */
async function inContext(env: Env, actor: Actor, reports: Report[]): Promise<ReportInContext[]> {
  if (reports.length === 0) return []
  await moderationStub(env).append(
    reports.map(({ id, messageId, threadId, senderId }) => ({
      actorId: actor.id,
      act: 'report.view',
      ...{ reportId: id, messageId, threadId, userId: senderId },
    })),
  )
  const byThread = Map.groupBy(reports, ({ threadId }) => threadId)
  const contexts = new Map<string, ReportInContext['context']>()
  await Promise.all(
    [...byThread].map(async ([threadId, mine]) => {
      const seqs = mine.map(({ messageId }) => messagePlace(messageId)?.seq ?? 0)
      const found = await threadStub(env, threadId).contexts(seqs)
      mine.forEach(({ id }, index) => contexts.set(id, found[index] ?? []))
    }),
  )
  return reports.map((report) => ({ ...report, context: contexts.get(report.id) ?? [] }))
}

async function review(
  env: Env,
  actor: Actor,
  { reportId, status, action, note, until }: Parsed<'report.review'>,
) {
  requireDecision({ status, action, until })
  const report = await findReport(env, reportId)
  if (action !== undefined) await carryOut(env, actor, report, { action, note, until })
  const decision = {
    status,
    action: action ?? report.action,
    note: note ?? report.note,
    reviewedBy: actor.id,
  }
  const decided = await audited(
    env,
    {
      ...{ actorId: actor.id, act: 'report.review', reason: note, reportId: report.id },
      ...{ userId: report.senderId, threadId: report.threadId, messageId: report.messageId },
      before: { status: report.status, action: report.action, note: report.note },
      after: { status, action: decision.action, note: decision.note },
    },
    () => moderationStub(env).review(reportId, decision),
  )
  if (!decided) throw new ChatError('not_found', 'there is no such report')
  return { ok: decided }
}

type Decision = Pick<Parsed<'report.review'>, 'note' | 'until'> & {
  action: NonNullable<Parsed<'report.review'>['action']>
}

/** What is decided on a report is done to its message, or to who wrote it. */
async function carryOut(env: Env, actor: Actor, report: Report, decision: Decision) {
  const { id: reportId, threadId, messageId, senderId: userId } = report
  const { action, note, until } = decision
  const because = { as: 'moderator', reportId, reason: note ?? null } as const
  if (action === 'delete_message')
    return actInThread(env, actor, threadId, { act: 'message.delete', messageId }, because)
  if (action === 'ban_user' || action === 'shadow_ban') {
    const shadow = action === 'shadow_ban'
    return banUser(env, actor, userId, { until, shadow, reason: note ?? null, reportId })
  }
  const { role } = await userStub(env, userId).standing()
  requireSanction(actor, { id: userId, role })
  if (action === 'warn') return warn(env, actor, report, note ?? report.reason)
  const act = action === 'mute_member' ? 'member.silence' : 'member.ban'
  const end = endOf(until, Date.now())
  return actInThread(env, actor, threadId, { act, userId, until: end }, because)
}

async function warn(env: Env, actor: Actor, report: Report, reason: string): Promise<void> {
  const { id: reportId, threadId, messageId, senderId: userId } = report
  const warning = { reason, messageId, threadId, createdAt: new Date().toISOString() }
  const what = { userId, threadId, messageId, reportId, reason }
  await audited(env, { actorId: actor.id, act: 'user.warn', ...what, after: warning }, () =>
    userStub(env, userId).warn(warning),
  )
}

async function sanction(
  env: Env,
  actor: Actor,
  act: 'member.silence' | 'member.ban',
  { threadId, userId, until, reason }: Parsed<'member.ban'>,
): Promise<{ ok: Sanction }> {
  const end = endOf(until, Date.now())
  const asked = { act, userId, until: end }
  await actInThread(env, actor, threadId, asked, { as: 'member', reason })
  return { ok: { threadId, userId, until: untilOf(end) } }
}

async function actInThread(
  env: Env,
  actor: Actor,
  threadId: string,
  act: ThreadAct,
  why: { as: 'moderator' | 'member'; reportId?: string; reason?: string | null },
): Promise<void> {
  const thread = threadStub(env, threadId)
  const ask = async (dry: boolean) => {
    const outcome = await thread.moderate(actor, act, { as: why.as, dry })
    if ('ok' in outcome) return outcome.ok
    const { code, message, details } = outcome.error
    throw new ChatError(code, message, details)
  }
  const { before, after } = await ask(true)
  const on = 'userId' in act ? { userId: act.userId } : { messageId: act.messageId }
  const { reportId = null, reason = null } = why
  const entry = { actorId: actor.id, act: act.act, threadId, ...on, reportId, reason }
  await audited(env, { ...entry, before, after }, () => ask(false))
  await within(thread.settle())
}

/**
 * Shuts somebody out everywhere. Their own object closes their sockets; the doors may rely on what
 * it told them for `admissionMs`, so this waits as long: once it is answered, the ban holds on
 * every door.
 */
async function banUser(
  env: Env,
  actor: Actor,
  userId: string,
  asked: { until: string | undefined; reason: string | null; shadow: boolean; reportId?: string },
): Promise<Ban> {
  const now = Date.now()
  const user = userStub(env, userId)
  const { role, ban: before } = await user.standing()
  requireSanction(actor, { id: userId, role })
  const { reason, shadow, reportId = null } = asked
  const ban: BanState = { reason, shadow, until: endOf(asked.until, now), since: now, by: actor.id }
  const after = banOf(userId, ban)
  const entry = { actorId: actor.id, act: 'user.ban', userId, reportId, reason } as const
  await audited(env, { ...entry, before: before && banOf(userId, before), after }, () =>
    user.setBan(ban),
  )
  await everywhere(user.settle())
  return after
}

const banOf = (userId: string, { reason, until, shadow, since, by }: BanState): Ban => ({
  userId,
  reason,
  until: untilOf(until),
  shadow,
  since: new Date(since).toISOString(),
  by,
})

/** Written, then done: no act can be missing in the log. One that fails has a second line. */
export async function audited<T>(env: Env, entry: NewEntry, act: () => Promise<T>): Promise<T> {
  const desk = moderationStub(env)
  await desk.append([entry])
  try {
    return await act()
  } catch (error) {
    await desk.append([{ ...entry, failed: true }])
    throw error
  }
}

/** What the doors knew of somebody is over. */
async function everywhere(settled: Promise<void>): Promise<void> {
  await Promise.all([within(settled), scheduler.wait(limits.admissionMs)])
}

/** The read model may be late, or stopped: an act does not wait for it for ever. */
async function within(settled: Promise<void>): Promise<void> {
  await Promise.race([settled.catch(reportFault), scheduler.wait(limits.projectionWaitMs)])
}

function placeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null
  if (!/^\d{1,15}$/.test(cursor))
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return Number(cursor)
}

/** Ids are numbers, a report's behind a letter. */
const nextOf = (found: { id: string }[], limit: number) =>
  found.length > limit ? (found[limit - 1]?.id.replace(/^r/, '') ?? null) : null
