// The read model in D1: a projection of the objects, rebuilt from them at any time. Times are ms.
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const profiles = sqliteTable('profiles', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  firstName: text('first_name'),
  lastName: text('last_name'),
  avatarUrl: text('avatar_url'),
  role: text('role').notNull(),
  servicePackages: text('service_packages').notNull(),
  version: integer('version').notNull(),
})

export const blocks = sqliteTable(
  'blocks',
  {
    userId: text('user_id').notNull(),
    blockedId: text('blocked_id').notNull(),
    since: integer('since').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.blockedId] })],
)

/** Who is banned everywhere, for lists: the truth is each person's own object. */
export const bans = sqliteTable('bans', {
  userId: text('user_id').primaryKey(),
  reason: text('reason'),
  until: integer('until').notNull(),
  shadow: integer('shadow').notNull(),
  since: integer('since').notNull(),
  by: text('by').notNull(),
})

export const threads = sqliteTable(
  'threads',
  {
    id: text('id').primaryKey(),
    epoch: text('epoch').notNull(),
    type: text('type').notNull(),
    title: text('title'),
    metadata: text('metadata'),
    subject: text('subject'),
    status: text('status').notNull(),
    createdBy: text('created_by'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
    headSeq: integer('head_seq').notNull(),
    memberCount: integer('member_count').notNull(),
    version: integer('version').notNull(),
  },
  // What is looked up is the application's own id of what a thread is about.
  (table) => [
    index('threads_subject')
      .on(sql`${table.subject} ->> 'id'`)
      .where(sql`${table.subject} IS NOT NULL`),
  ],
)

/**
 * `shelf`: 0 pinned, 1 active, 2 archived, 3 put out of sight. `rank`: when the thread last rose to
 * the top of its shelf; a thread that is the newest already is not written again for each message.
 */
export const members = sqliteTable(
  'members',
  {
    threadId: text('thread_id').notNull(),
    userId: text('user_id').notNull(),
    name: text('name'),
    avatarUrl: text('avatar_url'),
    role: text('role').notNull(),
    joinedAt: integer('joined_at').notNull(),
    fromSeq: integer('from_seq').notNull(),
    readSeq: integer('read_seq').notNull(),
    readBase: integer('read_base').notNull(),
    deliveredSeq: integer('delivered_seq').notNull(),
    pinnedAt: integer('pinned_at'),
    mutedUntil: integer('muted_until'),
    archivedAt: integer('archived_at'),
    version: integer('version').notNull(),
    shelf: integer('shelf').notNull(),
    rank: integer('rank').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.threadId, table.userId] }),
    index('members_list').on(table.userId, table.shelf, table.rank, table.threadId),
  ],
)

export const messages = sqliteTable(
  'messages',
  {
    threadId: text('thread_id').notNull(),
    seq: integer('seq').notNull(),
    version: integer('version').notNull(),
    sender: text('sender').notNull(),
    clientId: text('client_id'),
    kind: text('kind').notNull(),
    format: text('format').notNull(),
    content: text('content'),
    metadata: text('metadata'),
    mentions: text('mentions'),
    everyone: text('everyone'),
    replyTo: integer('reply_to'),
    forwarded: text('forwarded'),
    attachments: text('attachments'),
    preview: text('preview'),
    reactions: text('reactions').notNull(),
    createdAt: integer('created_at').notNull(),
    editedAt: integer('edited_at'),
    deletedAt: integer('deleted_at'),
    expiresAt: integer('expires_at'),
    /** 1 for one that only its sender sees. */
    shadowed: integer('shadowed').notNull().default(0),
    proposal: text('proposal'),
  },
  (table) => [
    primaryKey({ columns: [table.threadId, table.seq] }),
    // Counts proposals without reading what is none; nothing is written for other messages.
    index('messages_proposals')
      .on(table.kind, sql`proposal ->> 'state'`, table.shadowed)
      .where(sql`proposal IS NOT NULL`),
    /** Of messages that mention anybody: the others have no row in it. */
    index('messages_mentioning')
      .on(table.threadId, table.seq)
      .where(sql`mentions IS NOT NULL OR everyone IS NOT NULL`),
  ],
)

/** What pages said of themselves, by their normalised address; `found` is JSON. */
export const linkPreviews = sqliteTable(
  'link_previews',
  {
    url: text('url').primaryKey(),
    found: text('found').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('link_previews_expiry').on(table.expiresAt)],
)

export const linkRobots = sqliteTable(
  'link_robots',
  {
    origin: text('origin').primaryKey(),
    text: text('text').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('link_robots_expiry').on(table.expiresAt)],
)

export const hidden = sqliteTable(
  'hidden',
  {
    userId: text('user_id').notNull(),
    threadId: text('thread_id').notNull(),
    seq: integer('seq').notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.threadId, table.seq] })],
)

/** Where the host application hears of events; `events` is a JSON list of their types. */
export const webhooks = sqliteTable('webhooks', {
  id: text('id').primaryKey(),
  url: text('url').notNull(),
  events: text('events').notNull(),
  secret: text('secret').notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: integer('created_at').notNull(),
  failures: integer('failures').notNull().default(0),
  disabledAt: integer('disabled_at'),
})

/** What was handed to somebody outside, once for each key. `claimed_at`: somebody is at work on it. */
export const deliveries = sqliteTable(
  'deliveries',
  {
    key: text('key').primaryKey(),
    channel: text('channel').notNull(),
    recipient: text('recipient').notNull(),
    job: text('job').notNull(),
    status: text('status').notNull(),
    attempts: integer('attempts').notNull(),
    claimedAt: integer('claimed_at').notNull(),
    error: text('error'),
    kept: text('kept'),
    createdAt: integer('created_at').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [index('deliveries_updated').on(table.updatedAt)],
)
