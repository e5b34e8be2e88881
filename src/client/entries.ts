// The messages of a timeline: a list in seq order that takes what is said about them in any order.
import type { HiddenMessage, Message, Reaction } from '../contract/message.ts'

/** One place in the order. `message` is null where it is hidden from me: for good, so it stays so. */
export type Entry = {
  readonly id: string
  readonly seq: number
  readonly message: Message | null
  /** Of the last whole message said. `message.version` is newer when only its reactions changed. */
  readonly wholeVersion: number
}

/** Reactions that were said before the message they are on. */
export type EarlyReactions = { readonly version: number; readonly reactions: Reaction[] }

/** A copy under work: `entries` in seq order, `early` by message id. */
export type MessageDraft = { entries: Entry[]; early: Map<string, EarlyReactions> }

type Hidden = Omit<HiddenMessage, 'version'>

/** The index of the first entry at or after a seq. */
export function indexOf(entries: readonly Entry[], seq: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((entries[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}

/** Takes a whole message, or word that it is hidden. True when it was news. */
export function putMessage(draft: MessageDraft, said: Message | Hidden): boolean {
  const index = indexOf(draft.entries, said.seq)
  const found = draft.entries[index]
  const known = found?.seq === said.seq ? found : undefined
  const early = draft.early.get(said.id)
  const entry = 'hidden' in said ? hide(said, known) : merge(said, known, early)
  draft.early.delete(said.id)
  if (entry === known) return false
  draft.entries.splice(index, known === undefined ? 0 : 1, entry)
  return true
}

/** Takes the reactions of a message as they are since `version`. True when they were news. */
export function putReactions(
  draft: MessageDraft,
  messageId: string,
  reactions: Reaction[],
  version: number,
): boolean {
  const index = draft.entries.findLastIndex((entry) => entry.id === messageId)
  const entry = draft.entries[index]
  if (entry === undefined) {
    if ((draft.early.get(messageId)?.version ?? -1) >= version) return false
    draft.early.set(messageId, { version, reactions })
    return true
  }
  if (entry.message === null || entry.message.version >= version) return false
  draft.entries[index] = { ...entry, message: { ...entry.message, reactions, version } }
  return true
}

function hide(said: Hidden, known: Entry | undefined): Entry {
  if (known !== undefined && known.message === null) return known
  return { id: said.id, seq: said.seq, message: null, wholeVersion: known?.wholeVersion ?? 0 }
}

/** The newer text with the newer reactions: each may have been said without the other. */
function merge(said: Message, known: Entry | undefined, early: EarlyReactions | undefined): Entry {
  if (known !== undefined && (known.message === null || known.wholeVersion >= said.version)) {
    return known
  }
  const newest = known?.message ?? early
  const message =
    newest !== undefined && newest.version > said.version
      ? { ...said, reactions: newest.reactions, version: newest.version }
      : said
  return { id: said.id, seq: said.seq, message, wholeVersion: said.version }
}
