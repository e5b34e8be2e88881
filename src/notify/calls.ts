// Something was said in a thread: whoever it may call is told, a page of members at a time. What they
// want to hear of it, and when, is decided by each person's own object.
import type { Called } from '../contract/delivery.ts'
import type { Env } from '../env.ts'
import { threadStub, userStub } from '../objects/stubs.ts'

export async function spreadCall(env: Env, { threadId, since }: Called): Promise<void> {
  const thread = threadStub(env, threadId)
  for (let after: string | null = ''; after !== null;) {
    // oxlint-disable-next-line no-await-in-loop -- a page at a time
    const page: { userIds: string[]; next: string | null } = await thread.callees(since, after)
    // oxlint-disable-next-line no-await-in-loop -- as above
    await Promise.all(page.userIds.map((userId) => userStub(env, userId).called(threadId)))
    after = page.next
  }
}
