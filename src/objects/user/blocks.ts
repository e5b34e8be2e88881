// A block reaches every thread that the two people share, and the other person's own object.
import { directThreadId } from '../../contract/ids.ts'
import type { Env } from '../../env.ts'
import { sharedThreads } from '../../store/model/threads.ts'
import type { UserBook } from '../../store/user/book.ts'
import { threadStub, userStub } from '../stubs.ts'

/** Their direct thread hears first and without the read model, so that the next send is refused. */
export async function tellDirect(env: Env, book: UserBook, userId: string): Promise<void> {
  const direct = await directThreadId(book.id, userId)
  const since = book.between(userId).blocks
  await Promise.all([
    threadStub(env, direct).setBlock(book.id, userId, since),
    userStub(env, userId).setBlockedBy(book.id, since),
  ])
}

/** All other threads of the two. Rejects when one could not be told, to be tried again. */
export async function spreadBlock(env: Env, book: UserBook, userId: string): Promise<void> {
  await tellDirect(env, book, userId)
  const shared = await sharedThreads(env.DB, book.id, userId)
  // Read last: of two that run at once, the later must not be undone by the earlier.
  const since = book.between(userId).blocks
  await Promise.all(shared.map((id) => threadStub(env, id).setBlock(book.id, userId, since)))
}
