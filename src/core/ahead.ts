// A time that somebody sets for later.
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'

/** Throws `invalid` for a time (ms) that has passed, or that nobody will live to see. */
export function requireTime(field: string, at: number, now: number): void {
  if (at <= now) throw new ChatError('invalid', `${field}: must be in the future`)
  if (at > now + limits.aheadMs)
    throw new ChatError('invalid', `${field}: must be within a year from now`)
}
