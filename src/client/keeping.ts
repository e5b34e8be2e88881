// Keeps what is unsent over the end of a program, where there is a place for it.
import type { Outbox, Pending } from './outbox.ts'

/** In a browser that is IndexedDB, see browser.ts; elsewhere memory, which is no place at all. */
export type OutboxStorage = {
  load(): Promise<Pending[]>
  save(pending: Pending): Promise<void>
  remove(clientId: string): Promise<void>
  /** Somebody signed out: nothing of them stays. */
  clear(): Promise<void>
}

type KeepingOptions = {
  storage: OutboxStorage | undefined
  read(): Outbox
  set(outbox: Outbox): void
  /** It was sent, or thrown away. */
  onGone?(pending: Pending): void
}

/** Writes an outbox through to its storage. A storage that fails keeps nothing, and stops nothing. */
export function createKeeping({ storage, read, set, onGone }: KeepingOptions) {
  return {
    write(outbox: Outbox) {
      const { saved, removed } = changesBetween(read(), outbox)
      set(outbox)
      for (const pending of saved) void storage?.save(pending).catch(() => undefined)
      for (const pending of removed) {
        void storage?.remove(pending.clientId).catch(() => undefined)
        onGone?.(pending)
      }
    },
    async restore() {
      const earlier = await storage?.load().catch(() => [])
      if (earlier !== undefined) set(restoreOutbox(earlier, read()))
    },
    forget: async () => storage?.clear().catch(() => undefined),
  }
}

function changesBetween(before: Outbox, after: Outbox) {
  const kept = new Set(after.map((pending) => pending.clientId))
  return {
    saved: after.filter((pending) => !before.includes(pending)),
    removed: before.filter((pending) => !kept.has(pending.clientId)),
  }
}

/** The outbox of an earlier run before what was written since: that is the order of writing. */
function restoreOutbox(earlier: Pending[], present: Outbox): Outbox {
  const known = new Set(present.map((pending) => pending.clientId))
  const inOrder = earlier.toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
  return [...inOrder.filter((pending) => !known.has(pending.clientId)), ...present]
}
