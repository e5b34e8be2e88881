// The booking document (seed 001) as a dialect.
import type { Dialect } from '../dialect.ts'
import { endpoints } from './endpoints.ts'
import { failure } from './shapes.ts'
import { sockets } from './sockets.ts'

export const booking: Dialect = {
  paths: ['/messaging', '/test'],
  endpoints,
  envelope: { ok: (said) => ({ success: true, ...said }), fail: failure },
  stranger: 'forbidden',
  sockets,
}
