// Marketplace's REST table. The order counts: fixed words stand before `/:id`.
import type { Endpoint } from '../dialect.ts'
import { conversationRows } from './conversations.ts'
import { messageRows } from './messages.ts'

export const endpoints: Endpoint[] = [...conversationRows, ...messageRows]
