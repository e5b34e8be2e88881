// An object tells the directory what it holds open. One small row for each connect, none for what is
// said on a socket; one call in flight, the next one carries the newest count.
import type { Env } from '../env.ts'
import type { Kind } from './directory.ts'
import { directoryStub } from './stubs.ts'

/** `online` is 1 for a person who is there, on whatever socket. */
export type Open = { sockets: number; online: number }

export class OpenReport {
  private readonly env: Env
  private readonly kind: Kind
  private told: Open | null = null
  private busy: Promise<void> | null = null

  constructor(env: Env, kind: Kind) {
    this.env = env
    this.kind = kind
  }

  /** Resolves when the directory knows the present count. */
  report(id: string, count: () => Open): Promise<void> {
    this.busy ??= this.run(id, count).finally(() => {
      this.busy = null
    })
    return this.busy
  }

  private async run(id: string, count: () => Open): Promise<void> {
    for (let now = count(); !this.knows(now); now = count()) {
      // oxlint-disable-next-line no-await-in-loop -- the next call carries what changed during this one
      await directoryStub(this.env, id).setOpen(this.kind, id, now)
      this.told = now
    }
  }

  private knows({ sockets, online }: Open): boolean {
    return this.told?.sockets === sockets && this.told.online === online
  }
}
