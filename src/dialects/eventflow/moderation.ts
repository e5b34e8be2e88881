// EventFlow's reports, limits and status.
import { limits } from '../../contract/limits.ts'
import type { Output } from '../../contract/operations.ts'
import { ReportReason, ReportStatus } from '../../contract/report.ts'
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { maybe, oneOf, text } from '../fields.ts'
import { numbered, pageStart, slice } from '../paging.ts'
import { api, messages } from './paths.ts'
import { ownReport, report, reportInContext } from './shapes/reports.ts'

type InContext = Output<'report.list'>['items'][number]

/** Both are at two places: the document lists them under the messages, and prints them without. */
const serverRows = (base: string): Endpoint[] => [
  endpoint('GET', `${base}/messaging/status`, {}, ({ at }) =>
    ask('admin.metrics', {}, ({ connections, online, typing, threads }) =>
      done({
        status: 'healthy',
        stats: {
          connectedClients: connections,
          onlineUsers: online,
          typingUsers: typing,
          rooms: threads.total,
        },
        timestamp: at,
      }),
    ),
  ),
  endpoint('GET', `${base}/limits`, {}, () =>
    ask('limits.get', {}, (allowance) => done(allowance)),
  ),
]

export const moderationRows: Endpoint[] = [
  ...serverRows(messages),
  ...serverRows(api),
  endpoint(
    'POST',
    `${messages}/:messageId/report`,
    {
      body: {
        reason: oneOf(...ReportReason.options),
        details: maybe(text(limits.reportDetails)),
      },
      status: 201,
    },
    ({ params, body }) =>
      ask('message.report', { ...params, ...body }, (made) => done({ report: ownReport(made) })),
  ),
  endpoint(
    'GET',
    `${api}/admin/reports`,
    { query: { ...numbered, status: maybe(oneOf(...ReportStatus.options)) } },
    ({ query: { status, page, limit } }) =>
      slice<InContext, object>(
        { skip: pageStart({ page, limit }), limit },
        (cursor, size, then) => ask('report.list', { status, cursor, limit: size }, then),
        (items, hasMore) => done({ reports: items.map(reportInContext), page, hasMore }),
      ),
  ),
  endpoint(
    'PUT',
    `${api}/admin/reports/:reportId`,
    { body: { status: oneOf(...ReportStatus.options), reviewNotes: maybe(text(1000)) } },
    ({ params, body: { status, reviewNotes } }) =>
      ask('report.review', { ...params, status, note: reviewNotes || undefined }, (reviewed) =>
        done({ report: report(reviewed) }),
      ),
  ),
]
