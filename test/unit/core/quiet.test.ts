// Quiet hours: by the clock on somebody's wall, also where that is changed.
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { QuietHours } from '../../../src/contract/notification.ts'
import { QuietHours as Schema } from '../../../src/contract/notification.ts'
import { quietUntil } from '../../../src/core/quiet.ts'

const night = [{ from: '22:00', to: '07:00' }]
const everyNight = (zone: string): QuietHours => ({
  zone,
  days: { mon: night, tue: night, wed: night, thu: night, fri: night, sat: night, sun: night },
})
const until = (at: string, quiet: QuietHours | null) =>
  new Date(quietUntil(Date.parse(at), quiet)).toISOString()

test.each([
  // Paris is an hour ahead of UTC in winter, two in summer.
  ['in the evening', '2026-01-14T21:30:00Z', '2026-01-15T06:00:00.000Z'],
  ['after midnight', '2026-01-15T03:00:00Z', '2026-01-15T06:00:00.000Z'],
  ['a moment before', '2026-01-14T20:59:59Z', '2026-01-14T20:59:59.000Z'],
  ['at its end', '2026-01-15T06:00:00Z', '2026-01-15T06:00:00.000Z'],
  ['in summer', '2026-07-14T21:30:00Z', '2026-07-15T05:00:00.000Z'],
  // The clocks go forward in the night to 29 March 2026, and back in the night to 25 October.
  ['over the night that is an hour shorter', '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
  ['over the night that is an hour longer', '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
])('%s', (_name, at, end) => expect(until(at, everyNight('Europe/Paris'))).toBe(end))

test('an interval that begins or ends in the hour that is missing ends after the gap', () => {
  const quiet: QuietHours = {
    zone: 'Europe/Paris',
    days: { sun: [{ from: '02:15', to: '02:45' }] },
  }
  expect(until('2026-03-29T01:20:00Z', quiet)).toBe('2026-03-29T01:45:00.000Z')
})

test('each weekday has its own, and one may follow another', () => {
  const quiet: QuietHours = {
    zone: 'America/New_York',
    days: {
      sat: [{ from: '00:00', to: '00:00' }],
      sun: [
        { from: '00:00', to: '12:00' },
        { from: '12:00', to: '18:30' },
      ],
    },
  }
  expect(until('2026-06-05T18:00:00Z', quiet)).toBe('2026-06-05T18:00:00.000Z')
  expect(until('2026-06-06T18:00:00Z', quiet)).toBe('2026-06-07T22:30:00.000Z')
})

test('nobody who never said so is left alone, and whole weeks come to an end', () => {
  expect(until('2026-06-06T18:00:00Z', null)).toBe('2026-06-06T18:00:00.000Z')
  const always = [{ from: '00:00', to: '00:00' }]
  const week = Object.fromEntries(
    ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, always]),
  )
  expect(quietUntil(0, { zone: 'UTC', days: week })).toBeLessThan(40 * 86_400_000)
})

test('never before now, and never into quiet', () => {
  const zones = fc.constantFrom('Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'UTC')
  const moment = fc.integer({ min: Date.parse('2024-01-01'), max: Date.parse('2027-01-01') })
  fc.assert(
    fc.property(zones, moment, (zone, at) => {
      const end = quietUntil(at, everyNight(zone))
      expect(end).toBeGreaterThanOrEqual(at)
      expect(quietUntil(end, everyNight(zone))).toBe(end)
      expect(end - at).toBeLessThanOrEqual(10 * 3_600_000)
    }),
  )
})

test.each(['Mars/Olympus', '', 'Europe/Pariss'])('%s is no time zone', (zone) => {
  expect(Schema.safeParse({ zone, days: {} }).success).toBe(false)
})
