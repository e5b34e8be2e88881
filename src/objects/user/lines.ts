// From a person's object to their Socket.IO sessions: one call in flight to each, the next one carries
// all that gathered meanwhile.
import { limits } from '../../contract/limits.ts'
import type { Env } from '../../env.ts'
import { reportFault } from '../fault.ts'
import { sessionStub } from '../stubs.ts'

/** `next` is the call that will carry what waits; it begins when `current` has ended. */
type Line = {
  waiting: string[]
  size: number
  current: Promise<boolean> | null
  next: Promise<boolean> | null
}

export class Lines {
  private readonly env: Env
  private readonly gone: (id: string, events: string) => void
  private readonly lines = new Map<string, Line>()

  /** `gone` hears of a session that is not there any more, and of what it was not told. */
  constructor(env: Env, gone: (id: string, events: string) => void) {
    this.env = env
    this.gone = gone
  }

  /** Resolves when the session has taken these events, or with false if it is gone. */
  push(id: string, events: string): Promise<boolean> {
    const line = this.lines.get(id) ?? { waiting: [], size: 0, current: null, next: null }
    this.lines.set(id, line)
    line.waiting.push(events)
    line.size += events.length
    if (line.size > limits.behindBytes) return this.giveUp(id, line)
    line.next ??= (line.current ?? Promise.resolve(true)).then(() => {
      line.current = line.next
      line.next = null
      return this.carry(id, line)
    })
    return line.next
  }

  /** Looks whether a session is there, past all that waits for it. */
  async check(id: string): Promise<void> {
    if (!(await this.call(id, ''))) this.gone(id, '')
  }

  /** When all that was pushed so far has arrived, or never will. */
  async idle(id: string): Promise<void> {
    const line = this.lines.get(id)
    await (line?.next ?? line?.current)
  }

  private async carry(id: string, line: Line): Promise<boolean> {
    const events = line.waiting.splice(0).join(',')
    line.size = 0
    const there = await this.call(id, events)
    if (!line.next) this.lines.delete(id)
    if (!there) this.gone(id, events)
    return there
  }

  /** Too much waits for a session that takes too long: its client comes back to what it missed. */
  private async giveUp(id: string, line: Line): Promise<boolean> {
    this.gone(id, line.waiting.splice(0).join(','))
    line.size = 0
    await sessionStub(this.env, id).hangUp().catch(reportFault)
    return false
  }

  /** A session that cannot be told is ended, so that its client comes back instead of hearing nothing. */
  private async call(id: string, events: string): Promise<boolean> {
    try {
      return await sessionStub(this.env, id).told(events)
    } catch {
      // An object that moves or is updated fails the call that it meets, and no other.
    }
    try {
      return await sessionStub(this.env, id).told(events)
    } catch (error) {
      reportFault(error)
      await sessionStub(this.env, id).hangUp().catch(reportFault)
      return false
    }
  }
}
