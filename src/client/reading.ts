// Says what I have read: at once, then not more often than a busy thread can bear.

/** Every read counts against the events that a socket may say in a minute. */
const quiet = 1_500

/** `tell` is called with the furthest seq of each thread. */
export function createReader(tell: (threadId: string, seq: number) => void) {
  const later = new Map<string, number>()
  let timer: ReturnType<typeof setTimeout> | null = null

  function flush() {
    timer = later.size > 0 ? setTimeout(flush, quiet) : null
    for (const [threadId, seq] of later) tell(threadId, seq)
    later.clear()
  }

  return function markRead(threadId: string, seq: number) {
    later.set(threadId, Math.max(seq, later.get(threadId) ?? 0))
    if (timer === null) flush()
  }
}
