// What I sent, and what mentions me, across threads.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import type { Parsed } from '../contract/operations.ts'
import type { Env } from '../env.ts'
import { mentionPlaces, sentPlaces } from '../store/model/places.ts'
import type { MessagePlace } from '../store/model/places.ts'
import { messagesAt } from '../store/search/messages.ts'
import type { Handlers } from './handlers.ts'

export const listSent: Handlers['message.sent'] = (...asked) => list(sentPlaces, ...asked)
export const listMentions: Handlers['mention.list'] = (...asked) => list(mentionPlaces, ...asked)

async function list(
  find: typeof sentPlaces,
  env: Env,
  actor: Actor,
  { cursor, limit }: Parsed<'message.sent'>,
) {
  const before = cursor === undefined ? null : placeOf(cursor)
  const places = await find(env.DB, actor.id, before, limit + 1)
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

function placeOf(cursor: string): MessagePlace {
  const [at, seq, threadId, ...rest] = cursor.split('.')
  const place = { at: Number(at), seq: Number(seq), threadId: threadId ?? '' }
  if (!at || !seq || !threadId || rest.length > 0 || !isWhole(place.at) || !isWhole(place.seq))
    throw new ChatError('invalid', 'cursor: must be a nextCursor that a list answered')
  return place
}

const isWhole = (number: number) => Number.isSafeInteger(number) && number >= 0
