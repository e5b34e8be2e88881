// Reports, acts of moderators and admins, and what they see.
import { z } from 'zod'
import { MessageId, ThreadId, Time, UserId } from '../ids.ts'
import { limits } from '../limits.ts'
import { Content } from '../message.ts'
import * as moderation from '../moderation.ts'
import { PageCursor, PageSize, none, op, page } from '../operation.ts'
import * as reports from '../report.ts'
import { Metrics } from '../metrics.ts'
import { Title } from '../thread.ts'
import { Allowance } from '../tiers.ts'

const onMember = z.object({ threadId: ThreadId, userId: UserId })
const ofReport = z.object({ reportId: z.string().min(1).max(32) })
const moderator = { role: 'moderator' } as const

export const moderationOperations = {
  'message.report': op(
    'service',
    'Report a message; once per person and message, the second time answers the first',
    z.object({
      messageId: MessageId,
      reason: reports.ReportReason,
      details: z.string().trim().max(limits.reportDetails).optional(),
    }),
    reports.OwnReport,
  ),
  'report.list': op(
    'service',
    'Reports, the newest first, each in its context; every look is in the audit log',
    z.object({
      status: reports.ReportStatus.optional(),
      reason: reports.ReportReason.optional(),
      userId: UserId.optional(),
      cursor: PageCursor,
      limit: z.number().int().min(1).max(limits.pageMost).default(limits.reportPage),
    }),
    page(reports.ReportInContext),
    moderator,
  ),
  'report.get': op(
    'service',
    'One report in its context; the look is in the audit log',
    ofReport,
    reports.ReportInContext,
    moderator,
  ),
  'report.review': op(
    'service',
    'Decide a report, and act on it; `until` ends a mute or a ban by itself',
    ofReport.extend({
      status: reports.ReportStatus,
      action: reports.ReportAction.optional(),
      note: moderation.Why.optional(),
      until: Time.optional(),
    }),
    reports.Report,
    moderator,
  ),
  'member.silence': op(
    'service',
    'Keep a member from writing in a thread, until a time or until lifted',
    onMember.extend({ until: Time.optional(), reason: moderation.Why.optional() }),
    moderation.Sanction,
  ),
  'member.unsilence': op('service', 'Let a member write again', onMember, z.null()),
  'member.ban': op(
    'service',
    'Take somebody out of a thread and keep them out, until a time or until lifted',
    onMember.extend({ until: Time.optional(), reason: moderation.Why.optional() }),
    moderation.Sanction,
  ),
  'member.unban': op('service', 'Let somebody be added to a thread again', onMember, z.null()),
  'admin.ban': op(
    'service',
    'Ban somebody everywhere, until a time or until lifted; effective when this answers',
    z.object({
      userId: UserId,
      reason: moderation.Why.optional(),
      until: Time.optional(),
      shadow: z.boolean().default(false),
    }),
    moderation.Ban,
    moderator,
  ),
  'admin.unban': op(
    'service',
    'Lift a ban',
    z.object({ userId: UserId, reason: moderation.Why.optional() }),
    z.null(),
    moderator,
  ),
  'admin.audit': op(
    'service',
    'What moderators did, the newest first',
    z.object({
      actorId: UserId.optional(),
      userId: UserId.optional(),
      act: moderation.Act.optional(),
      cursor: PageCursor,
      limit: PageSize,
    }),
    page(moderation.AuditEntry),
    moderator,
  ),
  'admin.users': op(
    'service',
    'Everybody, in the order of their ids, and who is banned',
    z.object({ cursor: PageCursor, limit: PageSize }),
    page(
      z.object({
        id: UserId,
        name: z.string(),
        avatarUrl: z.string().nullable(),
        role: z.string(),
        ban: moderation.Ban.nullable(),
      }),
    ),
    { role: 'admin' },
  ),
  'admin.broadcast': op(
    'service',
    'Say something to every open socket; answers how many there are, and tells them in the background',
    z.object({ content: Content, title: Title.optional() }),
    moderation.Broadcast.extend({ connections: z.number().int() }),
    { role: 'admin' },
  ),
  'admin.metrics': op('service', 'What goes on, counted', none, Metrics, { role: 'admin' }),
  'limits.get': op('user', 'My limits by my tier, and what I use of them', none, Allowance),
}
