// Spam: a score of what a message holds. The EventFlow document's table, which decides at 50.
import { ChatError } from '../contract/errors.ts'
import type { Format } from '../contract/message.ts'

/** Identical messages of one person in one thread within this time are duplicates. */
export const DUPLICATE_MS = 5000
const THRESHOLD = 50
const LINKS_FREE = 5
/**
 * A sender over the limit of a minute (+100 in the document's table) never comes this far: that is
 * refused before, as `rate_limited`, with the time to wait.
 */
const points = { duplicate: 50, link: 30, keyword: 20 }

export type SpamReason =
  | { reason: 'duplicate'; score: number }
  | { reason: 'links'; score: number; links: number }
  | { reason: 'keyword'; score: number; keyword: string }

export type Verdict = { spam: boolean; score: number; threshold: number; reasons: SpamReason[] }

/** `content` as it would be stored; `duplicate` says whether the same was sent just now. */
export function judge(
  { content, format, duplicate }: { content: string; format: Format; duplicate: boolean },
  keywords: readonly string[],
): Verdict {
  const { text, links } = readable(content, format)
  const reasons: SpamReason[] = keywordsIn(text, keywords).map((keyword) => ({
    reason: 'keyword',
    score: points.keyword,
    keyword,
  }))
  if (links > LINKS_FREE)
    reasons.push({ reason: 'links', score: (links - LINKS_FREE) * points.link, links })
  if (duplicate) reasons.push({ reason: 'duplicate', score: points.duplicate })
  const score = reasons.reduce((sum, each) => sum + each.score, 0)
  return { spam: score >= THRESHOLD, score, threshold: THRESHOLD, reasons }
}

/** Throws `spam`, and says why. */
export function refuseSpam(message: Parameters<typeof judge>[0], keywords: readonly string[]) {
  const { spam, ...verdict } = judge(message, keywords)
  if (spam) throw new ChatError('spam', explain(verdict), verdict)
}

/** Why a message was refused, for the one who wrote it. */
export function explain({ reasons }: Pick<Verdict, 'reasons'>): string {
  const said = reasons.map((each) => {
    if (each.reason === 'duplicate') return 'you sent the same a moment ago'
    if (each.reason === 'links') return `it holds ${each.links} links`
    return `it holds the word “${each.keyword}”`
  })
  return `this looks like spam: ${said.join(', ')}`
}

const bareLink = /\b(?:https?:\/\/|www\.)[^\s<>"]/giu
const anchor = /<a\b[^>]*\bhref="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g
const block = /<\/?(?:p|br|ul|ol|li|blockquote|pre)\b[^>]*>/g

/** What a reader sees, and the addresses behind it. A link and its own text are one link. */
function readable(content: string, format: Format): { text: string; links: number } {
  if (format === 'plain' || !/[<&]/.test(content)) return { text: content, links: bare(content) }
  const anchors = [...content.matchAll(anchor)]
  const outside = content.replaceAll(anchor, ' ')
  const shown = content.replaceAll(block, ' ').replaceAll(/<[^>]*>/g, '')
  // The cleaner writes only these two as references, and says them in hexadecimal.
  const text = [shown, ...anchors.map(([, address = '']) => address)]
    .join(' ')
    .replaceAll('&#x3C;', '<')
    .replaceAll('&#x26;', '&')
  return { text, links: anchors.length + bare(outside) }
}

const bare = (text: string) => text.match(bareLink)?.length ?? 0

/** The keywords that a text holds as words, each once however often it stands there. */
export function keywordsIn(text: string, keywords: readonly string[]): string[] {
  if (keywords.length === 0) return []
  const plain = undisguised(text)
  return patternsOf(keywords)
    .filter(({ pattern }) => pattern.test(plain))
    .map(({ keyword }) => keyword)
}

/** Small letters without accents; whatever may stand between letters is one space. */
const undisguised = (text: string) =>
  (ascii.test(text) ? text : text.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]/gu, ''))
    .toLowerCase()
    .replaceAll(/[\s._*-]+/g, ' ')
    .replaceAll(/([^\s])\1{2,}/gu, '$1$1')

/** Most texts, in which no accent hides. */
const ascii = /^[\t\n\r\x20-\x7e]*$/

/** Digits and signs that stand for a letter. */
const standIns: Record<string, string> = {
  a: '4@',
  b: '8',
  e: '3€',
  g: '9',
  i: '1!|',
  l: '1|',
  o: '0',
  s: '5$',
  t: '7',
  z: '2',
}
/** Scripts that put no space between words: a keyword stands anywhere in them. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

type Pattern = { keyword: string; pattern: RegExp }
const compiled = new WeakMap<readonly string[], Pattern[]>()

function patternsOf(keywords: readonly string[]): Pattern[] {
  const known = compiled.get(keywords)
  if (known) return known
  const patterns = keywords.flatMap((keyword) => patternOf(keyword) ?? [])
  compiled.set(keywords, patterns)
  return patterns
}

/**
 * Each letter may be doubled, disguised, and followed by a space. Every repetition is bounded, so
 * that no text makes the search slow.
 */
function patternOf(keyword: string): Pattern | null {
  const letters = undisguised(keyword).replaceAll(' ', '')
  if (letters === '') return null
  const runs = [...letters.matchAll(/(.)\1*/gsu)].map(([run, letter = '']) => {
    const forms = `[${`${letter}${standIns[letter] ?? ''}`.replaceAll(/[\\\]^-]/g, '\\$&')}]`
    return `${forms}(?: ?${forms}){${[...run].length - 1},5}`
  })
  const inside = runs.join(' ?')
  const pattern = unspaced.test(letters)
    ? new RegExp(inside, 'u')
    : new RegExp(String.raw`(?<![\p{L}\p{N}])${inside}(?![\p{L}\p{N}])`, 'u')
  return { keyword, pattern }
}
