// The tables of one thread object. Each step is run once, in order; add steps, never change one.

/**
 * thread: `told` is the version up to which domain events were put on the queue.
 * messages: `born` is the version a message was created at, `version` that of its last change. New
 * messages have `version = born`, so the partial index holds only what was touched later and a
 * plain send writes two rows: the message and its clientId.
 * members: `read_base` is the head when the cursor was last moved by hand. An own message after it
 * moves the cursor too, which is derived, not written. `marks` keeps the last cursor moves with
 * their times. `user_role` is their token's role, `role` what they are here. `version` counts joins,
 * leaves and roles, `read_version` the cursors.
 * `door` is what a message came in by, null for one that no client sent. `preview` is JSON, and
 * empty while the thread still owes it.
 * `proposal` is JSON, null for what proposes nothing.
 * `everyone` is JSON: "all", or the people who were there when the message called those who were.
 * `shadowed` is 1 for a message that only its sender sees. sanctions: who may not write here
 * (silence) or not be here (ban), until when.
 * `expires_at` (ms) is null for a message that stays.
 * `attachments` of a message is JSON, null for none. attached: which messages show a file; a message
 * without one has no row there.
 * due: times at which the object's one alarm has something to do.
 */
export const steps = [
  `CREATE TABLE thread (
     one INTEGER PRIMARY KEY CHECK (one = 1), step INTEGER NOT NULL, id TEXT NOT NULL,
     epoch TEXT NOT NULL, type TEXT NOT NULL, title TEXT, metadata TEXT, subject TEXT,
     status TEXT NOT NULL, created_by TEXT NOT NULL, created_at INTEGER NOT NULL,
     version INTEGER NOT NULL
   );
   CREATE TABLE members (
     user_id TEXT PRIMARY KEY, name TEXT, avatar_url TEXT, role TEXT NOT NULL,
     joined_at INTEGER NOT NULL, left_at INTEGER, from_seq INTEGER NOT NULL,
     read_seq INTEGER NOT NULL, read_base INTEGER NOT NULL, delivered_seq INTEGER NOT NULL,
     marks TEXT NOT NULL, pinned_at INTEGER, muted_until INTEGER, archived_at INTEGER,
     archived_seq INTEGER, hidden_seq INTEGER, subscribed INTEGER NOT NULL,
     version INTEGER NOT NULL, read_version INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE messages (
     seq INTEGER PRIMARY KEY, born INTEGER NOT NULL, version INTEGER NOT NULL,
     sender TEXT NOT NULL, client_id TEXT, kind TEXT NOT NULL, format TEXT NOT NULL,
     content TEXT, metadata TEXT, mentions TEXT, reply_to INTEGER, created_at INTEGER NOT NULL,
     edited_at INTEGER, deleted_at INTEGER
   );
   CREATE UNIQUE INDEX messages_client ON messages (client_id, sender) WHERE client_id IS NOT NULL;
   CREATE INDEX messages_touched ON messages (version) WHERE version > born;
   CREATE TABLE editions (
     seq INTEGER NOT NULL, version INTEGER NOT NULL, content TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (seq, version)
   ) WITHOUT ROWID;
   CREATE TABLE reactions (
     seq INTEGER NOT NULL, emoji TEXT NOT NULL, user_id TEXT NOT NULL, at INTEGER NOT NULL,
     PRIMARY KEY (seq, emoji, user_id)
   ) WITHOUT ROWID;
   CREATE TABLE hidden (
     user_id TEXT NOT NULL, seq INTEGER NOT NULL, version INTEGER NOT NULL,
     PRIMARY KEY (user_id, seq)
   ) WITHOUT ROWID;
   CREATE TABLE blocks (
     user_id TEXT NOT NULL, blocked_id TEXT NOT NULL, since INTEGER NOT NULL,
     PRIMARY KEY (user_id, blocked_id)
   ) WITHOUT ROWID;
   CREATE TABLE due (
     kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key)
   ) WITHOUT ROWID;`,
  `ALTER TABLE messages ADD COLUMN door TEXT`,
  `ALTER TABLE messages ADD COLUMN preview TEXT`,
  // An edit may change the format, so each earlier text has its own.
  `ALTER TABLE editions ADD COLUMN format TEXT NOT NULL DEFAULT 'plain'`,
  `ALTER TABLE messages ADD COLUMN shadowed INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE sanctions (
     user_id TEXT NOT NULL, kind TEXT NOT NULL, until INTEGER NOT NULL,
     PRIMARY KEY (user_id, kind)
   ) WITHOUT ROWID;`,
  `ALTER TABLE messages ADD COLUMN forwarded TEXT`,
  `ALTER TABLE messages ADD COLUMN proposal TEXT`,
  `CREATE INDEX messages_shadowed ON messages (seq) WHERE shadowed = 1`,
  `ALTER TABLE messages ADD COLUMN everyone TEXT`,
  // Of messages that vanish and have not yet: any other has no row in it.
  `ALTER TABLE messages ADD COLUMN expires_at INTEGER;
   CREATE INDEX messages_expiring ON messages (expires_at)
     WHERE expires_at IS NOT NULL AND deleted_at IS NULL;`,
  `ALTER TABLE messages ADD COLUMN attachments TEXT;
   CREATE TABLE attached (
     attachment_id TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (attachment_id, seq)
   ) WITHOUT ROWID;`,
  `ALTER TABLE members ADD COLUMN first_name TEXT;
   ALTER TABLE members ADD COLUMN last_name TEXT;
   ALTER TABLE members ADD COLUMN user_role TEXT`,
  `ALTER TABLE thread ADD COLUMN told INTEGER`,
]
