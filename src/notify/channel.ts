// What a channel is: one attempt to hand a job to somebody outside.
import type { Job, Kept } from '../contract/delivery.ts'
import type { PushMessage } from '../contract/push.ts'
import type { Env } from '../env.ts'
import type { Outside } from '../service/outside.ts'

/**
 * `dropped`: nobody needs it any more. `refused`: it would never be taken. `later`: not now; `after` is
 * in how many seconds, where they said so. The words are for admins: nothing secret is in them. `kept`
 * is what it said, on a machine where nothing is set up to send it.
 */
export type Result =
  | { is: 'delivered'; kept?: Kept }
  | { is: 'dropped'; why: string }
  | { is: 'refused'; why: string }
  | { is: 'later'; why: string; after?: number }

export type Channel<J extends Job> = {
  recipient: (job: J) => string
  deliver: (env: Env, job: J) => Promise<Result>
  /** It was given up. */
  gaveUp?: (env: Env, job: J) => Promise<void>
}

/** A push where nothing is set up to send it, on somebody's own machine. */
export const keptOf = ({ title, body, read }: PushMessage): Result => ({
  is: 'delivered',
  kept: { title, text: read ? 'read elsewhere: taken away' : body },
})

/** What came of asking an address that somebody gave us. */
export async function outcomeOf(answer: Outside): Promise<Result> {
  if ('forbidden' in answer) return { is: 'refused', why: answer.forbidden }
  if ('unreachable' in answer) return { is: 'later', why: answer.unreachable }
  return resultOf(answer.response)
}

/** What an HTTP service that takes things answered. */
export async function resultOf(response: Response): Promise<Result> {
  const { status, headers } = response
  await response.body?.cancel()
  if (response.ok) return { is: 'delivered' }
  const why = `the answer was ${status}`
  // It may be another time: too many, too late, or broken over there.
  if (status !== 408 && status !== 425 && status !== 429 && status < 500)
    return { is: 'refused', why }
  const after = Number(headers.get('Retry-After') ?? Number.NaN)
  return { is: 'later', why, ...(after > 0 && { after }) }
}
