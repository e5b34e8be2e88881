// When a mute or a ban ends by itself.
import { useWords } from '../words.ts'

export function Until() {
  const words = useWords()
  return (
    <label>
      <span>
        {words.until} <small>({words.untilLifted})</small>
      </span>
      <input type="datetime-local" name="until" />
    </label>
  )
}

/** The time in a form as the contract writes it; undefined where there is none. */
export function untilIn(form: FormData): string | undefined {
  const value = String(form.get('until') ?? '')
  return value === '' ? undefined : new Date(value).toISOString()
}
