// Link previews.
import { z } from 'zod'
import { limits } from '../limits.ts'
import { op } from '../operation.ts'
import { NoPreview, Preview } from '../preview.ts'

export const previewsOperations = {
  'preview.get': op(
    'service',
    'What a page says of itself; its robots.txt is obeyed, private addresses are never asked',
    z.object({ url: z.string().min(1).max(limits.webAddress) }),
    z.union([Preview, NoPreview]),
  ),
}
