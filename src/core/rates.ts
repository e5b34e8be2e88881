// Sliding windows: how many of something happened in the last minute, and in the last hour.
import type { ErrorBody } from '../contract/errors.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** So many in any such time (0: no limit). */
export type Rate = { most: number; ms: number }

/** Times of what was granted, in ms, oldest first. */
export type Window = readonly number[]

/** `full` is the rate that allows no more for the longest time, where not all was granted. */
export type Grant = {
  granted: number
  window: Window
  retryAfterSeconds: number
  full: Rate | null
}

const since = (window: Window, { ms }: Pick<Rate, 'ms'>, now: number) =>
  window.filter((time) => time > now - ms)

/** How many there were in the last `ms`. */
export const countOf = (window: Window, ms: number, now: number): number =>
  since(window, { ms }, now).length

/** Grants up to `wanted`, as far as every rate allows. */
export function take(window: Window, wanted: number, all: Rate[], now: number): Grant {
  const rates = all.filter(({ most }) => most > 0)
  const longest = Math.max(0, ...rates.map(({ ms }) => ms))
  const recent = since(window, { ms: longest }, now)
  const rooms = rates.map((rate) => rate.most - since(recent, rate, now).length)
  const granted = Math.max(0, Math.min(wanted, ...rooms))
  const taken = [...recent, ...Array<number>(rates.length > 0 ? granted : 0).fill(now)]
  if (granted === wanted) return { granted, window: taken, retryAfterSeconds: 0, full: null }
  const waits = rates
    .filter((_, index) => (rooms[index] ?? 0) <= granted)
    .map((rate) => ({ rate, wait: (since(taken, rate, now)[0] ?? now) + rate.ms - now }))
    .toSorted((a, b) => b.wait - a.wait)
  const retryAfterSeconds = Math.max(1, Math.ceil((waits[0]?.wait ?? 0) / 1000))
  return { granted, window: taken, retryAfterSeconds, full: waits[0]?.rate ?? null }
}

/** What someone hears who sent too many messages. */
export const tooMany = ({ full, retryAfterSeconds }: Omit<Grant, 'window'>): ErrorBody => {
  const { most, ms } = full ?? { most: 0, ms: MINUTE }
  const time = ms === HOUR ? 'an hour' : 'a minute'
  return {
    code: 'rate_limited',
    message: `at most ${most} messages ${time}: wait ${retryAfterSeconds} s`,
    details: { retryAfter: retryAfterSeconds, limit: most },
  }
}
