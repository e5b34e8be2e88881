-- Full-text search, in a database of its own: D1 cannot export one that has virtual tables, and this
-- one is made anew from the threads at any time. A document's id is thread number * 2^32 + seq, so
-- the id says whose it is, and a thread's documents are neighbours in every posting list.
CREATE TABLE threads (
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  epoch TEXT NOT NULL,
  version INTEGER NOT NULL
);
--> statement-breakpoint
CREATE TABLE documents (
  id INTEGER PRIMARY KEY,
  sender TEXT NOT NULL,
  at INTEGER NOT NULL
);
--> statement-breakpoint
-- `text` and `facts` are words that core/words.ts has folded and cut, so the simplest tokenizer reads
-- them, and no copy of a message is kept here.
CREATE VIRTUAL TABLE words USING fts5 (
  text, facts, content = '', contentless_delete = 1, tokenize = 'ascii'
);
