// Every dialect by its name, and which of them a request speaks.
import { booking } from './booking/index.ts'
import type { Dialect } from './dialect.ts'
import { eventflow } from './eventflow/index.ts'
import { marketplace } from './marketplace/index.ts'
import { mentorship } from './mentorship/index.ts'
import { therapy } from './therapy/index.ts'

export const dialects: ReadonlyMap<string, Dialect> = new Map([
  ['eventflow', eventflow],
  ['booking', booking],
  ['marketplace', marketplace],
  ['therapy', therapy],
  ['mentorship', mentorship],
])

/**
 * The dialect of an address, and the path it asks for in it: chosen by host name, else by the first
 * part of the path, else the one at the root. Null where none answers. Never guessed from the rest
 * of the path: the source documents share paths and mean different things by them.
 */
export function dialectOf(
  { hostname, pathname }: URL,
  hosts: ReadonlyMap<string, string>,
  root: string,
): { dialect: Dialect; path: string } | null {
  const ofHost = dialects.get(hosts.get(hostname) ?? '')
  if (ofHost) return { dialect: ofHost, path: pathname }
  const [, first = ''] = pathname.split('/')
  const ofPrefix = dialects.get(first)
  if (ofPrefix) return { dialect: ofPrefix, path: pathname.slice(first.length + 1) || '/' }
  const ofRoot = dialects.get(root)
  return ofRoot ? { dialect: ofRoot, path: pathname } : null
}
