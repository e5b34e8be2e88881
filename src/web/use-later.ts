// A part of the page that few people need: it is fetched when it is wanted, and stays until it is done.
import { useCallback, useState } from 'react'
import { noConnection } from '../client/transfer.ts'
import { useNotices } from './notices.tsx'
import { useWords } from './words.ts'

export type Later<T> = { part: T | null; show(fetch: () => Promise<T>): void; hide(): void }

/** It is said when it cannot be had. */
export function useLater<T extends object>(): Later<T> {
  const words = useWords()
  const { attempt } = useNotices()
  const [part, setPart] = useState<T | null>(null)

  async function get(fetch: () => Promise<T>) {
    // A browser remembers what it could not fetch, and would not try again when it can.
    if (!navigator.onLine) throw noConnection()
    setPart(
      await fetch().catch((cause: unknown) => {
        throw new Error(words.partMissing, { cause })
      }),
    )
  }

  return {
    part,
    show: (fetch) => void attempt(get(fetch)),
    hide: useCallback(() => setPart(null), []),
  }
}
