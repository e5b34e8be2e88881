// Quiet hours: when somebody wants to be left alone, by the clock on their own wall.
import { Temporal } from 'temporal-polyfill'
import type { QuietHours } from '../contract/notification.ts'

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** More intervals than follow one another in a week; the loop must end. */
const STEPS = 32

/**
 * When it is quiet no more (ms): `now`, where it is not quiet now. An interval that ends at or before
 * its begin ends on the next day. Where the clocks are changed, an hour that is missing begins after
 * the gap, and one that comes twice is meant the first time, as calendars have it.
 */
export function quietUntil(now: number, quiet: QuietHours | null): number {
  if (!quiet) return now
  let end = now
  for (let step = 0; step < STEPS; step++) {
    const later = endOf(end, quiet)
    if (later === null) return end
    end = later
  }
  return end
}

/** The end of an interval that holds this moment. */
function endOf(at: number, { zone, days }: QuietHours): number | null {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate()
  for (const date of [today.subtract({ days: 1 }), today])
    for (const { from, to } of days[weekdays[date.dayOfWeek - 1] ?? 'mon'] ?? []) {
      const next = to <= from ? date.add({ days: 1 }) : date
      const start = date.toZonedDateTime({ timeZone: zone, plainTime: from })
      const end = next.toZonedDateTime({ timeZone: zone, plainTime: to })
      if (start.epochMilliseconds <= at && at < end.epochMilliseconds) return end.epochMilliseconds
    }
  return null
}
