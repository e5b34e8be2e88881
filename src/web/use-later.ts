// A part of the page that few people need: it is fetched when it is wanted, and stays until it is done.
import { useCallback, useState } from 'react'
import type { ReactElement } from 'react'
import { noConnection } from '../client/transfer.ts'
import { useNotices } from './notices.tsx'

export type Later = ReturnType<typeof useLater>

/** It is said when it cannot be had; wanting it once more tries again. */
export function useLater() {
  const { attempt } = useNotices()
  const [part, setPart] = useState<ReactElement | null>(null)
  return {
    part,
    show(fetched: Promise<ReactElement>) {
      const shown = fetched.then(setPart, (cause: unknown) => {
        throw noConnection(cause)
      })
      void attempt(shown)
    },
    hide: useCallback(() => setPart(null), []),
  }
}
