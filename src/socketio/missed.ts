// What a thread's changes since a version are, as the events that would have told them.
import type { Event } from '../contract/events.ts'
import type { HiddenMessage, Message } from '../contract/message.ts'
import type { SyncPage } from '../contract/thread.ts'

/** Clocks of objects differ a little, and what is a little older was perhaps never received. */
const TOLERANCE_MS = 60_000

/**
 * `since`: when the client was lost (ms). Old messages that changed come first, then new ones in their
 * order; each event's version is the one up to which nothing is left to tell once it is received.
 */
export function eventsOf(
  threadId: string,
  page: SyncPage,
  { me, since }: { me: string; since: number },
): Event[] {
  const upTo = Number(page.cursor.split('.')[1])
  const isNew = ({ seq }: { seq: number }) => seq >= page.newFrom
  const messages = [
    ...page.messages.filter((one) => !isNew(one)),
    ...page.messages.filter(isNew).toSorted((a, b) => a.seq - b.seq),
  ]
  const events: Event[] = []
  let reached = upTo
  for (const one of messages.toReversed()) {
    const said = messageEvents(one, isNew(one))
    events.unshift(...said.map((event): Event => ({ ...event, threadId, version: reached })))
    reached = Math.min(reached, one.version - 1)
  }
  return [
    ...events,
    ...stateEvents(page, me, since).map((event) => ({ ...event, threadId, version: upTo })),
  ]
}

function messageEvents(one: Message | HiddenMessage, isNew: boolean): Event[] {
  const gone = 'hidden' in one || one.deletedAt !== null
  // What came and went meanwhile was never seen.
  if (gone) return isNew ? [] : [{ event: 'message.deleted', data: one }]
  if (isNew) return [{ event: 'message.created', data: one }]
  const { id: messageId, reactions } = one
  return [
    { event: 'message.updated', data: one },
    { event: 'message.reactions', data: { messageId, reactions } },
  ]
}

function stateEvents(
  { members, reads, thread, me, newFrom }: SyncPage,
  self: string,
  since: number,
): Event[] {
  return [
    ...members.map((member): Event => {
      if (member.leftAt !== null) return { event: 'member.left', data: member }
      const fresh = Date.parse(member.joinedAt) > since - TOLERANCE_MS
      return { event: fresh ? 'member.joined' : 'member.updated', data: member }
    }),
    ...(thread || reads.some(({ userId }) => userId === self)
      ? [{ event: 'thread.updated' as const, data: { ...thread, ...me } }]
      : []),
    ...reads.flatMap(({ userId, readSeq, deliveredSeq }): Event[] => [
      ...(deliveredSeq > 0
        ? [
            {
              event: 'delivered.updated' as const,
              // How far it was before, nobody kept; of what is new, nothing had arrived.
              data: { userId, deliveredSeq, after: Math.min(deliveredSeq, newFrom - 1) },
            },
          ]
        : []),
      ...(readSeq > 0 ? [{ event: 'read.updated' as const, data: { userId, readSeq } }] : []),
    ]),
  ]
}
