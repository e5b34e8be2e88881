// One message that comes through two doors. The EventFlow client sends each over its socket and "also
// via REST API as backup", without an id of its own: that is one message, and neither spam nor two.
import type { Door } from '../contract/actor.ts'
import type { Format } from '../contract/message.ts'
import { limits } from '../contract/limits.ts'

/** What is compared of two sends of one person in one thread. `at` is in ms. */
export type Sent = {
  door: Door | null
  clientId: string | null
  format: Format
  content: string | null
  at: number
}

/** Is `again` the same message as `first`, sent once more through the other door? */
export function isTwin(first: Sent, again: Sent): boolean {
  return (
    first.door !== null &&
    again.door !== null &&
    first.door !== again.door &&
    first.clientId === null &&
    again.clientId === null &&
    first.format === again.format &&
    first.content === again.content &&
    again.at - first.at < limits.twinMs
  )
}
