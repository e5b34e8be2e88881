// What a connection sends to one thread keeps its order without waiting: one call in flight, the next
// one carries all that gathered meanwhile.
import type { Actor } from '../contract/actor.ts'
import { ChatError } from '../contract/errors.ts'
import type { Input } from '../contract/operations.ts'
import type { Plan } from '../dialects/dialect.ts'
import type { Ask, Outcome } from '../dispatch.ts'
import type { Env } from '../env.ts'
import { threadStub } from '../objects/stubs.ts'
import type { ThreadAsk } from '../objects/thread/turn.ts'

type Waiting = { ask: ThreadAsk; done: PromiseWithResolvers<Outcome> }

type Flowing = Extract<ThreadAsk, { operation: 'message.send' | 'typing.set' }>

/** Operations that need no answer of one another: each is carried out in its turn, many in one call. */
export const flows = (ask: Ask): ask is Flowing =>
  ask.operation === 'message.send' || ask.operation === 'typing.set'

/** The thread to which a plan begins to flow, or null for one that begins otherwise. */
export function flowOf(plan: Plan<unknown>): string | null {
  if (!('operation' in plan)) return null
  const { operation, input } = plan
  if (operation !== 'message.send' && operation !== 'typing.set') return null
  // The tables gave this operation its own input; what is wrong in it is found when it is checked.
  return (input as Input<typeof operation>).threadId
}

export class Lane {
  readonly threadId: string
  private readonly env: Env
  private waiting: Waiting[] = []
  private busy = false

  constructor(env: Env, threadId: string) {
    this.env = env
    this.threadId = threadId
  }

  carry(actor: Actor, ask: ThreadAsk): Promise<Outcome> {
    const done = Promise.withResolvers<Outcome>()
    this.waiting.push({ ask, done })
    if (!this.busy) void this.run(actor)
    return done.promise
  }

  private async run(actor: Actor): Promise<void> {
    this.busy = true
    while (this.waiting.length > 0) {
      const taken = this.waiting.splice(0)
      const asks = taken.map(({ ask }) => ask)
      try {
        const stub = threadStub(this.env, this.threadId)
        // One after the other is the point: the next call carries what gathers during this one.
        // oxlint-disable-next-line no-await-in-loop
        const outcomes = await stub.execute(actor, asks, { door: 'socket', subscribe: true })
        taken.forEach(({ done }, index) => done.resolve(outcomes[index] ?? { error: unanswered }))
      } catch (error) {
        for (const { done } of taken) done.reject(error)
      }
    }
    this.busy = false
  }
}

const unanswered = new ChatError('unavailable', 'the thread did not answer: try again')
