// Who is there, beside what a list shows.
import { limits } from '../contract/limits.ts'
import type { Presence } from '../contract/user.ts'
import { ask } from './dialect.ts'
import type { Plan } from './dialect.ts'

/** It is an ornament: what is listed is shown without it, too. Somebody may be named more than once. */
export function withPresences<T>(
  people: string[],
  then: (presences: Presence[]) => Plan<T>,
): Plan<T> {
  const userIds = [...new Set(people)].slice(0, limits.presenceUsers)
  if (userIds.length === 0) return then([])
  return ask(
    'presence.get',
    { userIds },
    ({ items }) => then(items),
    () => then([]),
  )
}
