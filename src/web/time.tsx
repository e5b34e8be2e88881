// Moments: the time of day, the day, how long ago.
import { usePreferences } from './preferences.ts'
import type { Language } from './preferences.ts'
import { useToday } from './use-today.ts'
import type { Words } from './words.ts'

/** The reader's own variety of a language: whether it is 3 pm or 15:00. */
const varietyOf = (language: Language) =>
  navigator.languages.find((spoken) => spoken.startsWith(language) && isTag(spoken)) ?? language

/** Some systems say what is none, such as `en-US@posix`. */
const isTag = (language: string) => /^[a-z]{2,3}(-[a-z\d]+)*$/i.test(language)

const formats = (language: string) => ({
  clock: new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }),
  day: new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }),
  whole: new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' }),
  longDay: new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }),
  oldDay: new Intl.DateTimeFormat(language, { dateStyle: 'long' }),
  ago: new Intl.RelativeTimeFormat(language, { numeric: 'auto' }),
})

/** Making one takes a while; a timeline uses them for every message. */
const byLanguage = { en: formats(varietyOf('en')), fr: formats(varietyOf('fr')) }

export const useFormats = () => byLanguage[usePreferences().language]

/** The time for today, the day for before; `clock` is the time alone. */
export function Time({ at, clock = false }: { at: string; clock?: boolean }) {
  const format = useFormats()
  const today = useToday()
  const date = new Date(at)
  const short = clock || date.toDateString() === today ? format.clock : format.day
  return (
    <time dateTime={at} title={format.whole.format(date)}>
      {short.format(date)}
    </time>
  )
}

/** Seconds → "1:05", as players write it. */
export const clockOf = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`

const dayMs = 86_400_000

/** `today` and the day are as `toDateString` writes them. */
export function dayName(
  day: string,
  today: string,
  words: Words,
  format: ReturnType<typeof useFormats>,
): string {
  const days = Math.round((Date.parse(today) - Date.parse(day)) / dayMs)
  if (days === 0) return words.today
  if (days === 1) return words.yesterday
  const date = new Date(day)
  return (days < 300 ? format.longDay : format.oldDay).format(date)
}

const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

export function agoOf(at: string, format: ReturnType<typeof useFormats>): string {
  const seconds = (Date.now() - Date.parse(at)) / 1000
  const [unit, size] = steps.find(([, size]) => seconds >= size) ?? ['minute', 60]
  return format.ago.format(-Math.round(seconds / size), unit)
}
