// How many events a connection has had in its minute.
import type { Pulse } from './memory.ts'

const MINUTE = 60_000

/** Counts one event: by how many the limit is exceeded now, and the seconds until it is lifted. */
export function admit(
  pulse: Pulse,
  most: number,
  now: number,
): { over: number; retryAfter: number } {
  if (most === 0) return { over: 0, retryAfter: 0 }
  if (now - pulse.since >= MINUTE) Object.assign(pulse, { since: now, count: 0 })
  pulse.count += 1
  const retryAfter = Math.ceil((pulse.since + MINUTE - now) / 1000)
  return { over: Math.max(0, pulse.count - most), retryAfter }
}
