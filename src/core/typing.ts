// Who is typing: kept in memory only, each for ten seconds after the last sign of it.
import { limits } from '../contract/limits.ts'

/** User id → when it ends (ms). */
export type Typists = ReadonlyMap<string, number>

/** Says also whether the list of names changed, which is when others want to hear of it. */
export type TypingChange = { typists: Typists; changed: boolean }

export function setTyping(
  typists: Typists,
  userId: string,
  typing: boolean,
  now: number,
): TypingChange {
  const next = new Map(typists)
  if (typing) next.set(userId, now + limits.typingMs)
  else next.delete(userId)
  return { typists: next, changed: typists.has(userId) !== typing }
}

export function expireTyping(typists: Typists, now: number): TypingChange {
  const next = new Map([...typists].filter(([, end]) => end > now))
  return { typists: next, changed: next.size < typists.size }
}

/** When the first of them ends, or null. */
export const nextTypingEnd = (typists: Typists): number | null =>
  typists.size === 0 ? null : Math.min(...typists.values())
