// Socket.IO sessions of one person: each is an object of its own, and must be found after any sleep.
import type { UserBook } from './book.ts'

export type SessionRow = { id: string; away: number }

export const sessionsOf = (book: UserBook): SessionRow[] =>
  book.read<SessionRow>('SELECT id, away FROM sessions')

export function putSession(book: UserBook, { id, away }: SessionRow): void {
  book.write('INSERT OR REPLACE INTO sessions VALUES (?, ?)', id, away)
}

export function removeSession(book: UserBook, id: string): void {
  book.write('DELETE FROM sessions WHERE id = ?', id)
}
