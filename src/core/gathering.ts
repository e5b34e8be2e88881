// When a commit waits for company. A commit costs a disk flush however much it holds, so messages
// that come together should share one; but a turn of the event loop costs a millisecond that someone
// who writes alone need not pay. So commits wait while there is company, stop waiting when a few in
// a row waited for nobody, and look again now and then.

/** Waits for nobody before commits stop waiting. */
const PATIENCE = 4
/** Commits without waiting before one waits again, to see whether there is company now. */
const LOOK_EVERY = 32

/** Turns that a commit waits at most. */
const TURNS = 3
/** So few came in the last turn that it is time to go. */
const FEW = 2

/** Whether to wait another turn: while many come, what they share is worth more than a turn. */
export const goesOn = (turns: number, came: number) => turns < TURNS && came > FEW

/** `alone` counts waits for nobody while waiting, and commits since the last look while not. */
export type Gathering = { waits: boolean; alone: number }

export const nobodyYet: Gathering = { waits: false, alone: 0 }

/** What a commit of `size` requests teaches about the next one. */
export function gathered({ waits, alone }: Gathering, size: number): Gathering {
  if (!waits) {
    const look = alone + 1 >= LOOK_EVERY
    return look ? { waits: true, alone: PATIENCE - 1 } : { waits, alone: alone + 1 }
  }
  if (size > 1) return { waits, alone: 0 }
  return alone + 1 >= PATIENCE ? nobodyYet : { waits, alone: alone + 1 }
}
