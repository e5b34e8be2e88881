// What a block, a mute and a ban do, as tables: policy, documentation and tests read the same rows.
import type { ErrorCode } from './errors.ts'

/** What may go on between two people, or between a person and Skein. */
export type Effect =
  /** The refusal that the act is answered with. */
  | { refused: ErrorCode }
  /** Done and stored as ever, but kept from those who should not see it. */
  | { hidden: 'from who blocked' | 'from all others' }
  | 'as ever'

/**
 * `blocker` is the one who blocked, `blocked` the other. Groups are all threads but direct ones.
 * Hidden is hidden everywhere: lists, sync, events, search, unread counts, notifications.
 */
export const blockEffects = {
  'a direct message of the blocked': { refused: 'blocked' },
  'a direct message of the blocker': { refused: 'blocked' },
  'an edit or a reaction in their direct thread': { refused: 'blocked' },
  'a later group message of the blocked': { hidden: 'from who blocked' },
  'a group message of the blocker': 'as ever',
  'reading their direct thread and all older messages': 'as ever',
  'typing of the blocked': { hidden: 'from who blocked' },
  'typing of the blocker': { hidden: 'from who blocked' },
  'presence, either way': { hidden: 'from who blocked' },
  'the other’s screen showing a thread': { hidden: 'from who blocked' },
  'an unread count of the blocked’s message': { hidden: 'from who blocked' },
} as const satisfies Record<string, Effect>

/** Everything a banned person's token asks, on every door; their sockets close with the same code. */
export const banEffects = {
  'a request on REST': { refused: 'banned' },
  'a socket’s upgrade': { refused: 'banned' },
  'an open socket': { refused: 'banned' },
  'their older messages': 'as ever',
} as const satisfies Record<string, Effect>

export const shadowBanEffects = {
  'a send': { hidden: 'from all others' },
  'an edit or a reaction on such a message': { hidden: 'from all others' },
  'an edit of an older message': { refused: 'forbidden' },
  typing: { hidden: 'from all others' },
  'a thread on their screen': { hidden: 'from all others' },
  'reading, and their older messages': 'as ever',
} as const satisfies Record<string, Effect>

/** A mute by a moderator or an admin of the thread; `details.until` of the refusal says how long. */
export const silenceEffects = {
  'a send, an edit or a reaction in the thread': { refused: 'forbidden' },
  'reading the thread': 'as ever',
} as const satisfies Record<string, Effect>

/** A ban from one thread. */
export const memberBanEffects = {
  'anything in the thread': { refused: 'not_found' },
  'being added to the thread': { refused: 'forbidden' },
} as const satisfies Record<string, Effect>
