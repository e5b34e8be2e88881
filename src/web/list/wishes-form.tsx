// What the server tells me of, and when: by mail, by push, with a sound, never at night.
import type { QuietHours } from '../../contract/notification.ts'
import { usePreferences } from '../preferences.ts'
import { useLoadedWishes } from '../use-wishes.ts'
import { useWords } from '../words.ts'
import { days, isPlain, plainOf, quietOf } from './quiet.ts'
import type { Day, PlainQuiet } from './quiet.ts'

const flags = ['emailEnabled', 'pushEnabled', 'soundEnabled', 'mentionsThroughMute'] as const

export function WishesForm() {
  const words = useWords()
  const { wishes, wish } = useLoadedWishes()
  return (
    <fieldset className="wishes" disabled={wishes === null} aria-busy={wishes === null}>
      <legend>{words.wishes}</legend>
      {flags.map((flag) => (
        <label key={flag} className="check">
          <input
            type="checkbox"
            checked={wishes?.[flag] ?? false}
            onChange={(event) => void wish({ [flag]: event.target.checked })}
          />
          {words.wish[flag]}
        </label>
      ))}
      <Quiet
        quiet={wishes?.quietHours ?? null}
        onChange={(quietHours) => void wish({ quietHours })}
      />
    </fieldset>
  )
}

type Props = { quiet: QuietHours | null; onChange(quiet: QuietHours | null): void }

function Quiet({ quiet, onChange }: Props) {
  const words = useWords()
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) => onChange(event.target.checked ? quietOf(plainOf(null)) : null)}
        />
        {words.quietHours}
      </label>
      {quiet !== null && <Hours quiet={quiet} onChange={onChange} />}
    </>
  )
}

function Hours({ quiet, onChange }: Props & { quiet: QuietHours }) {
  const words = useWords()
  const { language } = usePreferences()
  const plain = plainOf(quiet)
  const change = (part: Partial<PlainQuiet>) => onChange(quietOf({ ...plain, ...part }))
  const withDay = (day: Day, wanted: boolean) =>
    days.filter((one) => (one === day ? wanted : plain.days.includes(one)))
  return (
    <>
      <div className="hours">
        {(['from', 'to'] as const).map((end) => (
          <label key={end}>
            {words.quiet[end]}
            <input
              type="time"
              // The browser writes it part by part; only a whole time is taken.
              defaultValue={plain[end]}
              onChange={({ target }) => target.value !== '' && change({ [end]: target.value })}
            />
          </label>
        ))}
      </div>
      <fieldset className="choices">
        <legend>{words.quiet.days}</legend>
        {days.map((day, index) => (
          <label key={day}>
            <input
              type="checkbox"
              checked={plain.days.includes(day)}
              onChange={(event) => change({ days: withDay(day, event.target.checked) })}
            />
            {weekday(index, language)}
          </label>
        ))}
      </fieldset>
      <small className="faint">
        {words.quiet.zone(quiet.zone)}
        {!isPlain(quiet) && ` ${words.quiet.several}`}
      </small>
    </>
  )
}

/** 1 January 2024 was a Monday. */
const weekday = (index: number, language: string) =>
  new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, 1 + index),
  )
