// What people type into a search box → what is asked. Every text means something: what is no operator
// is words, and nothing throws.
import { phraseOf } from './words.ts'
import type { Phrase } from './words.ts'

const hasWhat = ['file', 'image', 'link'] as const
export type Has = (typeof hasWhat)[number]

type Wanted<T> = { any: T[]; none: T[] }

/** All phrases of `words` must be there; of `from` and `in` any one will do. Times are ms. */
export type SearchQuery = {
  words: { all: Phrase[]; none: Phrase[] }
  from: Wanted<string>
  in: Wanted<string>
  has: { all: Has[]; none: Has[] }
  /** Sent at or after. */
  since: number | null
  /** Sent before. */
  until: number | null
  unread: boolean | null
}

const item =
  /(?<not>-?)(?:(?<name>from|in|before|after|on|has|is):)?(?:"(?<quoted>[^"]*)(?:"|$)(?<star>\*?)|(?<bare>[^\s"]+))/giu

/**
 * Words and `"phrases"` must all match; `word*` is a beginning, `-word` must not be there. `from:` a
 * user id or name, `in:` a thread id or title words, `before:` `after:` `on:` a day or time in UTC,
 * `has:file|image|link`, `is:unread|read`. All but the times take a minus, too.
 */
export function parseQuery(text: string): SearchQuery {
  const query: SearchQuery = {
    words: { all: [], none: [] },
    from: { any: [], none: [] },
    in: { any: [], none: [] },
    has: { all: [], none: [] },
    since: null,
    until: null,
    unread: null,
  }
  for (const { groups = {} } of text.replace(/[“”„‟＂]/gu, '"').matchAll(item)) {
    const { name, quoted, bare = '' } = groups
    const value = quoted ?? bare
    const not = groups['not'] === '-'
    if (name !== undefined && operator(query, name.toLowerCase(), value, not)) continue
    const said = name === undefined ? value : `${name} ${value}`
    const prefix = quoted === undefined ? bare.endsWith('*') : groups['star'] === '*'
    const phrase = phraseOf(said, prefix)
    if (phrase) query.words[not ? 'none' : 'all'].push(phrase)
  }
  return query
}

/** Takes an operator's value into the query; false for a value it does not know. */
function operator(query: SearchQuery, name: string, value: string, not: boolean): boolean {
  const word = value.toLowerCase()
  if (name === 'from' || name === 'in') {
    if (value.trim() === '') return false
    query[name][not ? 'none' : 'any'].push(value.trim())
    return true
  }
  if (name === 'has') {
    const what = hasWhat.find((each) => each === word)
    if (what) query.has[not ? 'none' : 'all'].push(what)
    return what !== undefined
  }
  if (name === 'is') {
    if (word !== 'unread' && word !== 'read') return false
    query.unread = (word === 'unread') !== not
    return true
  }
  const period = not ? null : periodOf(value)
  if (!period) return false
  if (name === 'before') limitTo(query, null, period.start)
  if (name === 'after') limitTo(query, period.end, null)
  if (name === 'on') limitTo(query, period.start, period.end)
  return true
}

/** Narrows a query to times from `since` on and before `until`; it never becomes wider. */
export function limitTo(query: SearchQuery, since: number | null, until: number | null): void {
  if (since !== null) query.since = Math.max(since, query.since ?? since)
  if (until !== null) query.until = Math.min(until, query.until ?? until)
}

const dayForm = /^(?<year>\d{4})(?:-(?<month>\d{2})(?:-(?<day>\d{2}))?)?$/u
const timeForm =
  /^\d{4}-\d{2}-\d{2}t\d{2}:\d{2}(?<s>:\d{2}(?<ms>\.\d+)?)?(?<zone>z|[+-]\d{2}:\d{2})?$/iu

/** A year, a month, a day, or a full time, in UTC unless it says otherwise; `end` is exclusive. */
export function periodOf(text: string): { start: number; end: number } | null {
  const date = dayForm.exec(text)?.groups
  if (date) {
    const [year, month, day] = [date['year'], date['month'], date['day']].map(Number)
    const start = Date.parse(`${text.padEnd(7, '-01').padEnd(10, '-01')}T00:00:00Z`)
    const from = new Date(start)
    // `2026-02-30` is no day, although Date would take it for one in March.
    if (Number.isNaN(start) || (day && from.getUTCDate() !== day)) return null
    const end = day
      ? start + 86_400_000
      : Date.UTC(year ?? 0, date['month'] === undefined ? 12 : (month ?? 0))
    return { start, end }
  }
  const time = timeForm.exec(text)?.groups
  if (!time) return null
  const start = Date.parse(time['zone'] === undefined ? `${text}Z` : text)
  if (Number.isNaN(start)) return null
  const length = time['s'] === undefined ? 60_000 : time['ms'] === undefined ? 1000 : 1
  return { start, end: start + length }
}
