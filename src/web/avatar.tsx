// A person or a group as a small disc, and whether they are there.
import type { PresenceStatus } from '../contract/user.ts'

type Props = {
  name: string
  /** Decides the colour, so that a person has the same one everywhere. */
  id: string
  url?: string | null
  size?: 'small' | 'large'
  status?: PresenceStatus
}

const colours = 8

function colourOf(id: string): number {
  let sum = 0
  for (const letter of id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9_973
  return sum % colours
}

/** First letters of the first and the last word. A letter may be several code points. */
function initialsOf(name: string): string {
  const words = name.split(/[\s\-_.@,]+/).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words
  return chosen.map((word) => Array.from(word ?? '')[0]?.toLocaleUpperCase() ?? '').join('')
}

export function Avatar({ name, id, url, size = 'large', status }: Props) {
  return (
    <span className={`avatar ${size}`} data-colour={colourOf(id)} aria-hidden="true">
      {url ? (
        <img src={url} alt="" loading="lazy" referrerPolicy="no-referrer" />
      ) : (
        initialsOf(name)
      )}
      {(status === 'online' || status === 'away') && <span className={`presence ${status}`} />}
    </span>
  )
}
