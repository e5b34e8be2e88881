// Marketplace's REST table. The order counts: fixed words stand before `/:id`.
import { limits } from '../../contract/limits.ts'
import { done, endpoint } from '../dialect.ts'
import type { Endpoint } from '../dialect.ts'
import { conversationRows } from './conversations.ts'
import { messageRows } from './messages.ts'
import { uploaded } from './shapes.ts'

export const endpoints: Endpoint[] = [
  ...conversationRows,
  ...messageRows,
  // One file is answered as itself; all of them stand in `files`.
  endpoint(
    'POST',
    '/api/upload/chat-files',
    { upload: { field: 'file', most: limits.attachments }, status: 201 },
    ({ files }) => {
      const all = files.map(uploaded)
      return done({ ...all[0], files: all })
    },
  ),
]
