// Text → the words by which it is found. The index and every query go through here, so that both mean
// the same: case and accents folded, whole words, and a way in where words have no spaces between.

/** Scripts written without spaces, and Korean, whose particles stick to the word one looks for. */
const joined = ['Han', 'Hira', 'Kana', 'Bopo', 'Hang', 'Thai', 'Lao', 'Khmr', 'Mymr']
  .map((script) => `\\p{scx=${script}}`)
  .join('')
const letter = String.raw`\p{L}\p{N}`
const run = String.raw`(?:[[${joined}]&&[${letter}]]\p{M}*)+`
const word = String.raw`[[${letter}]--[${joined}]][[${letter}\p{M}]--[[${joined}]&&[${letter}]]]*`
const emoji = String.raw`\p{RI}\p{RI}|\p{Extended_Pictographic}`

const pieces = new RegExp(`(?<run>${run})|${word}|${emoji}`, 'gv')
const units = /\P{M}\p{M}*/gv
/** Most texts have nothing to fold but capitals. */
const ascii = /^[\t\n\r\x20-\x7e]*$/

/** Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic; no vowel of any script. */
const marks =
  // oxlint-disable-next-line no-misleading-character-class -- each is meant by itself
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc]/gu

/** Letters that people search without their stroke, although Unicode does not take it off. */
const strokes: Record<string, string> = { ø: 'o', ł: 'l', đ: 'd', ħ: 'h', æ: 'ae', œ: 'oe', ς: 'σ' }

/** One form for what people take for the same: wide and narrow, large and small, É and e. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toUpperCase()
    .toLowerCase()
    .replace(marks, '')
    .replace(/[øłđħæœς]/gu, (letter) => strokes[letter] ?? letter)
    .normalize('NFC')
}

/**
 * The words of a text in order. A run without spaces becomes its overlapping pairs and its last
 * character: 東京都 is 東京, 京都, 都. So a part of two or more is a row of pairs, found in place, and
 * each single character begins a word.
 */
export function wordsOf(text: string): string[] {
  if (ascii.test(text)) return text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return piecesOf(text).flatMap(({ units, word }) => (units ? pairsOf(units) : [word]))
}

export type Phrase = { words: string[]; prefix: boolean }

/** What to look for, side by side: the last word is a beginning when `prefix`. Null for no words. */
export function phraseOf(text: string, prefix: boolean): Phrase | null {
  const found = piecesOf(text)
  const last = found.pop()
  if (!last) return null
  const before = found.flatMap(({ units, word }) => (units ? pairsOf(units) : [word]))
  if (!last.units) return { words: [...before, last.word], prefix }
  // A run may go on in the text: its last pair ends the phrase, or the character begins a pair.
  const pairs = pairsOf(last.units)
  return pairs.length > 1
    ? { words: [...before, ...pairs.slice(0, -1)], prefix: false }
    : { words: [...before, ...pairs], prefix: true }
}

function piecesOf(text: string): { word: string; units: string[] | null }[] {
  return [...fold(text).matchAll(pieces)].map(([word, run]) => ({
    word,
    units: run === undefined ? null : (run.match(units) ?? [run]),
  }))
}

const pairsOf = (units: string[]) => units.map((unit, index) => unit + (units[index + 1] ?? ''))
