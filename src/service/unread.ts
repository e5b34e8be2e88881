// How much of what calls for somebody is unread, over all threads.
import type { Output } from '../contract/operations.ts'
import type { Env } from '../env.ts'
import { userStub } from '../objects/stubs.ts'
import { unreadThreads } from '../store/model/threads.ts'

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

/** Archived and muted threads are listed and not counted, but for what pierces a mute. */
export async function unreadOf(env: Env, userId: string): Promise<Output<'unread.get'>> {
  const items = await unreadThreads(env.DB, userId, Date.now())
  const loud = items.filter(({ archived, muted }) => !archived && !muted)
  const muted = items.filter((each) => each.muted && !each.archived && each.mentions > 0)
  // Asked only where the answer counts.
  const pierce = muted.length > 0 && (await userStub(env, userId).preferences()).mentionsThroughMute
  const calling = pierce ? [...loud, ...muted] : loud
  return {
    total: sum(calling.map((each) => (each.muted ? each.mentions : each.unread))),
    mentions: sum(calling.map(({ mentions }) => mentions)),
    items: items.map(({ threadId, unread, mentions }) => ({ threadId, unread, mentions })),
  }
}
