// Therapy's REST table: the same rows at the two places that its document has them.
import { ask, done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { conversationRows } from './conversations.ts'
import { messageRows } from './messages.ts'

export const endpoints: Endpoint[] = [
  ...['/messaging', '/api/messaging'].flatMap((base) => [
    ...conversationRows(base),
    ...messageRows(base),
  ]),
  endpoint('GET', '/admin/websocket/stats', {}, ({ at: timestamp }) =>
    ask('admin.metrics', {}, ({ connections, online, typing }) =>
      done({
        totalConnections: connections,
        connectedUsers: online,
        typingUsers: typing,
        timestamp,
      }),
    ),
  ),
]
