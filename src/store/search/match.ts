// A query → an FTS5 expression. Whatever was typed arrives here as words of letters and digits, in
// quotes: no text of a user is ever read as a part of the expression.
import type { SearchQuery } from '../../core/search-query.ts'
import type { Phrase } from '../../core/words.ts'
import { everything, fromSender, holding, inThread, shadow } from './documents.ts'

/** Who asks, and `from:` and `in:` as ids; null for all. */
export type Places = {
  userId: string
  senders: string[] | null
  notSenders: string[]
  threads: string[] | null
}

/** The expression, or null for a query that can match nothing. */
export function matchOf(
  query: SearchQuery,
  { userId, senders, notSenders, threads }: Places,
): string | null {
  if (senders?.length === 0 || threads?.length === 0) return null
  const wanted = [
    ...query.words.all.map((phrase) => `text : ${quoted(phrase)}`),
    ...anyFact(senders?.map(fromSender)),
    ...query.has.all.map((what) => fact(holding(what))),
    ...anyFact(threads?.map(inThread)),
  ]
  const unwanted = [
    `(${fact(shadow)} NOT ${fact(fromSender(userId))})`,
    ...query.words.none.map((phrase) => `text : ${quoted(phrase)}`),
    ...notSenders.map((id) => fact(fromSender(id))),
    ...query.has.none.map((what) => fact(holding(what))),
  ]
  const positive = wanted.length > 0 ? wanted.join(' AND ') : fact(everything)
  return `(${positive}) NOT (${unwanted.join(' OR ')})`
}

const fact = (word: string) => `facts : "${word}"`
const anyFact = (words: string[] | undefined) =>
  words ? [`facts : (${words.map((word) => `"${word}"`).join(' OR ')})`] : []
const quoted = ({ words, prefix }: Phrase) => `"${words.join(' ')}"${prefix ? ' *' : ''}`
