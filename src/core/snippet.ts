// A line of a message around what was found in it.
import { fold, phraseOf } from './words.ts'
import type { Phrase } from './words.ts'

const length = 160
const before = 40

/** Plain text, at most about 160 characters, from a little before the first word that was found. */
export function snippetOf(text: string, phrases: Phrase[]): string {
  const line = text.replace(/\s+/gu, ' ').trim()
  if (line.length <= length) return line
  const start = wordStart(line, Math.max(0, firstHit(line, phrases) - before))
  const end = line.length - start <= length ? line.length : wordEnd(line, start + length)
  return `${start > 0 ? '…' : ''}${line.slice(start, end).trim()}${end < line.length ? '…' : ''}`
}

/** Where the first of the phrases begins, by the first of its words; 0 when none is there. */
function firstHit(line: string, phrases: Phrase[]): number {
  const firsts = phrases.flatMap(({ words, prefix }) => {
    const [word] = words
    return word === undefined ? [] : [{ word, begins: prefix && words.length === 1 }]
  })
  for (const piece of line.matchAll(/[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu)) {
    const folded = fold(piece[0])
    for (const { word, begins } of firsts) {
      if (folded === word || (begins && folded.startsWith(word))) return piece.index
      // In a script without spaces the word is anywhere in the run.
      const inside = spaceless(word) ? folded.indexOf(word) : -1
      if (inside >= 0) return piece.index + inside
    }
  }
  return 0
}

const spaceless = (word: string) => phraseOf(word[0] ?? '', false)?.prefix === true

const wordStart = (line: string, at: number) => {
  const space = line.indexOf(' ', at)
  return at === 0 || space === -1 || space > at + 20 ? whole(line, at) : space + 1
}
const wordEnd = (line: string, at: number) => {
  const space = line.lastIndexOf(' ', at)
  return space < at - 20 ? whole(line, at) : space
}
/** Not between the halves of a surrogate pair. */
const whole = (line: string, at: number) =>
  /[\udc00-\udfff]/.test(line[at] ?? '') && at > 0 ? at - 1 : at
