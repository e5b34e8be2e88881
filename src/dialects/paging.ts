// Pages as the source documents ask for them, on top of native lists, which know cursors alone.
import { ChatError } from '../contract/errors.ts'
import { limits } from '../contract/limits.ts'
import type { Plan } from './dialect.ts'
import { pageSize, whole } from './fields.ts'

/** How far `skip` and `page` reach: what is skipped is still read, a page of it at a time. */
const REACH = 10_000

/** A native page, and how many there are in all where that was asked. */
type Page<I> = { items: I[]; nextCursor: string | null; total?: number; deleted?: number }

/** The query of a list in the `limit` and `skip` style. */
export const skipping = { limit: pageSize, skip: whole(0, REACH).default(0) }

/** The query of a list in the `page` and `limit` style. */
export const numbered = { limit: pageSize, page: whole(1, REACH).default(1) }

/** What the `page` and `limit` style skips. */
export function pageStart({ page, limit }: { page: number; limit: number }): number {
  const skip = (page - 1) * limit
  if (skip > REACH) throw new ChatError('invalid', `page: must be within the first ${REACH} items`)
  return skip
}

/**
 * `limit` items after `skip`, of those that `keep` keeps. `next` asks for a native page; `more` says
 * whether the list goes on, `last` is the last native page.
 */
export function slice<I, T>(
  { skip, limit, keep = () => true }: { skip: number; limit: number; keep?: (item: I) => boolean },
  next: (cursor: string | undefined, size: number, then: (page: Page<I>) => Plan<T>) => Plan<T>,
  then: (items: I[], more: boolean, last: Page<I>) => Plan<T>,
): Plan<T> {
  const wanted = skip + limit
  const gather = (before: I[], cursor: string | undefined): Plan<T> =>
    next(cursor, Math.min(wanted + 1 - before.length, limits.pageMost), (page) => {
      const all = [...before, ...page.items.filter(keep)]
      if (all.length <= wanted && page.nextCursor !== null) return gather(all, page.nextCursor)
      return then(all.slice(skip, wanted), all.length > wanted, page)
    })
  return gather([], undefined)
}

/**
 * `limit` items after the native cursor of the page before, or after `skip` items. Where the list
 * goes on, `last` holds the cursor of the next page.
 */
export function leaf<I, T>(
  { skip, limit, cursor }: { skip: number; limit: number; cursor?: string },
  next: (cursor: string | undefined, size: number, then: (page: Page<I>) => Plan<T>) => Plan<T>,
  then: (items: I[], last: Page<I>) => Plan<T>,
): Plan<T> {
  const pass = (left: number, at: string | undefined): Plan<T> =>
    left === 0
      ? next(at, limit, (page) => then(page.items, page))
      : next(at, Math.min(left, limits.pageMost), (page) =>
          page.nextCursor === null
            ? then([], { ...page, items: [] })
            : pass(left - page.items.length, page.nextCursor),
        )
  return pass(cursor === undefined ? skip : 0, cursor)
}
