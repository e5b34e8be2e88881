// How long a mute holds.
import type { MuteDuration } from '../contract/thread.ts'

const hour = 3_600_000
const named = { '1h': hour, '8h': 8 * hour, '1d': 24 * hour } as const

/** A mute for ever ends with the last year that ISO 8601 writes in four digits. */
export const FOREVER = Date.UTC(9999, 0)

export function muteEnd(duration: MuteDuration, now: number): number {
  if (duration === 'forever') return FOREVER
  return now + (typeof duration === 'number' ? duration * 1000 : named[duration])
}
