// Socket.IO sessions of one person: each is an object of its own, and must be found after any sleep.
import type { UserBook } from './book.ts'

/** `joined`: the threads that are on its screen, as far as it said so. */
export type SessionState = { away: boolean; joined: string[] }

export function sessionsOf(book: UserBook): Map<string, SessionState> {
  type Row = { id: string; away: number; joined: string }
  return new Map(
    book
      .read<Row>('SELECT id, away, joined FROM sessions')
      .map(({ id, away, joined }) => [
        id,
        { away: away === 1, joined: JSON.parse(joined) as string[] },
      ]),
  )
}

export function putSession(book: UserBook, id: string, { away, joined }: SessionState): void {
  const row = [id, away ? 1 : 0, JSON.stringify(joined)]
  book.write('INSERT OR REPLACE INTO sessions VALUES (?, ?, ?)', ...row)
}

export function removeSession(book: UserBook, id: string): void {
  book.write('DELETE FROM sessions WHERE id = ?', id)
}
