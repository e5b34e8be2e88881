// Who types where, and that I do. Nothing lasts: a list without a refresh is over by itself.
import type { Event } from '../contract/events.ts'
import { limits } from '../contract/limits.ts'

export type Typing = ReadonlyMap<string, readonly string[]>

/** A list is kept a little longer than the server does, whose own word is better. */
const patience = limits.typingMs + 2_000

/** Keeps the lists of all threads, and calls `onChange` with them when one changes or ends. */
export function watchTyping(me: string, onChange: (typing: Typing) => void) {
  const ends = new Map<string, ReturnType<typeof setTimeout>>()
  let typing: Typing = new Map()

  function put(threadId: string, userIds: string[]) {
    clearTimeout(ends.get(threadId))
    const next = new Map(typing)
    if (userIds.length === 0) next.delete(threadId)
    else {
      next.set(threadId, userIds)
      ends.set(
        threadId,
        setTimeout(() => put(threadId, []), patience),
      )
    }
    typing = next
    onChange(typing)
  }

  return {
    apply(event: Event) {
      if (event.event !== 'typing.updated' || event.threadId === undefined) return
      put(
        event.threadId,
        event.data.userIds.filter((userId) => userId !== me),
      )
    },
    /** The connection is lost: nobody is known to type. */
    clear() {
      for (const threadId of typing.keys()) put(threadId, [])
    },
  }
}

/** Often enough that the server's list does not run out between two words. */
const refresh = limits.typingMs / 2
const pause = 5_000
/** Whoever wipes and starts anew all the time is not told more often than this. */
const most = 1_000

/** Tells that I type (`tell(true)`) and no longer do, from how the text changes. */
export function createTypist(tell: (typing: boolean) => void) {
  let told = false
  let toldAt = 0
  let later: ReturnType<typeof setTimeout> | undefined
  let end: ReturnType<typeof setTimeout> | undefined

  function start() {
    later = undefined
    told = true
    toldAt = Date.now()
    tell(true)
  }

  function forget() {
    clearTimeout(later)
    clearTimeout(end)
    later = undefined
    told = false
  }

  function stop() {
    const wasTold = told
    forget()
    if (wasTold) tell(false)
  }

  return {
    changed(text: string) {
      if (text.trim() === '') return stop()
      clearTimeout(end)
      end = setTimeout(stop, pause)
      const wait = toldAt + (told ? refresh : most) - Date.now()
      if (wait <= 0) start()
      else if (!told) later ??= setTimeout(start, wait)
    },
    /** It was sent, which ends typing by itself. */
    sent: forget,
    stop,
  }
}
