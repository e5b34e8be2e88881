// Operation → method and path under /v1. Server routes, OpenAPI and the SDK's addresses come from here.
import type { Operation } from './operations.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/**
 * `:name` in a path is a field of the operation's input. Other fields come from the query on GET and
 * DELETE, else from the JSON body. `lists` are query fields written `a,b`.
 */
export type Route = {
  method: Method
  path: string
  operation: Operation
  status: 200 | 201 | 204
  lists?: string[]
  /** What the same address does where a draft is meant, see contract/draft.ts. */
  draft?: Operation
  /** What it does where a time to come is given. */
  later?: Operation
  /** Bodies that are no JSON are streamed, and have a handler of their own; so do answers. */
  body?: 'ndjson' | 'multipart' | 'bytes'
  answer?: 'bytes'
}

const route = (
  method: Method,
  path: string,
  operation: Operation,
  more: Partial<Pick<Route, 'status' | 'lists' | 'body' | 'answer' | 'draft' | 'later'>> = {},
): Route => ({ method, path, operation, status: 200, ...more })

const created = { status: 201 } as const
const empty = { status: 204 } as const

export const rest: Route[] = [
  route('GET', '/me', 'profile.get'),
  route('PATCH', '/me', 'profile.update'),
  route('GET', '/users/:userId', 'user.get'),
  route('GET', '/presence', 'presence.get', { lists: ['userIds'] }),
  route('GET', '/presence/online', 'presence.list'),
  route('GET', '/blocks', 'block.list'),
  route('PUT', '/blocks/:userId', 'block.add'),
  route('DELETE', '/blocks/:userId', 'block.remove', empty),
  route('GET', '/unread', 'unread.get'),
  route('GET', '/search', 'message.search'),
  route('GET', '/drafts', 'draft.list'),
  route('GET', '/scheduled', 'schedule.list'),
  route('GET', '/reminders', 'reminder.list'),
  route('GET', '/sent', 'message.sent'),
  route('GET', '/mentions', 'mention.list'),

  route('POST', '/threads', 'thread.create', created),
  route('GET', '/threads', 'thread.list'),
  route('GET', '/subjects/:subjectId/threads', 'thread.find'),
  route('GET', '/users/:userId/thread', 'direct.find'),
  route('GET', '/threads/:threadId', 'thread.get'),
  route('GET', '/threads/:threadId/facts', 'thread.facts'),
  route('PATCH', '/threads/:threadId', 'thread.update'),
  route('DELETE', '/threads/:threadId', 'thread.leave', empty),
  route('POST', '/threads/:threadId/hide', 'thread.hide', empty),
  route('POST', '/threads/:threadId/archive', 'thread.archive'),
  route('POST', '/threads/:threadId/unarchive', 'thread.unarchive'),
  route('POST', '/threads/:threadId/pin', 'thread.pin'),
  route('POST', '/threads/:threadId/unpin', 'thread.unpin'),
  route('POST', '/threads/:threadId/mute', 'thread.mute'),
  route('POST', '/threads/:threadId/unmute', 'thread.unmute'),
  route('POST', '/threads/:threadId/read', 'thread.read'),
  route('POST', '/threads/:threadId/delivered', 'thread.delivered'),
  route('POST', '/threads/:threadId/unread', 'thread.unread'),
  route('GET', '/threads/:threadId/sync', 'thread.sync'),

  route('GET', '/threads/:threadId/members', 'member.list'),
  route('POST', '/threads/:threadId/members', 'member.add', created),
  route('PATCH', '/threads/:threadId/members/:userId', 'member.update'),
  route('DELETE', '/threads/:threadId/members/:userId', 'member.remove', empty),

  route('POST', '/threads/:threadId/messages', 'message.send', {
    ...created,
    draft: 'draft.create',
    later: 'message.schedule',
  }),
  route('GET', '/threads/:threadId/messages', 'message.list'),
  route('GET', '/threads/:threadId/messages/some', 'message.pick', { lists: ['messageIds'] }),
  route('GET', '/messages/:messageId/facts', 'message.facts'),
  route('GET', '/messages/:messageId', 'message.get', { draft: 'draft.get' }),
  route('GET', '/threads/:threadId/receipts', 'receipt.list'),
  route('GET', '/threads/:threadId/reactions', 'reaction.list'),
  route('PATCH', '/messages/:messageId', 'message.edit', { draft: 'draft.edit' }),
  route('DELETE', '/messages/:messageId', 'message.delete', {
    ...empty,
    draft: 'draft.delete',
  }),
  route('POST', '/messages/:messageId/send', 'draft.send', created),
  route('POST', '/messages/:messageId/forward', 'message.forward', created),
  route('GET', '/messages/:messageId/history', 'message.history'),
  route('GET', '/messages/:messageId/receipts', 'message.receipts'),
  route('POST', '/messages/:messageId/read', 'message.read'),
  route('PUT', '/messages/:messageId/reminder', 'reminder.set'),
  route('DELETE', '/messages/:messageId/reminder', 'reminder.remove', empty),
  route('POST', '/messages/:messageId/report', 'message.report', created),
  route('POST', '/messages/:messageId/accept', 'proposal.accept'),
  route('POST', '/messages/:messageId/decline', 'proposal.decline'),
  route('POST', '/messages/:messageId/withdraw', 'proposal.withdraw'),
  route('GET', '/threads/:threadId/packages/:servicePackageId', 'package.find'),
  route('PUT', '/messages/:messageId/reactions/:emoji', 'reaction.add'),
  route('DELETE', '/messages/:messageId/reactions/:emoji', 'reaction.remove'),
  route('DELETE', '/messages/:messageId/reactions', 'reaction.clear'),

  route('POST', '/attachments', 'attachment.upload', { ...created, body: 'multipart' }),
  route('GET', '/attachments/:attachmentId', 'attachment.download', { answer: 'bytes' }),
  route('POST', '/attachments/:attachmentId/link', 'attachment.link', created),
  route('GET', '/threads/:threadId/attachments', 'attachment.list'),
  route('POST', '/uploads', 'upload.create', created),
  route('GET', '/uploads/:uploadId', 'upload.get'),
  route('PUT', '/uploads/:uploadId/parts/:part', 'upload.part', { body: 'bytes' }),
  route('POST', '/uploads/:uploadId/complete', 'upload.complete', created),
  route('DELETE', '/uploads/:uploadId', 'upload.abort', empty),

  route('POST', '/previews', 'preview.get'),

  route('GET', '/notifications', 'notification.list'),
  route('GET', '/notifications/preferences', 'notification.preferences'),
  route('PATCH', '/notifications/preferences', 'notification.prefer'),
  route('POST', '/notifications/:notificationId/read', 'notification.read'),
  route('DELETE', '/notifications/:notificationId', 'notification.delete', empty),
  route('GET', '/push/key', 'push.key'),
  route('POST', '/push/subscriptions', 'push.subscribe', created),
  route('DELETE', '/push/subscriptions', 'push.unsubscribe', empty),
  route('POST', '/admin/notifications', 'admin.notify', created),

  route('POST', '/queue', 'queue.add', created),
  route('GET', '/queue', 'queue.list'),
  route('POST', '/queue/:queueItemId/retry', 'queue.retry'),
  route('DELETE', '/queue/:queueItemId', 'queue.remove', empty),

  route('PUT', '/threads/:threadId/members/:userId/silence', 'member.silence'),
  route('DELETE', '/threads/:threadId/members/:userId/silence', 'member.unsilence', empty),
  route('PUT', '/threads/:threadId/bans/:userId', 'member.ban'),
  route('DELETE', '/threads/:threadId/bans/:userId', 'member.unban', empty),

  route('POST', '/admin/webhooks', 'webhook.create', created),
  route('GET', '/admin/webhooks', 'webhook.list'),
  route('PATCH', '/admin/webhooks/:webhookId', 'webhook.update'),
  route('POST', '/admin/webhooks/:webhookId/rotate', 'webhook.rotate'),
  route('DELETE', '/admin/webhooks/:webhookId', 'webhook.delete', empty),
  route('GET', '/admin/deliveries', 'delivery.list'),
  route('GET', '/admin/deliveries/:deliveryId', 'delivery.get'),
  route('POST', '/admin/deliveries/:deliveryId/retry', 'delivery.retry'),

  route('GET', '/limits', 'limits.get'),
  route('GET', '/admin/reports', 'report.list'),
  route('GET', '/admin/reports/:reportId', 'report.get'),
  route('PATCH', '/admin/reports/:reportId', 'report.review'),
  route('PUT', '/admin/bans/:userId', 'admin.ban'),
  route('DELETE', '/admin/bans/:userId', 'admin.unban', empty),
  route('GET', '/admin/audit', 'admin.audit'),
  route('GET', '/admin/users', 'admin.users'),
  route('GET', '/admin/metrics', 'admin.metrics'),
  route('POST', '/admin/broadcast', 'admin.broadcast', created),
  route('POST', '/admin/import', 'admin.import', { body: 'ndjson' }),
  route('POST', '/admin/rebuild', 'admin.rebuild'),
  route('GET', '/admin/rows', 'admin.rows'),
]
