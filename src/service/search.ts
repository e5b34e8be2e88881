// Search: what was typed, whose it may be, the index asked, and the messages shown as they are now.
import { z } from 'zod'
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import type { Parsed } from '../contract/operations.ts'
import { limitTo, parseQuery, periodOf } from '../core/search-query.ts'
import type { SearchQuery } from '../core/search-query.ts'
import { plainText } from '../core/plain-text.ts'
import { snippetOf } from '../core/snippet.ts'
import type { Env } from '../env.ts'
import { reportFault } from '../objects/fault.ts'
import { findHits } from '../store/search/find.ts'
import type { Found, Place } from '../store/search/find.ts'
import { matchOf } from '../store/search/match.ts'
import { messagesAt } from '../store/search/messages.ts'
import { peopleNamed, scopeOf, threadsNamed } from '../store/search/scope.ts'
import type { Served } from './handlers.ts'

export async function search(
  env: Env,
  actor: Actor,
  input: Parsed<'message.search'>,
): Promise<Served<'message.search'>> {
  const query = queryOf(input)
  const after = input.cursor === undefined ? null : placeOf(input.cursor)
  const found = await find(env, actor.id, query, after, input)
  const hits = found.hits.slice(0, input.limit)
  const last = hits.at(-1)
  const seen = await messagesAt(env.DB, actor.id, hits)
  return {
    ok: {
      items: seen.flatMap((hit, index) => {
        if (!hit) return []
        const { message, thread } = hit
        const text = plainText(message.content ?? '', message.format)
        const score = Math.round((hits[index]?.score ?? 0) * 1e6) / 1e6
        return { message, thread, snippet: snippetOf(text, query.words.all), score }
      }),
      nextCursor:
        last && found.hits.length > input.limit
          ? cursorOf({ ...last, ranked: found.ranked })
          : null,
      ...(input.total === true && { total: found.total ?? 0 }),
    },
  }
}

/** What the text asks, and what the other fields add to it. */
function queryOf(input: Parsed<'message.search'>): SearchQuery {
  const query = parseQuery(input.q)
  limitTo(
    query,
    dayOf('since', input.since)?.start ?? null,
    dayOf('until', input.until)?.end ?? null,
  )
  if (input.state !== undefined) query.unread = input.state === 'unread'
  if (input.hasAttachments !== undefined)
    query.has[input.hasAttachments ? 'all' : 'none'].push('file')
  return query
}

function dayOf(field: string, text: string | undefined) {
  if (text === undefined) return null
  const period = periodOf(text)
  if (!period) throw new ChatError('invalid', `${field}: must be a day or a time in ISO 8601`)
  return period
}

const nothing: Found = { hits: [], ranked: false, total: 0 }

async function find(
  env: Env,
  userId: string,
  query: SearchQuery,
  after: Place | null,
  input: Parsed<'message.search'>,
): Promise<Found> {
  if (isEmpty(query)) return nothing
  const { DB } = env
  const named = async (names: string[], of: typeof peopleNamed) =>
    names.length > 0 ? of(DB, userId, names) : null
  const [senders, notSenders, threads, notThreads] = await Promise.all([
    named(query.from.any, peopleNamed),
    named(query.from.none, peopleNamed),
    named(query.in.any, threadsNamed),
    named(query.in.none, threadsNamed),
  ])
  const scope = await scopeOf(DB, userId, {
    only: both(threads, input.threadId),
    not: notThreads ?? [],
    cursors: query.unread !== null,
  })
  const match = matchOf(query, {
    userId,
    senders: both(senders, input.senderId),
    notSenders: notSenders ?? [],
    threads: scope.few,
  })
  if (match === null) return nothing
  const { since, until, unread } = query
  const wanted = { match, since, until, unread, ranked: query.words.all.length > 0 }
  const page = {
    after,
    offset: input.offset ?? 0,
    limit: input.limit + 1,
    total: input.total === true,
  }
  try {
    return await findHits(env.SEARCH, userId, scope, wanted, page)
  } catch (error) {
    reportFault(error)
    throw new ChatError('unavailable', 'search does not answer: try again')
  }
}

/** Signs alone, such as `???`, are no words and no operators: they find nothing. */
const isEmpty = ({ words, from, in: place, has, since, until, unread }: SearchQuery) =>
  [words.all, words.none, from.any, from.none, place.any, place.none, has.all, has.none].every(
    (list) => list.length === 0,
  ) && [since, until, unread].every((value) => value === null)

/** Ids that the query names, and the one that a field names. */
const both = (named: string[] | null, field: string | undefined) =>
  field === undefined ? named : named === null || named.includes(field) ? [field] : []

const Cursor = z.tuple([
  z.stringbool(),
  z.coerce.number(),
  z.coerce.number().int(),
  z.string(),
  z.coerce.number().int(),
])

const cursorOf = ({ ranked, score, at, threadId, seq }: Place) =>
  [ranked, score, at, threadId, seq].join('_')

function placeOf(cursor: string): Place {
  const fields = Cursor.safeParse(cursor.split('_'))
  if (!fields.success)
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a search answered')
  const [ranked, score, at, threadId, seq] = fields.data
  return { ranked, score, at, threadId, seq }
}
