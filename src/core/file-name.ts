// What a file is called: as given, without what could mislead or name a place.
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'

/** Control characters, and marks that are not seen or turn the direction of writing. */
const unseen = /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu

/** Throws `invalid` for a path: whoever sends one means something else than a name. */
export function cleanFileName(given: string): string {
  const name = given
    .toWellFormed()
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(unseen, '')
    .trim()
  if (/[/\\]/.test(name) || /^\.+$/.test(name))
    throw new ChatError('invalid', 'filename: must be the name of a file, not a path')
  const short = shortened(name)
  return short === '' ? 'file' : short
}

/** What stands after the last dot, small; empty where that is no ending, as in `Version 1.2`. */
export function endingOf(name: string): string {
  return /\.(?<ending>[a-z][a-z0-9]{0,9})$/i.exec(name)?.groups?.['ending']?.toLowerCase() ?? ''
}

/** A name that is too long loses its end, not its ending. */
function shortened(name: string): string {
  const characters = [...name]
  if (characters.length <= limits.fileName) return name
  const ending = endingOf(name)
  const kept = limits.fileName - (ending === '' ? 0 : ending.length + 1)
  const stem = characters.slice(0, kept).join('')
  return ending === '' ? stem : `${stem}.${ending}`
}
