// Socket.IO sessions of one person: each is an object of its own, and must be found after any sleep.
import type { UserBook } from './book.ts'

/**
 * `pid` is what its client shows when it comes back. `joined`: the threads that are on its screen, as
 * far as it said so. `parkedAt`: since when its client is lost (ms); `kept` is what it wants back.
 */
export type SessionState = {
  pid: string
  away: boolean
  joined: string[]
  parkedAt: number | null
  kept: string | null
}

/** A thread from after a version on, or an event of none. */
export type Missed = { threadId: string; since: number } | { event: string }

export function sessionsOf(book: UserBook): Map<string, SessionState> {
  type Row = {
    id: string
    pid: string
    away: number
    joined: string
    parked_at: number | null
    kept: string | null
  }
  return new Map(
    book
      .read<Row>('SELECT * FROM sessions')
      .map(({ id, away, joined, parked_at, ...row }) => [
        id,
        { ...row, away: away === 1, joined: JSON.parse(joined) as string[], parkedAt: parked_at },
      ]),
  )
}

export function putSession(book: UserBook, id: string, state: SessionState): void {
  const { pid, away, joined, parkedAt, kept } = state
  book.write(
    'INSERT OR REPLACE INTO sessions VALUES (?, ?, ?, ?, ?, ?)',
    ...[id, pid, away ? 1 : 0, JSON.stringify(joined), parkedAt, kept],
  )
}

export function removeSession(book: UserBook, id: string): void {
  book.write('DELETE FROM sessions WHERE id = ?', id)
  book.write('DELETE FROM missed WHERE session = ?', id)
}

/** The first that is missed of a thread counts. Of other events the last under its key. */
export function addMissed(book: UserBook, session: string, key: string, missed: Missed): void {
  if ('event' in missed)
    book.write('INSERT OR REPLACE INTO missed VALUES (?, ?, NULL, ?)', session, key, missed.event)
  else book.write('INSERT OR IGNORE INTO missed VALUES (?, ?, ?, NULL)', session, key, missed.since)
}

export function missedBy(book: UserBook, session: string): Missed[] {
  type Row = { key: string; since: number | null; event: string | null }
  return book
    .read<Row>('SELECT key, since, event FROM missed WHERE session = ?', session)
    .map(({ key, since, event }) =>
      event === null ? { threadId: key, since: since ?? 0 } : { event },
    )
}
