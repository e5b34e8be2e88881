// How a row of the operations table is written.
import { z } from 'zod'
import { limits } from './limits.ts'

/**
 * Who carries an operation out: the `thread` object that the input names, the asker's own `user`
 * object, or the `service` itself, which asks the read model or several objects. A `stream` takes or
 * answers what is no JSON, and has a door of its own on REST.
 */
export type Operator = 'thread' | 'user' | 'service' | 'stream'

/**
 * `write` operations wait for the read model on REST, so that a reader finds what they just wrote.
 * `role` is the least that the token must claim: an admin may do all that a moderator may.
 */
export type Row<A extends Operator, I extends z.ZodObject, O extends z.ZodType> = {
  at: A
  says: string
  input: I
  output: O
  write: boolean
  role?: 'moderator' | 'admin'
}

type More = { write?: boolean; role?: 'moderator' | 'admin' }

export const op = <const A extends Operator, I extends z.ZodObject, O extends z.ZodType>(
  at: A,
  says: string,
  input: I,
  output: O,
  more: More = {},
): Row<A, I, O> => ({ at, says, input, output, write: false, ...more })

export const write = { write: true }
export const none = z.object({})

/** A page of a list; `nextCursor` asks for the next one, null when there is none. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })
export const PageSize = z.number().int().min(1).max(limits.pageMost).default(limits.page)
/** A flag: JSON says true or false, a query string writes the word. */
export const Flag = z.union([z.boolean(), z.stringbool()]).optional()
export const PageCursor = z.string().max(512).optional()
