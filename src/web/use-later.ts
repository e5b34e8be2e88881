// A part of the page that few people need: it is fetched when it is wanted, and stays until it is done.
import { useCallback, useState } from 'react'
import { noConnection } from '../client/transfer.ts'
import { useNotices } from './notices.tsx'

export type Later<T> = { part: T | null; show(fetched: Promise<T>): void; hide(): void }

/** It is said when it cannot be had; wanting it once more tries again. */
export function useLater<T extends object>(): Later<T> {
  const { attempt } = useNotices()
  const [part, setPart] = useState<T | null>(null)
  return {
    part,
    show(fetched) {
      const shown = fetched.then(setPart, (cause: unknown) => {
        throw noConnection(cause)
      })
      void attempt(shown)
    },
    hide: useCallback(() => setPart(null), []),
  }
}
