// Who is there, of those somebody looks at; and whether this device is in use.
import type { Event } from '../contract/events.ts'
import { limits } from '../contract/limits.ts'
import type { Presence } from '../contract/user.ts'
import type { Rest } from './rest.ts'

export type Presences = ReadonlyMap<string, Presence>

/** The presences after a live event; the same ones when it says nothing of them. */
export function applyToPresences(presences: Presences, event: Event): Presences {
  if (event.event !== 'presence.updated') return presences
  return new Map(presences).set(event.data.userId, event.data)
}

type PresenceOptions = { rest: Rest; read(): Presences; write(presences: Presences): void }

/** Asks for those who are looked at: at first sight, and again whenever word may have been missed. */
export function createPresence({ rest, read, write }: PresenceOptions) {
  const watched = new Set<string>()
  let wanted = new Set<string>()

  async function ask() {
    // Everything that one turn of the page wants is one question.
    await Promise.resolve()
    const userIds = [...wanted]
    wanted = new Set()
    for (let at = 0; at < userIds.length; at += limits.presenceUsers) {
      const some = userIds.slice(at, at + limits.presenceUsers)
      const { items } = await rest.call('presence.get', { userIds: some })
      write(new Map([...read(), ...items.map((presence) => [presence.userId, presence] as const)]))
    }
  }

  /** Without an answer nobody is known to be there, until the next connection asks again. */
  function want(userIds: Iterable<string>) {
    const idle = wanted.size === 0
    for (const userId of userIds) wanted.add(userId)
    if (idle && wanted.size > 0) void ask().catch(() => undefined)
  }

  return {
    watch(userIds: readonly string[]) {
      const strangers = userIds.filter((userId) => !watched.has(userId))
      for (const userId of strangers) watched.add(userId)
      want(strangers)
    },
    /** The connection is back. */
    askAgain: () => want(watched),
  }
}
