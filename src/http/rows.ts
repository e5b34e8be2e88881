// Which row of a dialect's table a request reaches.
import { TrieRouter } from 'hono/router/trie-router'
import type { Dialect, Endpoint } from '../dialects/dialect.ts'

/** The row that a method and path reach. Of several that fit, it is the one that stands first. */
export function rowAt(
  dialect: Dialect,
  method: string,
  path: string,
): { row: Endpoint; params: Record<string, string> } | undefined {
  const found = routerOf(dialect).match(method, path)[0][0]
  // The trie names parameters by their text; the other form of an answer is another router's.
  return found && { row: found[0], params: found[1] as Record<string, string> }
}

const routers = new WeakMap<Dialect, TrieRouter<Endpoint>>()

function routerOf(dialect: Dialect): TrieRouter<Endpoint> {
  const known = routers.get(dialect)
  if (known) return known
  const router = new TrieRouter<Endpoint>()
  for (const row of dialect.endpoints) router.add(row.method, row.path, row)
  routers.set(dialect, router)
  return router
}
