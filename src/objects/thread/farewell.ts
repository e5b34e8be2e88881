// Who left a thread keeps nothing of it: their own object is told, now or when it can be reached.
import type { Env } from '../../env.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { reportFault } from '../fault.ts'
import { userStub } from '../stubs.ts'

/** Written with the leave itself, and taken back when the person's object knows. */
export function noteLeft(log: ThreadLog, userId: string, now: number): void {
  log.setDue('left', userId, now)
}

export async function tellLeft(env: Env, log: ThreadLog): Promise<void> {
  if (log.due === null) return
  const left = log.run<{ key: string }>(`SELECT key FROM due WHERE kind = 'left'`)
  await Promise.all(
    left.map(async ({ key }) => {
      try {
        await userStub(env, key).leftThread(log.id)
        log.setDue('left', key, null)
      } catch (error) {
        reportFault(error)
      }
    }),
  )
}
