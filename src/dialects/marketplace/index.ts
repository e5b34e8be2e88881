// The marketplace document (seed 002) as a dialect. Its answers are the things themselves.
import type { Dialect } from '../dialect.ts'
import { endpoints } from './endpoints.ts'
import { failure, statuses } from './shapes.ts'
import { sockets } from './sockets.ts'

export const marketplace: Dialect = {
  paths: ['/api/conversations', '/api/messages', '/api/upload'],
  endpoints,
  envelope: { ok: (data) => data, fail: failure },
  stranger: 'forbidden',
  statuses,
  sockets,
}
