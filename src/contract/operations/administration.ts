// Import and upkeep.
import { z } from 'zod'
import { PageCursor, none, op } from '../operation.ts'

export const administrationOperations = {
  'admin.import': op(
    'stream',
    'Import messages, one JSON object a line; what is known by its log and line is skipped',
    z.object({
      source: z
        .string()
        .regex(/^[\w-]{1,32}$/)
        .default('import'),
    }),
    z.object({
      threads: z.number().int(),
      messages: z.number().int(),
      replies: z.number().int(),
      skipped: z.number().int(),
    }),
    { role: 'admin' },
  ),
  'admin.rebuild': op(
    'service',
    'Rebuild the read model from the objects, a page of them at a time',
    z.object({ cursor: PageCursor }),
    z.object({
      threads: z.number().int(),
      users: z.number().int(),
      messages: z.number().int(),
      nextCursor: z.string().nullable(),
    }),
    { role: 'admin' },
  ),
  'admin.rows': op(
    'service',
    'Rows written since this isolate started, in objects and in D1: what they cost is counted',
    none,
    z.object({ object: z.number().int(), d1: z.number().int() }),
    { role: 'admin' },
  ),
}
