// Quiet hours as a form has them: the same hours on some days. The contract allows more than that.
import type { QuietHours } from '../../contract/notification.ts'

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof days)[number]

export type PlainQuiet = { from: string; to: string; days: readonly Day[] }

const usual: PlainQuiet = { from: '22:00', to: '07:00', days }

/** The hours of the first day that has some; what most people want where nobody chose. */
export function plainOf(quiet: QuietHours | null): PlainQuiet {
  if (quiet === null) return usual
  const chosen = days.filter((day) => (quiet.days[day] ?? []).length > 0)
  const first = chosen.flatMap((day) => quiet.days[day] ?? [])[0]
  return { from: first?.from ?? usual.from, to: first?.to ?? usual.to, days: chosen }
}

/** By the clock of this browser. */
export const quietOf = ({ from, to, days }: PlainQuiet): QuietHours => ({
  zone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
  days: Object.fromEntries(days.map((day) => [day, [{ from, to }]])),
})

/** False where days differ, or have several intervals: to write it as a form has it would lose some. */
export function isPlain(quiet: QuietHours): boolean {
  const { from, to } = plainOf(quiet)
  return Object.values(quiet.days).every(
    (hours) => hours.length <= 1 && hours.every((one) => one.from === from && one.to === to),
  )
}
