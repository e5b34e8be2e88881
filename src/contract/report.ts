// What people report, and what moderators do about it.
import { z } from 'zod'
import { MessageId, ThreadId, Time, UserId } from './ids.ts'
import { Message } from './message.ts'

export const ReportReason = z.enum(['spam', 'harassment', 'inappropriate', 'other'])
export type ReportReason = z.infer<typeof ReportReason>

export const ReportStatus = z.enum(['pending', 'reviewed', 'dismissed'])
export type ReportStatus = z.infer<typeof ReportStatus>

/**
 * mute_member and ban_member are of the message's thread, ban_user and shadow_ban are everywhere.
 * Whose sends are shadow-banned sees them answered and shown as ever; nobody else sees them.
 */
export const ReportAction = z.enum([
  'delete_message',
  'warn',
  'mute_member',
  'ban_member',
  'ban_user',
  'shadow_ban',
])
export type ReportAction = z.infer<typeof ReportAction>

/** A report as the one who made it sees it. */
export const OwnReport = z.object({
  id: z.string(),
  messageId: MessageId,
  threadId: ThreadId,
  reason: ReportReason,
  details: z.string().nullable(),
  status: ReportStatus,
  createdAt: Time,
})
export type OwnReport = z.infer<typeof OwnReport>

/**
 * A report as moderators see it. `content` is what the message said when it was reported, so that
 * deleting or editing it hides nothing; null where the thread's data must stay in its jurisdiction.
 */
export const Report = OwnReport.extend({
  reporterId: UserId,
  senderId: UserId,
  content: z.string().nullable(),
  action: ReportAction.nullable(),
  note: z.string().nullable(),
  reviewedBy: UserId.nullable(),
  reviewedAt: Time.nullable(),
})
export type Report = z.infer<typeof Report>

/** With the reported message and ten others around it, as far as there are, in seq order. */
export const ReportInContext = Report.extend({ context: z.array(Message) })
export type ReportInContext = z.infer<typeof ReportInContext>
