// A moment: the time for today, the day for before.
import { useToday } from './use-today.ts'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const whole = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' })

export function Time({ at }: { at: string }) {
  const date = new Date(at)
  const today = date.toDateString() === useToday()
  return (
    <time dateTime={at} title={whole.format(date)}>
      {today ? clock.format(date) : `${day.format(date)}, ${clock.format(date)}`}
    </time>
  )
}
