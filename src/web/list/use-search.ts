// Searches while one writes: when the hand rests, and only for the last words.
import { useCallback, useEffect, useState } from 'react'
import type { Output } from '../../contract/operations.ts'
import { useClient } from '../use-client.ts'
import { reasonOf, useWords } from '../words.ts'

type Found = Output<'message.search'>
export type Hit = Found['items'][number]

const rest = 250
const nothing: Found = { items: [], nextCursor: null }

export function useSearch(query: string) {
  const client = useClient()
  const words = useWords()
  const [found, setFound] = useState({ q: '', ...nothing })
  const [failure, setFailure] = useState<string | null>(null)
  const q = query.trim()

  const search = useCallback(
    async (cursor?: string, earlier: Hit[] = [], current: () => boolean = () => true) => {
      try {
        const page = await client.ask('message.search', { q, cursor })
        if (current()) setFound({ ...page, q, items: [...earlier, ...page.items] })
        setFailure(null)
      } catch (error) {
        if (!current()) return
        setFound({ q, ...nothing })
        setFailure(reasonOf(error, words))
      }
    },
    [client, q, words],
  )

  useEffect(() => {
    if (q === '') return
    let current = true
    const timer = setTimeout(() => void search(undefined, [], () => current), rest)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [q, search])

  const { items, nextCursor } = found
  return {
    hits: items,
    busy: found.q !== q,
    failure,
    more: nextCursor !== null,
    loadMore: () => void search(nextCursor ?? undefined, items),
  }
}
