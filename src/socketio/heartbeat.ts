// When to ping, and when a client that does not pong is gone.
import type { Pulse } from './memory.ts'
import type { EngineSettings } from './settings.ts'

type Beat = 'dead' | { ping: boolean; pingAt: number; at: number }

/**
 * What to do now, and when to look again. One alarm does for a ping and for its pong where the next
 * ping is due after the timeout anyway: each costs a row and wakes the object.
 */
export function beat(
  pulse: Pulse,
  now: number,
  scheduled: number,
  { pingInterval, pingTimeout }: EngineSettings,
): Beat {
  const { pingAt, heardAt } = pulse
  if (pingAt !== null && heardAt < pingAt) {
    const deadline = pingAt + pingTimeout
    return now >= deadline ? 'dead' : { ping: false, pingAt, at: deadline }
  }
  // An alarm that is a little late must not move the beat; after a real delay, time starts anew.
  const punctual = scheduled <= now && now - scheduled < pingTimeout / 10
  const fresh = punctual ? scheduled : now
  return { ping: true, pingAt: fresh, at: fresh + pingInterval }
}
