// Addresses of files as the clients of a dialect need them: whole, since their pages may be of
// another origin. Native clients know where they connected to, and are told the path alone.
import type { Attachment } from '../contract/attachment.ts'

type Addressed = Pick<Attachment, 'url' | 'thumbnailUrl'>

/** The same answer or event, with every attachment in it at an address of its own. */
export function withOrigin<T>(said: T, origin: string): T {
  // What has the shape of an attachment is one, and keeps that shape.
  return placed(said, origin) as T
}

/** Most of what is said has no file in it, and is answered as it is. */
function placed(said: unknown, origin: string): unknown {
  if (typeof said !== 'object' || said === null) return said
  if (isAddressed(said)) {
    const { url, thumbnailUrl } = said
    return { ...said, url: origin + url, thumbnailUrl: thumbnailUrl && origin + thumbnailUrl }
  }
  let copy: Record<string, unknown> | null = null
  for (const [name, value] of Object.entries(said)) {
    const there = placed(value, origin)
    if (there === value) continue
    copy ??= (Array.isArray(said) ? [...said] : { ...said }) as Record<string, unknown>
    copy[name] = there
  }
  return copy ?? said
}

const isAddressed = (said: object): said is Addressed =>
  'thumbnailUrl' in said && 'url' in said && String(said.url).startsWith('/v1/attachments/')
