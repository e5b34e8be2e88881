// Sliding windows: how many of something happened in the last minute.
import type { ErrorBody } from '../contract/errors.ts'

export const MINUTE = 60_000

/** Times of what was granted, in ms, oldest first. */
export type Window = readonly number[]

export type Grant = { granted: number; window: Window; retryAfterSeconds: number }

/** Grants up to `wanted`, as far as `most` per 60 s allows (0: no limit). */
export function take(window: Window, wanted: number, most: number, now: number): Grant {
  if (most === 0) return { granted: wanted, window: [], retryAfterSeconds: 0 }
  const recent = window.filter((time) => time > now - MINUTE)
  const granted = Math.max(0, Math.min(wanted, most - recent.length))
  const full = [...recent, ...Array<number>(granted).fill(now)]
  const oldest = full[0] ?? now
  return {
    granted,
    window: full,
    retryAfterSeconds:
      granted < wanted ? Math.max(1, Math.ceil((oldest + MINUTE - now) / 1000)) : 0,
  }
}

/** What someone hears who sent too many messages. */
export const tooMany = (most: number, retryAfter: number): ErrorBody => ({
  code: 'rate_limited',
  message: `at most ${most} messages a minute: wait ${retryAfter} s`,
  details: { retryAfter, limit: most },
})
