// Fields that a query or a body of the source documents may hold. A query knows only text.
import { z } from 'zod'
import { limits } from '../contract/limits.ts'
import { WebAddress } from '../contract/user.ts'

/** A whole number, also as text. */
export const whole = (least: number, most: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d{1,15}$/)
          .transform(Number),
      ],
      {
        error: 'must be a whole number',
      },
    )
    .pipe(z.number().int('must be a whole number').min(least).max(most))

/** True or false, also as text. */
export const flag = z
  .union([z.boolean(), z.enum(['true', 'false', '1', '0'])], { error: 'must be true or false' })
  .transform((value) => value === true || value === 'true' || value === '1')

export const oneOf = <const W extends string>(...words: W[]) =>
  z.enum(words, { error: `must be ${words.join(', ')}` })

/** Free text, up to a length. */
export const text = (most: number) => z.string().max(most)

/** What has a value may be left out, or be null: documents write both. */
export const maybe = <T extends z.ZodType>(type: T) =>
  z.union([z.null().transform(() => undefined), type]).optional()

export const listOf = <T extends z.ZodType>(type: T, least: number, most: number) =>
  z.array(type).min(least).max(most)

/** An object inside a body. */
export const nested = <F extends Record<string, z.ZodType>>(fields: F) => z.object(fields)

/** `a,b` in a query. */
export const commaList = z.string().transform((value) => value.split(',').filter(Boolean))

/** A time in ISO 8601, as a message has it. */
export const moment = z.iso.datetime({ offset: true })

/** A day, or a time, in ISO 8601. */
export const day = z
  .string()
  .max(40)
  .refine((value) => /^\d{4}(-\d\d)*(T.*)?$/.test(value) && !Number.isNaN(Date.parse(value)), {
    message: 'must be a date: YYYY-MM-DD',
  })

/** An attachment's id in its address, whole or the path alone. */
const inAddress = /(?:^|\/)v1\/attachments\/(?<id>[^/?#]+)/
const FileObject = z
  .object({ id: z.string(), _id: z.string(), url: z.string().max(4096) })
  .partial()

/**
 * Files that a message shows, as documents name them: by id, by address, or by the object that an
 * upload or a message told. What lies elsewhere is no file of ours.
 */
/** The file of ours that an address names, if it does. */
export const fileAt = (address: string) => inAddress.exec(address)?.groups?.['id']

export const fileList = maybe(
  listOf(
    z.union([z.string().max(4096), FileObject]).transform((named, context) => {
      const { id, _id, url } = typeof named === 'string' ? { url: named } : named
      const found = id ?? _id ?? (url?.includes('/') ? fileAt(url) : url)
      if (found) return found
      const message = 'must name files that were uploaded here, by their id or url'
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }),
    0,
    limits.attachments,
  ),
)

/** A day or a time, as the time at which it begins. */
export const date = day.pipe(z.coerce.date()).transform((value) => value.toISOString())

/** A number, not as text: it comes in a body. */
export const number = (least: number, most: number) => z.number().min(least).max(most)

/** An http(s) address, as the URL parser writes it. */
export const webAddress = WebAddress

/** What is looked at no further. */
export const anything = z.unknown()

/** How many of a list; more than a page holds is a page. */
export const pageSizeOf = (standard: number) =>
  whole(1, Number.MAX_SAFE_INTEGER)
    .transform((size) => Math.min(size, limits.pageMost))
    .default(standard)
export const pageSize = pageSizeOf(limits.page)
