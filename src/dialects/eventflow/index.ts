// The EventFlow document (seed 000) as a dialect.
import type { Dialect } from '../dialect.ts'
import { endpoints } from './endpoints.ts'
import { failure } from './shapes.ts'
import { sockets } from './sockets.ts'

export const eventflow: Dialect = {
  paths: ['/api/v2'],
  endpoints,
  envelope: { ok: (data) => ({ success: true, ...data }), fail: failure },
  sockets,
}
