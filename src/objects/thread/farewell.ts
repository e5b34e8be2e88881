// Who left a thread keeps nothing of it but that something waited for them: their own object is told,
// now or when it can be reached.
import type { Env } from '../../env.ts'
import { callsOf } from '../../store/log/calls.ts'
import type { ThreadLog } from '../../store/log/log.ts'
import { reportFault } from '../fault.ts'
import { userStub } from '../stubs.ts'
import type { Remains } from '../user/notifications.ts'

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
        await userStub(env, key).leftThread(log.id, remainsOf(log, key))
        log.setDue('left', key, null)
      } catch (error) {
        reportFault(error)
      }
    }),
  )
}

/** What waited for somebody until they left; nothing for who is back, or still there. */
function remainsOf(log: ThreadLog, userId: string): Remains | null {
  const row = log.members.get(userId)
  const rules = { pierce: false, mentionsOnly: false }
  const calls = row && row.left_at !== null ? callsOf(log, row, 0, rules) : null
  if (!calls?.last) return null
  return { count: calls.count, seq: calls.last.seq, createdAt: calls.last.createdAt }
}
