// THE table of everything a client may ask, on every door. REST paths are in rest.ts.
import { z } from 'zod'
import { ClientId, Cursor, Jurisdiction, MessageId, Seq, ThreadId, UserId } from './ids.ts'
import { limits } from './limits.ts'
import * as messages from './message.ts'
import * as threads from './thread.ts'
import * as users from './user.ts'

/**
 * Who carries an operation out: the `thread` object that the input names, the asker's own `user`
 * object, or the `service` itself, which asks the read model or several objects. A `stream` has a
 * body that is no JSON, and a door of its own on REST.
 * `write` operations wait for the read model on REST, so that a reader finds what they just wrote.
 */
type Operator = 'thread' | 'user' | 'service' | 'stream'
type Row<A extends Operator, I extends z.ZodObject, O extends z.ZodType> = {
  at: A
  says: string
  input: I
  output: O
  write: boolean
  role?: 'admin'
}

const op = <const A extends Operator, I extends z.ZodObject, O extends z.ZodType>(
  at: A,
  says: string,
  input: I,
  output: O,
  more: { write?: boolean; role?: 'admin' } = {},
): Row<A, I, O> => ({ at, says, input, output, write: false, ...more })

const write = { write: true }
const none = z.object({})
const inThread = z.object({ threadId: ThreadId })
const ofMessage = z.object({ messageId: MessageId })
const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })
const PageSize = z.number().int().min(1).max(limits.pageMost).default(limits.page)
const PageCursor = z.string().max(512).optional()

const SendInput = inThread.extend({
  clientId: ClientId.optional(),
  content: messages.Content,
  format: messages.Format.default('plain'),
  kind: messages.SendKind.default('text'),
  metadata: messages.Metadata.optional(),
  mentions: z.array(UserId).max(limits.mentions).optional(),
  replyTo: MessageId.optional(),
})

export const operations = {
  // People
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
  'presence.set': op(
    'user',
    'This socket’s device is in use (online) or idle (away); away shows when every device is',
    z.object({ status: z.enum(['online', 'away']) }),
    users.Presence,
  ),
  'block.list': op('user', 'Whom I block', none, page(users.Block)),
  'block.add': op(
    'user',
    'Block: no direct messages either way, their messages elsewhere hidden from me',
    z.object({ userId: UserId, reason: z.string().trim().max(500).optional() }),
    users.Block,
    write,
  ),
  'block.remove': op('user', 'Unblock', z.object({ userId: UserId }), z.null(), write),

  // Threads
  'thread.create': op(
    'service',
    'Open a thread; of two people it is direct and exists once',
    z.object({
      type: threads.ThreadType.optional(),
      title: threads.Title.optional(),
      participants: z.array(UserId).max(limits.membersPerRequest).default([]),
      metadata: messages.Metadata.optional(),
      subject: threads.Subject.optional(),
      jurisdiction: Jurisdiction.optional(),
      clientId: ClientId.optional(),
    }),
    threads.Thread,
    write,
  ),
  'thread.list': op(
    'service',
    'My threads, pinned first, then by last activity',
    z.object({
      status: z.enum(['active', 'archived']).default('active'),
      cursor: PageCursor,
      limit: PageSize,
    }),
    page(threads.Thread),
  ),
  'thread.get': op('thread', 'One thread', inThread, threads.Thread),
  'thread.update': op(
    'thread',
    'Rename, describe or close a thread',
    inThread.extend({
      title: threads.Title.nullable().optional(),
      metadata: messages.Metadata.nullable().optional(),
      status: z.enum(['active', 'closed']).optional(),
    }),
    threads.Thread,
    write,
  ),
  'thread.leave': op(
    'thread',
    'Leave a thread; a direct one is hidden from me until its next message',
    inThread,
    z.null(),
    write,
  ),
  'thread.archive': op(
    'thread',
    'Archive for me, until its next message',
    inThread,
    threads.Thread,
    write,
  ),
  'thread.unarchive': op('thread', 'Take back from my archive', inThread, threads.Thread, write),
  'thread.pin': op('thread', 'Pin to the top of my list', inThread, threads.Thread, write),
  'thread.unpin': op('thread', 'Unpin', inThread, threads.Thread, write),
  'thread.mute': op(
    'thread',
    'No notifications for a while',
    inThread.extend({ duration: threads.MuteDuration }),
    threads.Thread,
    write,
  ),
  'thread.unmute': op('thread', 'Notifications again', inThread, threads.Thread, write),
  'thread.read': op(
    'thread',
    'I have read up to a message (default: all); never moves back',
    inThread.extend({ seq: Seq.optional() }),
    threads.ReadState,
    write,
  ),
  'thread.unread': op(
    'thread',
    'Unread again, from a message on (default: the last one)',
    inThread.extend({ seq: Seq.min(1).optional() }),
    threads.ReadState,
    write,
  ),
  'thread.sync': op(
    'thread',
    'Everything that changed since a cursor; `from=latest` starts with the newest messages',
    inThread.extend({ cursor: Cursor.optional(), from: z.literal('latest').optional() }),
    threads.SyncPage,
  ),
  'typing.set': op(
    'thread',
    'I am typing, or not',
    inThread.extend({ typing: z.boolean() }),
    z.null(),
  ),
  'unread.get': op(
    'service',
    'What I have not read; archived and muted threads count in items, not in total',
    none,
    z.object({
      total: z.number().int(),
      mentions: z.number().int(),
      items: z.array(
        z.object({ threadId: ThreadId, unread: z.number().int(), mentions: z.number().int() }),
      ),
    }),
  ),

  // Members
  'member.list': op(
    'thread',
    'Members of a thread, in the order of their ids',
    inThread.extend({ cursor: PageCursor, limit: PageSize }),
    page(threads.Member),
  ),
  'member.add': op(
    'thread',
    'Add people to a thread',
    inThread.extend({
      userId: UserId.optional(),
      userIds: z.array(UserId).min(1).max(limits.membersPerRequest).optional(),
      role: threads.Role.optional(),
    }),
    z.object({ items: z.array(threads.Member) }),
    write,
  ),
  'member.update': op(
    'thread',
    'Change somebody’s role',
    inThread.extend({ userId: UserId, role: threads.Role }),
    threads.Member,
    write,
  ),
  'member.remove': op(
    'thread',
    'Take somebody out of a thread',
    inThread.extend({ userId: UserId }),
    z.null(),
    write,
  ),

  // Messages
  'message.send': op(
    'thread',
    'Send; the same clientId answers the first result again, for ever',
    SendInput,
    messages.Message,
    write,
  ),
  'message.list': op(
    'thread',
    'Messages in seq order: the newest page, or a page before, after or around a seq',
    inThread.extend({
      before: Seq.optional(),
      after: Seq.optional(),
      around: Seq.optional(),
      limit: PageSize,
    }),
    page(messages.Message),
  ),
  'message.get': op('thread', 'One message', ofMessage, messages.Message),
  'message.edit': op(
    'thread',
    'Change my message within the edit window',
    ofMessage.extend({
      content: messages.Content,
      format: messages.Format.optional(),
      metadata: messages.Metadata.nullable().optional(),
    }),
    messages.Message,
    write,
  ),
  'message.delete': op(
    'thread',
    'Delete for all (a tombstone stays), or for me alone',
    ofMessage.extend({ for: z.enum(['all', 'me']).default('all') }),
    z.null(),
    write,
  ),
  'message.history': op(
    'thread',
    'Earlier texts of a message, oldest first',
    ofMessage,
    z.object({ items: z.array(messages.Edition) }),
  ),
  'message.receipts': op(
    'thread',
    'Who got and who read a message',
    ofMessage,
    z.object({ items: z.array(messages.Receipt) }),
  ),
  'message.read': op(
    'thread',
    'I have read up to this message',
    ofMessage,
    threads.ReadState,
    write,
  ),
  'reaction.add': op(
    'thread',
    'React; the same reaction twice is one',
    ofMessage.extend({ emoji: messages.Emoji }),
    messages.Message,
    write,
  ),
  'reaction.remove': op(
    'thread',
    'Take my reaction back',
    ofMessage.extend({ emoji: messages.Emoji }),
    messages.Message,
    write,
  ),

  // Sockets
  sync: op(
    'user',
    'Everything that changed since my cursors, a page for each thread',
    z.object({
      cursors: z
        .record(ThreadId, Cursor.nullable())
        .refine((cursors) => Object.keys(cursors).length <= limits.syncThreads, {
          message: `must name at most ${limits.syncThreads} threads`,
        }),
    }),
    z.object({
      threads: z.record(
        ThreadId,
        z.union([threads.SyncPage, z.object({ error: z.object({ code: z.string() }) })]),
      ),
    }),
  ),
  ack: op('user', 'I am reading: send on', none, z.null()),

  // Administration
  'admin.import': op(
    'stream',
    'Import messages, one JSON object a line; what is known by its log and line is skipped',
    z.object({
      source: z
        .string()
        .regex(/^[\w-]{1,32}$/)
        .default('import'),
    }),
    z.object({
      threads: z.number().int(),
      messages: z.number().int(),
      replies: z.number().int(),
      skipped: z.number().int(),
    }),
    { role: 'admin' },
  ),
  'admin.rebuild': op(
    'service',
    'Rebuild the read model from the objects, a page of them at a time',
    z.object({ cursor: PageCursor }),
    z.object({
      threads: z.number().int(),
      users: z.number().int(),
      messages: z.number().int(),
      nextCursor: z.string().nullable(),
    }),
    { role: 'admin' },
  ),
  'admin.rows': op(
    'service',
    'Rows written since this isolate started, in objects and in D1: what they cost is counted',
    none,
    z.object({ object: z.number().int(), d1: z.number().int() }),
    { role: 'admin' },
  ),
} satisfies Record<string, Row<Operator, z.ZodObject, z.ZodType>>

export type Operation = keyof typeof operations
export type Input<O extends Operation> = z.input<(typeof operations)[O]['input']>
export type Parsed<O extends Operation> = z.output<(typeof operations)[O]['input']>
export type Output<O extends Operation> = z.output<(typeof operations)[O]['output']>

/** The operations that one operator carries out. */
export type OperationAt<A extends Operator> = {
  [O in Operation]: (typeof operations)[O]['at'] extends A ? O : never
}[Operation]

/** A client of any kind is this function. It rejects with a `ChatError`. */
export type Execute = <O extends Operation>(operation: O, input: Input<O>) => Promise<Output<O>>

export const isOperation = (name: string): name is Operation => Object.hasOwn(operations, name)
