// The messages of a thread around a place, with what I wrote and is still on its way.
import { useMemo } from 'react'
import { pendingIn } from '../client/outbox.ts'
import { reachOf } from '../client/reach.ts'
import { messagesOf, stretchOf } from '../client/timeline.ts'
import type { Timeline } from '../client/timeline.ts'
import { useClient, useClientState } from './use-client.ts'

/** `at` is a seq that was loaded; without it, or elsewhere, the newest messages are meant. */
export function useMessages(timeline: Timeline, at?: number) {
  const client = useClient()
  const { threadId, headSeq } = timeline
  const outbox = useClientState((state) => state.outbox)
  const messages = useMemo(() => messagesOf(timeline, at), [timeline, at])
  const { from, to } = stretchOf(timeline, at)
  const atHead = to >= headSeq
  const pending = useMemo(() => {
    if (!atHead) return []
    const arrived = new Set(messages.map((message) => message.clientId))
    return pendingIn(outbox, threadId).filter((one) => !arrived.has(one.clientId))
  }, [outbox, threadId, messages, atHead])
  const reach = useMemo(() => reachOf(timeline, client.me.id), [timeline, client])

  return {
    messages,
    pending,
    /** How far everybody else got and read. */
    reach,
    hasEarlier: from > 1,
    hasLater: !atHead,
    loadEarlier: () => client.loadEarlier(threadId, at),
    loadLater: () => client.loadLater(threadId, at ?? headSeq),
  }
}
