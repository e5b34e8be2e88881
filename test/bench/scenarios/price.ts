// Cloudflare's list prices beyond what a plan includes, in dollars, and what a million costs by them.
// https://developers.cloudflare.com/durable-objects/platform/pricing, .../d1/platform/pricing,
// .../workers/platform/pricing

const perMillion = { rowWritten: 1, objectRequest: 0.15, workerRequest: 0.3, gigabyteSecond: 12.5 }
/** Billed for each object that is awake, whatever it uses. */
const objectGigabytes = 0.128
/** Frames that come in on a socket: twenty are one request. */
const framesPerRequest = 20

export type Door = 'socket' | 'rest'

type Operation = {
  door: Door
  /** Rows written. */
  object: number
  d1: number
  members: number
  /** How long the operation keeps an object awake. */
  seconds: number
}

/**
 * Dollars for a million. Requests are the most there can be: one call to the object of each member
 * and one alarm for every operation; under load many operations share them.
 */
export function priceOf({ door, object, d1, members, seconds }: Operation): number {
  const inside = perMillion.objectRequest * (members + 1)
  const asked =
    door === 'socket'
      ? perMillion.objectRequest / framesPerRequest
      : perMillion.workerRequest + perMillion.objectRequest
  const awake = perMillion.gigabyteSecond * objectGigabytes * seconds * (members + 1)
  return perMillion.rowWritten * (object + d1) + inside + asked + awake
}

const hoursInMonth = 730

/** Dollars for a month of something that an alarm wakes: by the hour, and awake `seconds` each time. */
export function priceOfIdleMonth(hour: { rows: number; alarms: number; seconds: number }): number {
  const awake = perMillion.gigabyteSecond * objectGigabytes * hour.seconds * hour.alarms
  const millions =
    perMillion.rowWritten * hour.rows + perMillion.objectRequest * hour.alarms + awake
  return (millions * hoursInMonth) / 1e6
}
