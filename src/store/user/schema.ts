// The tables of one user object. Each step is run once, in order; add steps, never change one.
import { run } from '../tally.ts'

/**
 * waiting: threads that were told this person is asleep, to be told otherwise. attending: threads
 * that hold a socket of theirs. pins: threads they pinned. sent: the messages of the last minute.
 * queue: messages to be sent, in the order in which they came; `failures` counts attempts.
 * drafts: the messages they are writing, those that are sent at `send_at`, and for a while those that
 * were sent. `sending` is 1 from the start of an attempt until it is known how it ended.
 * notifications: what an admin or the service said, and the remains of those of threads that were
 * left. noticed: up to where the messages of a thread make no notification any more, since it was read
 * (when) or taken off the list, or since they were on a screen.
 * sessions: their Socket.IO sessions, each an object of its own; one whose client was lost is parked
 * for a while, since it may come back. missed: what it was not told meanwhile, which is a thread from
 * a version on, or an event that is of no thread.
 * attachments: files they uploaded. shown: threads that may show one, to be asked whether they do.
 * uploads, upload_parts: large files on their way.
 * reminders: messages of which they want to be reminded, at what time; then it is a notification that
 * names the message and holds none of its words.
 * steps: how many of these steps the object has run; objects from before it was kept have run one.
 */
const steps = [
  `CREATE TABLE profile (
     one INTEGER PRIMARY KEY CHECK (one = 1), name TEXT NOT NULL, avatar_url TEXT, email TEXT,
     role TEXT NOT NULL, tier TEXT NOT NULL, privacy TEXT NOT NULL, service_packages TEXT NOT NULL,
     created_at INTEGER NOT NULL, last_seen INTEGER, version INTEGER NOT NULL
   );
   CREATE TABLE blocks (user_id TEXT PRIMARY KEY, reason TEXT, since INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE blocked_by (user_id TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE waiting (thread_id TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE attending (thread_id TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE pins (thread_id TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE sent (one INTEGER PRIMARY KEY CHECK (one = 1), times TEXT NOT NULL);
   CREATE TABLE due (
     kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key)
   ) WITHOUT ROWID;`,
  `CREATE TABLE steps (one INTEGER PRIMARY KEY CHECK (one = 1), done INTEGER NOT NULL);`,
  `CREATE TABLE queue (
     place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, thread_id TEXT NOT NULL,
     client_id TEXT NOT NULL, content TEXT NOT NULL, format TEXT NOT NULL,
     attachments TEXT NOT NULL, status TEXT NOT NULL, failures INTEGER NOT NULL,
     next_at INTEGER, tried_at INTEGER, error TEXT, message_id TEXT, created_at INTEGER NOT NULL
   );`,
  `CREATE TABLE drafts (
     id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, client_id TEXT, input TEXT, message_id TEXT,
     created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
   ) WITHOUT ROWID;`,
  `CREATE TABLE ban (
     one INTEGER PRIMARY KEY CHECK (one = 1), reason TEXT, until INTEGER NOT NULL,
     shadow INTEGER NOT NULL, since INTEGER NOT NULL, by TEXT NOT NULL
   );`,
  `CREATE TABLE notifications (
     id TEXT PRIMARY KEY, type TEXT NOT NULL, title TEXT, message TEXT, thread_id TEXT,
     count INTEGER NOT NULL, created_at INTEGER NOT NULL, read_at INTEGER, left_at INTEGER
   ) WITHOUT ROWID;
   CREATE TABLE noticed (
     thread_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, read_at INTEGER
   ) WITHOUT ROWID;
   CREATE TABLE preferences (
     one INTEGER PRIMARY KEY CHECK (one = 1), email INTEGER NOT NULL, push INTEGER NOT NULL,
     sound INTEGER NOT NULL
   );`,
  `CREATE TABLE sessions (
     id TEXT PRIMARY KEY, pid TEXT NOT NULL, away INTEGER NOT NULL, joined TEXT NOT NULL,
     parked_at INTEGER, kept TEXT
   ) WITHOUT ROWID;
   CREATE TABLE missed (
     session TEXT NOT NULL, key TEXT NOT NULL, since INTEGER, event TEXT, PRIMARY KEY (session, key)
   ) WITHOUT ROWID;`,
  `ALTER TABLE preferences ADD COLUMN mentions INTEGER NOT NULL DEFAULT 0;`,
  `CREATE TABLE attachments (
     id TEXT PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, name TEXT NOT NULL,
     size INTEGER NOT NULL, facts TEXT NOT NULL, created_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE shown (
     attachment_id TEXT NOT NULL, thread_id TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (attachment_id, thread_id)
   ) WITHOUT ROWID;
   CREATE TABLE uploads (
     id TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, part_bytes INTEGER NOT NULL,
     r2_upload TEXT, attachment_id TEXT, created_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE upload_parts (
     upload_id TEXT NOT NULL, part INTEGER NOT NULL, etag TEXT NOT NULL,
     PRIMARY KEY (upload_id, part)
   ) WITHOUT ROWID;`,
  `ALTER TABLE profile ADD COLUMN first_name TEXT;
   ALTER TABLE profile ADD COLUMN last_name TEXT;`,
  `ALTER TABLE drafts ADD COLUMN send_at INTEGER;
   ALTER TABLE drafts ADD COLUMN sending INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE drafts ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE drafts ADD COLUMN error TEXT;`,
  `CREATE TABLE reminders (
     message_id TEXT PRIMARY KEY, thread_id TEXT NOT NULL, at INTEGER NOT NULL,
     created_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   ALTER TABLE notifications ADD COLUMN message_id TEXT;`,
  `CREATE TABLE push_subscriptions (
     endpoint TEXT PRIMARY KEY, p256dh TEXT NOT NULL, auth TEXT NOT NULL, created_at INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE levels (thread_id TEXT PRIMARY KEY, level TEXT NOT NULL) WITHOUT ROWID;
   CREATE TABLE mailing (thread_id TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE pushed (thread_id TEXT PRIMARY KEY) WITHOUT ROWID;
   CREATE TABLE unsubscribe (one INTEGER PRIMARY KEY CHECK (one = 1), token TEXT NOT NULL);
   ALTER TABLE preferences ADD COLUMN quiet TEXT;`,
]

/** Steps that an object has run: 0 for somebody never seen. */
export function stepsDone(sql: SqlStorage): number {
  const tables = run<{ name: string }>(
    sql,
    `SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('profile', 'steps')`,
  ).map(({ name }) => name)
  if (!tables.includes('profile')) return 0
  if (!tables.includes('steps')) return 1
  return run<{ done: number }>(sql, 'SELECT done FROM steps')[0]?.done ?? 1
}

/** Runs the steps that are left; they all take hold together, as one turn's writes do. */
export function takeSteps(sql: SqlStorage, done: number): void {
  if (done === steps.length) return
  for (const step of steps.slice(done)) run(sql, step)
  run(sql, 'INSERT OR REPLACE INTO steps VALUES (1, ?)', steps.length)
}
