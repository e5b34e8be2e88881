// Says what I have read: at once, then not more often than a busy thread can bear.

/** Every read counts against the events that a socket may say in a minute. */
const quiet = 1_500

/** `tell` is called with the furthest seq of a thread, and not again for a while. */
export function createReader(tell: (threadId: string, seq: number) => void) {
  const later = new Map<string, number | null>()

  function flush(threadId: string) {
    const seq = later.get(threadId) ?? null
    if (seq === null) {
      later.delete(threadId)
      return
    }
    later.set(threadId, null)
    setTimeout(flush, quiet, threadId)
    tell(threadId, seq)
  }

  return function markRead(threadId: string, seq: number) {
    const idle = !later.has(threadId)
    later.set(threadId, Math.max(seq, later.get(threadId) ?? 0))
    if (idle) flush(threadId)
  }
}
