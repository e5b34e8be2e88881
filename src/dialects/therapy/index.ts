// The therapy document (seed 003) as a dialect.
import type { Dialect } from '../dialect.ts'
import { endpoints } from './endpoints.ts'
import { failure } from './shapes.ts'
import { sockets } from './sockets.ts'

export const therapy: Dialect = {
  paths: ['/messaging', '/api/messaging', '/admin/websocket'],
  endpoints,
  envelope: { ok: (data) => data, fail: failure },
  sockets,
}
