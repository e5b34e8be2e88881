// What I sent, across threads.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import type { Parsed } from '../contract/operations.ts'
import type { Env } from '../env.ts'
import { sentPlaces } from '../store/model/sent.ts'
import type { SentPlace } from '../store/model/sent.ts'
import { messagesAt } from '../store/search/messages.ts'
import type { Served } from './handlers.ts'

export async function listSent(
  env: Env,
  actor: Actor,
  { cursor, limit }: Parsed<'message.sent'>,
): Promise<Served<'message.sent'>> {
  const before = cursor === undefined ? null : placeOf(cursor)
  const places = await sentPlaces(env.DB, actor.id, before, limit + 1)
  const page = places.slice(0, limit)
  const last = page.at(-1)
  // One that was deleted between the two reads is left out.
  const seen = await messagesAt(env.DB, actor.id, page)
  return {
    ok: {
      items: seen.flatMap((each) => each?.message ?? []),
      nextCursor: places.length > limit && last ? `${last.at}.${last.seq}.${last.threadId}` : null,
    },
  }
}

function placeOf(cursor: string): SentPlace {
  const [at, seq, threadId, ...rest] = cursor.split('.')
  const place = { at: Number(at), seq: Number(seq), threadId: threadId ?? '' }
  if (!at || !seq || !threadId || rest.length > 0 || !isWhole(place.at) || !isWhole(place.seq))
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return place
}

const isWhole = (number: number) => Number.isSafeInteger(number) && number >= 0
