// When a commit waits for company. A commit costs a disk flush however much it holds, so messages
// that come together should share one; but a turn of the event loop costs a millisecond that someone
// who writes alone need not pay. So a commit waits only while the last wait found company, and now
// and then, when messages follow each other closely, to see whether there is some.

const ALONE_MOST = 8
const CLOSELY_MS = 16

export type Gathering = { crowded: boolean; alone: number; since: number }

export const nobodyYet: Gathering = { crowded: false, alone: 0, since: 0 }

/** Whether the next commit should wait a turn for others. */
export function shouldGather({ crowded, alone, since }: Gathering, now: number): boolean {
  return crowded || (alone >= ALONE_MOST && now - since < CLOSELY_MS)
}

/** After a commit of `size` requests, which had waited or not. */
export function gathered(before: Gathering, waited: boolean, size: number, now: number): Gathering {
  if (waited) return { crowded: size > 1, alone: 0, since: now }
  const fresh = before.alone >= ALONE_MOST
  return {
    crowded: false,
    alone: fresh ? 1 : before.alone + 1,
    since: fresh || before.alone === 0 ? now : before.since,
  }
}
