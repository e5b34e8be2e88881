// One value that is replaced, never changed, and who wants to know.

export type Store<T> = {
  get(): T
  set(change: Partial<T>): void
  /** What is set by this work is told soon, all at once. Anything else is told as it is set. */
  gather(work: () => void): void
  subscribe(listener: () => void): () => void
}

/** When to tell what was gathered; by default when the work is done. */
export type Soon = (tell: () => void) => void

export function createStore<T extends object>(first: T, soon: Soon = (tell) => tell()): Store<T> {
  const listeners = new Set<() => void>()
  let value = first
  let gathering = false
  let due = false

  function tell() {
    due = false
    for (const listener of listeners) listener()
  }

  return {
    get: () => value,
    set: (change) => {
      value = { ...value, ...change }
      if (!gathering) tell()
    },
    gather: (work) => {
      gathering = true
      try {
        work()
      } finally {
        gathering = false
      }
      if (due) return
      due = true
      soon(tell)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
