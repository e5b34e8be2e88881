// A list of the desk, page by page.
import { useCallback, useEffect, useState } from 'react'
import { useNotices } from '../notices.tsx'

type Page<T> = { items: T[]; nextCursor: string | null }

/** `load` must be the same function as long as the same list is meant. */
export function usePages<T>(load: (cursor?: string) => Promise<Page<T>>) {
  const { attempt } = useNotices()
  const [items, setItems] = useState<T[] | null>(null)
  const [cursor, setCursor] = useState<string | null>(null)

  const show = useCallback((page: Page<T>) => {
    setItems(page.items)
    setCursor(page.nextCursor)
  }, [])

  useEffect(() => {
    let current = true
    void attempt(
      load().then((page) => {
        if (current) show(page)
      }),
    )
    return () => {
      current = false
    }
  }, [load, show, attempt])

  async function next() {
    const page = await load(cursor ?? undefined)
    setItems((before) => [...(before ?? []), ...page.items])
    setCursor(page.nextCursor)
  }

  return {
    items,
    setItems,
    more: cursor !== null,
    loadMore: () => void attempt(next()),
    reload: () => void attempt(load().then(show)),
  }
}
