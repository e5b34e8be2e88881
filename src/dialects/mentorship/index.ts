// The mentorship document (seed 004) as a dialect.
import type { Dialect } from '../dialect.ts'
import { endpoints } from './endpoints.ts'
import { failure } from './shapes.ts'
import { sockets } from './sockets.ts'

export const mentorship: Dialect = {
  paths: ['/api/messages'],
  endpoints,
  envelope: { ok: (found) => ({ success: true, ...found }), fail: failure },
  sockets,
}
