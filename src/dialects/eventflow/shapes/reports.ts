// EventFlow's ReportedMessages.
import type { Message } from '../../../contract/message.ts'
import type { OwnReport, Report, ReportInContext } from '../../../contract/report.ts'
import { escaped, html, words } from '../../shown.ts'
import { message } from '../shapes.ts'

export const ownReport = (one: OwnReport) => ({
  _id: one.id,
  messageId: one.messageId,
  threadId: one.threadId,
  reason: one.reason,
  details: one.details && words(one.details),
  status: one.status,
  createdAt: one.createdAt,
})

export const report = (one: Report, about?: Message) => ({
  ...ownReport(one),
  reportedBy: one.reporterId,
  senderId: one.senderId,
  content: one.content && contentOf(one.content, about),
  reviewedAt: one.reviewedAt,
  reviewedBy: one.reviewedBy,
  reviewNotes: one.note && words(one.note),
})

/** As it was when it was reported: HTML if that is what the message still is, else shown as text. */
const contentOf = (content: string, about: Message | undefined) =>
  about?.content === content ? html(about) : escaped(content)

export const reportInContext = ({ context, ...one }: ReportInContext) => ({
  ...report(
    one,
    context.find(({ id }) => id === one.messageId),
  ),
  context: context.map((each) => message(each)),
})
