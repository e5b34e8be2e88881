// What never changes is asked once: of threads and messages, as long as the connection is awake.
import type { Ask, Outcome } from '../dispatch.ts'
import type { Carry } from '../plans.ts'

export type Facts = Map<string, Outcome>

/** What one connection remembers at most; the oldest are asked again. */
const FACTS_MOST = 500

export function remembering(facts: Facts, carry: Carry): Carry {
  return async (ask) => {
    const key = keyOf(ask)
    const known = key === null ? undefined : facts.get(key)
    if (known) return known
    const outcome = await carry(ask)
    if (key === null || 'error' in outcome) return outcome
    const [oldest] = facts.size >= FACTS_MOST ? facts.keys() : []
    if (oldest !== undefined) facts.delete(oldest)
    facts.set(key, outcome)
    return outcome
  }
}

function keyOf(ask: Ask): string | null {
  if (ask.operation === 'thread.facts') return ask.input.threadId
  return ask.operation === 'message.facts' ? ask.input.messageId : null
}
